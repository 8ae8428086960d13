import { randomBytes } from 'node:crypto';
import test from 'ava';
import { type ControlMessage, encodeControl } from '../../protocol/generated/control.ts';
import { createIdentity } from '../../protocol/node/certificate.ts';
import type { Identity } from '../../protocol/node/identity.ts';
import { isRoot, reachesUsers } from '../appliance/sessd/rig.ts';
import { generator } from '../appliance/sessd/statistics.ts';
import { eventually } from '../helpers/eventually.ts';
import { sizeOf } from '../helpers/hostile/process-size.ts';
import { HostileTerminal } from '../helpers/hostile/terminal.ts';
import { House } from '../helpers/house.ts';
import type { Picture } from '../helpers/picture.ts';

const rootTest = isRoot && reachesUsers ? test.serial : test.serial.skip;

const hasText = (picture: Picture) => picture.colours() > 8;
const random = generator(2024);
const below = (limit: number) => Math.floor(random() * limit);
const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T;
const odd = () => pick([0, 1, 2, 7, 255, 65_535, 4_294_967_295]);
const junk = (most: number) => new Uint8Array(randomBytes(below(most)));
const word = () => randomBytes(below(18)).toString('base64');

/** What only a broker or a session says. */
const foreign: readonly (() => ControlMessage)[] = [
  () => ({ type: 'View', view: odd(), kind: below(3), sessionId: word(), insertion: odd() }),
  () => ({ type: 'ShowPage', page: below(255), code: word(), detail: word() }),
  () => ({ type: 'CardChallengeEnd', request: odd() }),
  () => ({ type: 'Activity' }),
  () => ({ type: 'LockSession' }),
  () => ({ type: 'UnlockSession' }),
  () => ({ type: 'Shutdown', reason: word() }),
  () => ({ type: 'SessionRequest', wish: below(4) }),
  () => ({
    type: 'Refuse',
    code: 0,
    message: word(),
    serverMajor: 1,
    serverMinor: 0,
    peerMajor: 1,
    peerMinor: 0,
  }),
];

/** What a terminal may say, and here does not say rightly. */
const wrong: readonly (() => ControlMessage)[] = [
  () => ({ type: 'CardRemoved', insertion: odd() }),
  () => ({
    type: 'CardProof',
    insertion: odd(),
    request: odd(),
    key: below(3),
    certificate: junk(900),
    signature: junk(200),
  }),
  () => ({
    type: 'CardProofFailed',
    insertion: odd(),
    request: odd(),
    problem: below(9),
    triesLeft: below(255),
  }),
  () => ({
    type: 'KeyboardLayout',
    rules: word(),
    model: word(),
    layout: word(),
    variant: word(),
    options: word(),
  }),
  () => ({ type: 'OutputsConfigure', outputs: [] }),
];

/** One to three bytes of a message are others, or it is cut or longer. */
function mutated(message: ControlMessage): Uint8Array {
  const bytes = new Uint8Array(encodeControl(message));
  for (let i = below(3); i >= 0; i--) bytes[below(bytes.length)] = below(256);
  if (random() < 0.1) return bytes.subarray(0, below(bytes.length));
  return random() < 0.1 ? new Uint8Array([...bytes, ...junk(50)]) : bytes;
}

/** Each sends until the server has had enough of it, or it has no more to say. @returns how many messages went out */
type Attack = (terminal: HostileTerminal, victim: string) => Promise<void> | void;

