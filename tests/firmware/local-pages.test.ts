import test from 'ava';
import type { HostFacts } from '../../firmware/information/facts.ts';
import { Framebuffer } from '../../native/pixels/index.ts';
import { RefuseCode } from '../../protocol/generated/control.ts';
import { shortFingerprint } from '../../protocol/short-fingerprint.ts';
import { PROTOCOL_MAJOR } from '../../protocol/version.ts';
import { eventually } from '../helpers/eventually.ts';
import type { HeldTerminal } from '../helpers/held-terminal.ts';
import { Picture } from '../helpers/picture.ts';
import { open } from './held.ts';

const GREEN = 0x10c030;
const BLUE = 0x2030d0;
const KEY = { ctrl: 29, alt: 56, i: 23, a: 30, escape: 1 } as const;

const facts = (): HostFacts => ({
  name: 'reception',
  version: '1.2.3',
  network: { interfaces: [], state: 'up' },
  server: null,
  found: null,
  nowMs: 0,
  clockWrong: false,
  problems: [],
});

function toggle(held: HeldTerminal): void {
  for (const code of [KEY.ctrl, KEY.alt, KEY.i]) held.key(code, true);
  for (const code of [KEY.i, KEY.alt, KEY.ctrl]) held.key(code, false);
}

/** A picture with something in each corner of it. */
function pattern(): Framebuffer {
  const picture = new Framebuffer(800, 600);
  for (let i = 0; i < picture.bytes.length; i++)
    picture.bytes[i] = i % 4 === 3 ? 0xff : (i * 7) & 0xff;
  return picture;
}

const isSame = (shown: Picture | null, wanted: Framebuffer): boolean =>
  shown !== null && shown.changedSince(new Picture(wanted)) === null;

test('over a session: its pixels are back afterwards, and what is typed meanwhile goes nowhere', async (t) => {
  const { broker, held } = await open(t, { facts });
  const picture = pattern();
  broker.view(1, 'session');
  broker.paintPicture(1, picture);
  await held.shows('session');
  t.true(isSame(await held.see(), picture));

  toggle(held);
  const showing = await held.shows('information');
  t.like(showing, { page: { code: 'WR-35' } });
  const shown = await held.see();
  t.false(isSame(shown, picture));
  t.is(shown?.share((rgb) => rgb === 0x20242c).toFixed(0), '1');
  held.type('secret\n');
  held.click({ x: 400, y: 300 });
  toggle(held);
  await held.shows('session');
  t.true(isSame(await held.see(), picture), 'not one pixel is another one');

  held.key(KEY.a, true);
  held.key(KEY.a, false);
  await eventually(() => {
    if (!broker.input.some((it) => it.type === 'Key' && it.code === KEY.a)) throw new Error('-');
  });
  const keys = broker.input.flatMap((it) => (it.type === 'Key' ? [it.code] : []));
  t.deepEqual([...new Set(keys)].sort(), [KEY.ctrl, KEY.a, KEY.alt].sort());
  t.false(broker.input.some(({ type }) => type === 'PointerButton'));
});

test('what a session draws meanwhile is there afterwards', async (t) => {
  const { broker, held } = await open(t, { facts });
  broker.view(1, 'session');
  broker.paint(1, GREEN);
  await held.shows('session');
  toggle(held);
  await held.shows('information');
  broker.paint(1, BLUE);
  await held.until('the frame', (picture) => picture.at(5, 5) === BLUE);
  t.is(held.showing.what, 'page');
  held.key(KEY.escape, true);
  held.key(KEY.escape, false);
  await held.shows('session');
  t.is((await held.see())?.at(5, 5), BLUE);
});

test('over a page that offers a login nobody logs in, and the server hears of none of it', async (t) => {
  const { broker, held } = await open(t, { facts });
  broker.page('insertCard');
  await held.shows('insertCard');
  toggle(held);
  await held.shows('information');
  held.type('\n');
  held.click({ x: 400, y: 300 });
  toggle(held);
  await held.shows('insertCard');
  held.type('\n');
  await broker.hears('LoginRequest');
  t.is(broker.received.filter(({ type }) => type === 'LoginRequest').length, 1);
});

test('a session that goes meanwhile does not come back with the page', async (t) => {
  const { broker, held } = await open(t, { facts });
  broker.view(1, 'session');
  broker.paint(1, GREEN);
  await held.shows('session');
  toggle(held);
  await held.shows('information');
  broker.view(2, 'none');
  broker.page('cardRemoved');
  await eventually(() => {
    if (held.terminal.picture) throw new Error('still there');
  });
  toggle(held);
  await held.shows('cardRemoved');
  t.is(
    (await held.see())?.share((rgb) => rgb === GREEN),
    0,
  );
});

test('a terminal that waits for approval shows its fingerprint', async (t) => {
  const { broker, held } = await open(t);
  broker.page('waitingApproval', 'WR-8-7QK2');
  const showing = await held.shows('waitingApproval');
  const note = shortFingerprint(broker.terminalFingerprint);
  t.like(showing, { page: { code: 'WR-8-7QK2', note } });
  t.regex(note, /^([0-9a-f]{4} ){7}[0-9a-f]{4}$/);
});

test('after a refusal it is tried again, and the terminal shows its fingerprint', async (t) => {
  const { broker, held } = await open(t, { endless: true });
  broker.page('insertCard');
  await held.shows('insertCard');
  broker.refuseNext = { code: RefuseCode.credential, message: 'who is that' };
  const note = shortFingerprint(broker.terminalFingerprint);
  broker.dropLink();
  const showing = await held.shows('serverRefused');
  t.like(showing, { page: { detail: 'who is that. Trying again.', note } });
  await broker.attached(2);
  broker.page('insertCard');
  await held.shows('insertCard');
});

for (const [major, page] of [
  [PROTOCOL_MAJOR + 1, 'terminalTooOld'],
  [PROTOCOL_MAJOR - 1, 'serverTooOld'],
] as const) {
  test(`a server of protocol ${major} has the terminal say ${page}, until it is another one`, async (t) => {
    const { broker, held } = await open(t, { endless: true });
    broker.page('insertCard');
    await held.shows('insertCard');
    broker.refuseNext = { code: RefuseCode.version, message: 'no', major };
    broker.dropLink();
    await held.shows(page);
    await broker.attached(2);
    broker.page('insertCard');
    await held.shows('insertCard');
    t.pass();
  });
}
