import test from 'ava';
import { BadgeReader } from '../../../firmware/card/badge-reader.ts';
import { parseCards } from '../../../firmware/config/cards.ts';
import { openLog } from '../../../protocol/node/log.ts';
import { HandBus } from '../../helpers/card/hand-bus.ts';
import { ToldEvents } from '../../helpers/card/told.ts';
import { eventually } from '../../helpers/eventually.ts';

const log = openLog({ level: 'silent', name: 'test', readable: false });
const BADGE = '04a2b3c4d5e6f7';

async function open(keys: object, bus = new HandBus()) {
  const parsed = parseCards({ 'badge-readers': [{ device: '0c27:3bfa', ...keys }] }, 'cards');
  const [config] = parsed.badgeReaders;
  if (!config) throw new Error('no badge reader');
  const reader = new BadgeReader({ config, bus, log, nowUs: () => 42, lookMs: 5 });
  const told = new ToldEvents(reader);
  return { bus, reader, told };
}

const until = (what: string, is: () => boolean) =>
  eventually(() => {
    if (!is()) throw new Error(`not yet: ${what}`);
  });

async function plugged(keys: object) {
  const bench = await open(keys);
  bench.bus.plug('/dev/hidraw0');
  await until('opened', () => bench.bus.listeners.has('/dev/hidraw0'));
  return bench;
}

test('a badge is tapped in and out; the reader has a name as others do', async (t) => {
  const { bus, reader, told } = await plugged({ 'id-bytes': 7, 'gone-ms': 100 });
  using _ = reader;
  t.deepEqual(reader.names(), ['Reader (0c27:3bfa) 00']);
  bus.report('/dev/hidraw0', BADGE);
  bus.report('/dev/hidraw0', BADGE);
  const { token } = await told.next('inserted');
  t.like(token, {
    insertion: 1,
    reader: 'Reader (0c27:3bfa) 00',
    kind: 'badge',
    tokenId: BADGE,
    keys: { cardKey: false, pinKey: false },
    eventUs: 42,
  });
  bus.report('/dev/hidraw0', '00000000000000');
  bus.report('/dev/hidraw0', BADGE);
  t.is((await told.next('removed')).insertion, 1);
  t.is(told.all.length, 2);
  await t.throwsAsync(reader.prove(), { code: 'noKey' });
});

test('a badge that is not seen any more is gone', async (t) => {
  const { bus, reader, told } = await plugged({ leaves: 'absence', 'gone-ms': 100 });
  using _ = reader;
  bus.report('/dev/hidraw0', '04a2b3c4');
  await told.next('inserted');
  t.is((await told.next('removed')).insertion, 1);
});

test('a tap for a session that is elsewhere brings it instead of taking it', async (t) => {
  const { bus, reader, told } = await plugged({});
  using _ = reader;
  bus.report('/dev/hidraw0', '04a2b3c4');
  bus.report('/dev/hidraw0', '00000000');
  told.shown = false;
  bus.report('/dev/hidraw0', '04a2b3c4');
  t.deepEqual(
    told.all.map(({ type }) => type),
    ['inserted', 'removed', 'inserted'],
  );
});

test('a badge with a random number is a problem until it is taken away', async (t) => {
  const { bus, reader, told } = await plugged({});
  using _ = reader;
  bus.report('/dev/hidraw0', '08a2b3c4');
  t.is((await told.next('problem')).problem.problem, 'unsupported');
  bus.report('/dev/hidraw0', '00000000');
  t.is((await told.next('removed')).insertion, 1);
  bus.report('/dev/hidraw0', '04a2b3c4');
  await told.next('inserted');
});

test('an unplugged reader takes its badge with it, and works again when it is back', async (t) => {
  const { bus, reader, told } = await plugged({});
  using _ = reader;
  bus.report('/dev/hidraw0', '04a2b3c4');
  await told.next('inserted');
  bus.unplug('/dev/hidraw0');
  t.is((await told.next('removed')).insertion, 1);
  t.deepEqual(reader.names(), []);
  bus.plug('/dev/hidraw0');
  await until('opened', () => bus.listeners.has('/dev/hidraw0'));
  bus.report('/dev/hidraw0', '04a2b3c4');
  t.is((await told.next('inserted')).token.insertion, 2);
});

test('two of a kind are two readers', async (t) => {
  const { bus, reader, told } = await plugged({});
  using _ = reader;
  bus.plug('/dev/hidraw1');
  await until('both', () => reader.names().length === 2);
  bus.report('/dev/hidraw1', '04a2b3c4');
  t.is((await told.next('inserted')).token.reader, 'Reader (0c27:3bfa) 01');
  bus.report('/dev/hidraw0', '05a2b3c4');
  t.is((await told.next('inserted')).token.reader, 'Reader (0c27:3bfa) 00');
});

test('of a device with several interfaces, the one that is wanted is opened, once', async (t) => {
  const { bus, reader } = await open({ 'usage-page': 0xff00 });
  using _ = reader;
  bus.plug('/dev/hidraw0', 'Keyboard', 1);
  bus.plug('/dev/hidraw1', 'Reader', 0xff00);
  bus.plug('/dev/hidraw1', 'Reader', 1);
  await until('opened', () => bus.listeners.has('/dev/hidraw1'));
  t.is(bus.opens, 1);
});

test('of devices with the same numbers, the one with the name is opened', async (t) => {
  const { bus, reader } = await open({ name: 'Badge' });
  using _ = reader;
  bus.plug('/dev/hidraw0', 'A Mouse');
  bus.plug('/dev/hidraw1', 'A Badge Reader');
  await until('opened', () => bus.listeners.has('/dev/hidraw1'));
  t.deepEqual(reader.names(), ['A Badge Reader (0c27:3bfa) 00']);
});

test('a reader that has to be asked is asked again and again', async (t) => {
  const keys = { ask: '8f', 'poll-ms': 50, 'id-bytes': 4, reversed: true, leaves: 'absence' };
  const { bus, reader, told } = await plugged(keys);
  using _ = reader;
  bus.answer = 'c4b3a20400000000';
  t.is((await told.next('inserted')).token.tokenId, '04a2b3c4');
  bus.answer = '0000000000000000';
  await told.next('removed');
  t.is(bus.asked[0], '0:8f00000000000000');
  bus.plugged.clear();
  await until('gone', () => reader.names().length === 0);
});

test('a reader that may not be opened is tried again', async (t) => {
  const bus = new HandBus();
  bus.refusal = new Error('permission denied');
  const { reader } = await open({}, bus);
  using _ = reader;
  bus.plug('/dev/hidraw0');
  t.deepEqual(reader.names(), []);
  bus.refusal = null;
  await until('opened', () => reader.names().length === 1);
});

test('a reader that may not be opened keeps no other one away', async (t) => {
  const bus = new HandBus();
  bus.refusal = new Error('permission denied');
  bus.refused = '/dev/hidraw0';
  bus.plug('/dev/hidraw0');
  bus.plug('/dev/hidraw1');
  const { reader } = await open({}, bus);
  using _ = reader;
  await until('opened', () => reader.names().length === 1);
  t.deepEqual([...bus.listeners.keys()], ['/dev/hidraw1']);
});

test('nothing is told after disposal', async (t) => {
  const { bus, reader, told } = await plugged({});
  const listener = bus.listeners.get('/dev/hidraw0');
  reader[Symbol.dispose]();
  listener?.report(Buffer.from('04a2b3c4', 'hex'));
  listener?.lost('unplugged');
  t.deepEqual(told.all, []);
});