const attacks: Readonly<Record<string, Attack>> = {
  "another's card, with proofs that are none": async (terminal, victim) => {
    for (let insertion = 1; insertion <= 5; insertion++) {
      const before = terminal.heard.length;
      terminal.insert(insertion, victim, 2);
      const asked = await eventually(() => {
        const found = terminal.heard
          .slice(before)
          .find(({ type }) => type === 'CardChallenge' || type === 'ShowPage');
        if (!found) throw new Error(`nothing came; ${terminal.types}`);
        return found;
      });
      const request = asked.type === 'CardChallenge' ? asked.request : 1;
      const proof = { insertion, request, key: 0, certificate: junk(900), signature: junk(200) };
      for (let i = 0; i < 20; i++) terminal.send({ type: 'CardProof', ...proof });
      terminal.send({ type: 'CardRemoved', insertion });
    }
  },
  'cards that come and go': (terminal) => {
    for (let i = 1; i <= 800; i++) {
      terminal.insert(i);
      if (i % 2) terminal.send({ type: 'CardRemoved', insertion: i });
    }
  },
  'cards without an end': (terminal) => {
    for (let i = 1; i <= 800; i++) terminal.insert(i);
  },
  'insertions that do not count up': (terminal) => {
    for (const insertion of [9, 8, 9, 0]) terminal.insert(insertion);
  },
  'cards with problems': (terminal) => {
    for (let insertion = 1; insertion <= 800; insertion++)
      terminal.send({
        type: 'CardProblem',
        insertion,
        reader: pick(['a', 'b']),
        problem: below(9),
        detail: word(),
      });
  },
  'more readers than there are': (terminal) => {
    for (let insertion = 1; insertion <= 40; insertion++)
      terminal.send({
        type: 'CardProblem',
        insertion,
        reader: `reader ${insertion}`,
        problem: 0,
        detail: '',
      });
  },
  'answers to nothing': (terminal) => {
    for (let i = 0; i < 1500; i++) terminal.send(pick(wrong)());
  },
  'wishes for a login': (terminal) => {
    for (let i = 0; i < 800; i++) terminal.send({ type: 'LoginRequest' });
  },
};

rootTest('10,000 wrong messages of terminals: others are served, and nothing grows', async (t) => {
  t.timeout(120_000);
  const house = await House.open({ config: '[policy]\nunlock = ["card-key"]\n' });
  t.teardown(() => house.close());
  const pid = house.server.process.pid as number;
  const tokenFile = house.file('token');
  const hall = await house.terminal('hall', { tokenFile });
  await hall.shows('insertCard');
  await house.register(hall.tokenId, house.users.add('a'));
  hall.insertToken();
  await hall.shows('session');
  await hall.until('a window', hasText);
  const views = hall.history.length;
  const before = sizeOf(pid);
  const logBefore = house.server.stderr.length;

  let sent = 0;
  let kept = 0;
  const attack = async (identity: Identity, name: string, act: Attack) => {
    const terminal = await HostileTerminal.connect(house.address, identity, name);
    await act(terminal, hall.tokenId);
    await terminal.read();
    sent += terminal.sent;
    if (!terminal.closed) kept += 1;
    terminal.close();
  };
  const identities: Identity[] = [];
  for (let i = 0; i < 4; i++)
    identities.push(await createIdentity({ algorithm: 'ed25519', name: `wild-${i}` }));
  for (const [i, act] of Object.values(attacks).entries())
    await attack(identities[i % 4] as Identity, `wild-${i % 4}`, act);
  t.is(kept, 6, 'two of them break the protocol');
  for (const message of foreign)
    await attack(identities[0] as Identity, 'wild-0', (terminal) => {
      for (let i = 0; i < 150; i++) terminal.send(message());
    });
  for (let i = 0; i < 120; i++)
    await attack(identities[i % 4] as Identity, `wild-${i % 4}`, (terminal) => {
      for (let j = 0; j < 40; j++) terminal.sendBytes(mutated(pick([...wrong, ...foreign])()));
    });
  t.true(sent >= 10_000, `${sent}`);

  t.true(house.server.running);
  t.is(hall.history.length, views, 'who was there is not disturbed');
  const log = house.server.stderr.slice(logBefore);
  t.log(`${sent} messages, ${log.length} bytes of log, ${JSON.stringify([before, sizeOf(pid)])}`);
  t.true(log.length < 250_000, `${log.length} bytes of log`);
  t.notRegex(log, /"level":"(error|fatal)"/);
  const lab = await house.terminal('lab', { tokenFile });
  await lab.shows('insertCard');
  const inserted = performance.now();
  lab.insertToken();
  await lab.shows('session');
  t.true(performance.now() - inserted < 2_000);
  await hall.shows('replaced');
  const { events } = (await house.wradm('audit', 'list')) as { events: { kind: string }[] };
  t.log(`audit: ${events.length}`);
  await eventually(() => {
    const { descriptors, residentMiB } = sizeOf(pid);
    if (descriptors > before.descriptors + 12) throw new Error(`${descriptors} descriptors`);
    if (residentMiB > before.residentMiB + 60) throw new Error(`${residentMiB} MiB`);
  });
});
