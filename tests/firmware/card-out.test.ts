import test, { type ExecutionContext } from 'ava';
import { createIdentity } from '../../protocol/node/certificate.ts';
import { connectTls } from '../../protocol/node/tls-client.ts';
import { CutLine } from '../helpers/cut-line.ts';
import { eventually } from '../helpers/eventually.ts';
import { HeldTerminal } from '../helpers/held-terminal.ts';
import { scratchFolder } from '../helpers/scratch.ts';
import { open } from './held.ts';
import { ScriptedBroker } from './scripted-broker.ts';

const RED = 0xd01020;
const GREEN = 0x10c030;

/** A terminal with a card in it, which has brought the session that is shown. */
async function brought(t: ExecutionContext, insertion = 1) {
  const bench = await open(t);
  await bring(bench, insertion);
  return bench;
}

async function bring(
  { broker, held }: { broker: ScriptedBroker; held: HeldTerminal },
  insertion = 1,
): Promise<Uint8Array> {
  broker.page('insertCard');
  await held.shows('insertCard');
  held.insertToken();
  await broker.hears('CardInserted');
  broker.view(1, 'session', insertion);
  broker.paint(1, RED);
  await held.shows('session');
  await held.until('the picture', (picture) => picture.at(5, 5) === RED);
  return held.terminal.picture?.framebuffer.bytes as Uint8Array;
}

test('the picture goes with the card, before the server has said anything', async (t) => {
  const { broker, held } = await brought(t);
  const memory = held.terminal.picture?.framebuffer.bytes as Uint8Array;
  held.hold('a');
  held.removeToken();
  await held.shows('cardRemoved');
  t.true(
    memory.every((byte) => byte === 0),
    'the bytes of the picture are overwritten',
  );
  t.is(held.terminal.picture, null);
  t.is(
    (await held.see())?.share((rgb) => rgb === RED),
    0,
  );

  t.is((await broker.hears('CardRemoved')).insertion, 1);
  const keys = () => broker.input.flatMap((it) => (it.type === 'Key' ? [it.pressed] : []));
  await eventually(() => {
    if (broker.input.at(-1)?.type !== 'ReleaseAll')
      throw new Error('what was held is not released');
  });
  held.type('secret');
  broker.paint(1, GREEN);
  broker.showCursor(1);
  // All that came before it has been dealt with then.
  broker.page('cardRemoved', 'WR-12-ABCD');
  await held.shows('cardRemoved');
  t.is(held.terminal.picture, null);
  t.deepEqual(keys(), [true]);

  broker.view(2, 'session');
  broker.paint(2, GREEN);
  await held.shows('session');
});

test('so it does over a line that is cut without a word', async (t) => {
  const broker = await ScriptedBroker.start(t);
  const line = await CutLine.open(broker.address);
  const scratch = scratchFolder();
  const identity = await createIdentity({ algorithm: 'ed25519', name: 'held terminal' });
  const [host = '', port] = line.address.split(':');
  const held = new HeldTerminal({
    address: line.address,
    fingerprint: broker.identity.fingerprint,
    identity,
    width: 800,
    height: 600,
    tokenFile: `${scratch.path}/token`,
    connect: () =>
      connectTls({ host, port: Number(port), pin: broker.identity.fingerprint, identity }),
  });
  t.teardown(() => {
    held.end();
    line[Symbol.dispose]();
    scratch[Symbol.dispose]();
  });
  await broker.attached();
  const memory = await bring({ broker, held });
  line.cut();
  held.removeToken();
  await held.shows('cardRemoved');
  t.true(memory.every((byte) => byte === 0));
  await held.shows('disconnected');
  t.is(held.terminal.picture, null);
  t.false(broker.received.some(({ type }) => type === 'CardRemoved'));
});

test('a session that no card of the terminal brought stays until the server takes it', async (t) => {
  const { broker, held } = await brought(t, 0);
  held.removeToken();
  await broker.hears('CardRemoved');
  t.is(held.showing.what, 'session');
  t.is((await held.settled()).at(5, 5), RED);
});

test('a session whose card has gone while it was on its way is not shown', async (t) => {
  const { broker, held } = await open(t);
  broker.page('insertCard');
  await held.shows('insertCard');
  held.insertToken();
  await broker.hears('CardInserted');
  held.removeToken();
  broker.view(1, 'session', 1);
  broker.paint(1, RED);
  await held.shows('cardRemoved');
  broker.page('insertCard');
  await held.shows('insertCard');
  t.false(held.history.some(({ what }) => what === 'session'));
});
