import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { PageKind } from '../../protocol/generated/control.ts';
import { createIdentity } from '../../protocol/node/certificate.ts';
import { isRoot, reachesUsers } from '../appliance/sessd/rig.ts';
import { chanceOfDifference, mean } from '../appliance/sessd/statistics.ts';
import { eventually } from '../helpers/eventually.ts';
import { HostileTerminal } from '../helpers/hostile/terminal.ts';
import type { LoginTimes } from '../helpers/hostile/timing-greeter.ts';
import { House } from '../helpers/house.ts';
import { repository } from '../helpers/program.ts';
import { scratchFolder } from '../helpers/scratch.ts';

const rootTest = isRoot && reachesUsers ? test.serial : test.serial.skip;

const LOGINS = 14;
const TURNS = 8;
/** Cards that a terminal may have looked up at once. */
const BURST = 20;

function cannotBeTold(t: ExecutionContext, what: string, a: number[], b: number[]): void {
  const chance = chanceOfDifference(a, b);
  t.log(`${what}: ${mean(a).toFixed(2)} and ${mean(b).toFixed(2)} ms, p ${chance.toFixed(3)}`);
  t.true(chance > 0.001, what);
}

rootTest('at the login screen nobody can tell by time or words who has an account', async (t) => {
  t.timeout(120_000);
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  chmodSync(scratch.path, 0o711);
  const out = `${scratch.path}/out`;
  mkdirSync(out);
  chmodSync(out, 0o777);
  const program = `${scratch.path}/greeter.mjs`;
  const house = await House.open({
    config: '[greeter]\nidle-page = "greeter"\n',
    sessd: { args: ['--test-greeter', program], times: { floorMs: 300, jitterMs: 60 } },
  });
  t.teardown(() => house.close());
  const known = house.users.add('t');
  // A name of the same length.
  const unknown = known.replace(/.$/, 'n');
  const main = `${repository}tests/helpers/hostile/timing-greeter.ts`;
  const call = `measureLogins('${known}', '${unknown}', ${LOGINS}, '${out}/times')`;
  const engine = `import '${repository}protocol/node/engine.js';`;
  const text = `${engine}\nconst { measureLogins } = await import('${main}');\n${call};\n`;
  writeFileSync(program, `#!${process.execPath}\n${text}`);
  chmodSync(program, 0o755);
  await house.terminal('hall');
  const times = await eventually(
    () => JSON.parse(readFileSync(`${out}/times`, 'utf8')) as LoginTimes,
    60_000,
  );
  t.is(times.refused.known.length, LOGINS);
  t.is(times.refused.unknown.length, LOGINS);
  t.is(new Set(times.words).size, 2, [...new Set(times.words)].join());
  cannotBeTold(t, 'known and unknown users are asked', times.asked.known, times.asked.unknown);
  cannotBeTold(t, 'and refused', times.refused.known, times.refused.unknown);
});

/**
 * That a card is registered shows in the answer itself: it is challenged. So time must give away nothing about cards
 * that are not: how near a number comes to one that is.
 */
rootTest(
  'time does not tell how near the number of a card comes to a registered one',
  async (t) => {
    t.timeout(120_000);
    const house = await House.open({ config: '[policy]\nunlock = ["card-key"]\n' });
    t.teardown(() => house.close());
    const registered = randomBytes(16).toString('hex');
    const key = `cardKey=${'d'.repeat(64)}`;
    const ann = house.users.add('u');
    await house.wradm('token', 'add', `smartCard:${registered}`, ann, '--key', key);
    const times = { near: [] as number[], far: [] as number[] };
    const numbers = {
      near: () => registered.slice(0, -2) + randomBytes(1).toString('hex'),
      far: () => randomBytes(16).toString('hex'),
    };
    for (let turn = 0; turn < TURNS; turn++) {
      const name = `wild-${turn}`;
      const identity = await createIdentity({ algorithm: 'ed25519', name });
      const terminal = await HostileTerminal.connect(house.address, identity, name);
      for (let i = 1; i <= BURST; i++) {
        // In turns that change places, so that what grows with time falls on both.
        const kind = (i + Math.floor(i / 2) + turn) % 2 === 0 ? 'near' : 'far';
        let number = numbers[kind]();
        while (number === registered) number = numbers[kind]();
        const timeMs = await answerTimeMs(terminal, i, number);
        // The first ones of a connection are slow for reasons of their own.
        if (i > 4) times[kind].push(timeMs);
      }
      terminal.close();
    }
    cannotBeTold(t, 'near and far numbers', times.near, times.far);
  },
);

/** Until the page comes that says that nobody knows the card. Each in a reader of its own: flapping is another matter. */
async function answerTimeMs(terminal: HostileTerminal, insertion: number, number: string) {
  const before = terminal.heard.length;
  const startMs = performance.now();
  const told = new Promise<number>((resolve) => {
    terminal.onHeard = (message) => {
      if (message.type === 'ShowPage' && message.page === PageKind.unknownCard)
        resolve(performance.now() - startMs);
    };
  });
  terminal.insert(insertion, number, 0, `reader ${insertion % 8}`);
  const timeMs = await told;
  terminal.send({ type: 'CardRemoved', insertion });
  await eventually(() => {
    const since = terminal.heard.slice(before);
    if (
      !since.some((message) => message.type === 'ShowPage' && message.page === PageKind.insertCard)
    )
      throw new Error('the page stays');
  });
  return timeMs;
}
