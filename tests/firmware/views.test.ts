import test from 'ava';
import { RefuseCode } from '../../protocol/generated/control.ts';
import { eventually } from '../helpers/eventually.ts';
import { open } from './held.ts';

const RED = 0xd01020;
const GREEN = 0x10c030;
const BLUE = 0x2030d0;

test('a session is shown, then nothing of it is left, then another one is shown', async (t) => {
  const { broker, held } = await open(t);
  broker.view(1, 'session');
  broker.paint(1, RED);
  await held.shows('session');
  t.is((await held.see())?.at(5, 5), RED);
  const memory = held.terminal.picture?.framebuffer.bytes as Uint8Array;

  broker.view(2, 'none');
  await held.shows('dark');
  t.true(
    memory.every((byte) => byte === 0),
    'the bytes of the picture are overwritten',
  );
  t.is(held.terminal.picture, null);
  t.is(await held.see(), null);

  broker.page('cardRemoved', 'WR-12-ABCD');
  await held.shows('cardRemoved');
  const page = await held.see();
  t.is(
    page?.share((rgb) => rgb === RED),
    0,
  );
  t.true((page?.colours() ?? 0) > 10, 'a page is drawn');

  broker.view(3, 'session');
  broker.paint(3, GREEN);
  await held.shows('session');
  t.deepEqual(held.showing, { what: 'session', view: 3, sessionId: 'session of view 3' });
  t.is((await held.see())?.at(5, 5), GREEN);
});

test('frames and pointers of another view are dropped, whatever they are', async (t) => {
  const { broker, held } = await open(t);
  broker.view(1, 'session');
  broker.paint(1, RED);
  await held.shows('session');
  broker.view(2, 'none');
  broker.page('insertCard');
  broker.paint(1, BLUE);
  broker.paint(2, BLUE);
  broker.showCursor(1);
  await held.shows('insertCard');
  broker.view(3, 'session');
  broker.paint(2, BLUE);
  broker.paint(1, BLUE);
  broker.paint(3, GREEN);
  await held.shows('session');
  t.is(
    (await held.settled()).share((rgb) => rgb === GREEN),
    1,
  );
  await eventually(() => {
    if (!broker.acknowledged.includes(3)) throw new Error('not acknowledged');
  });
  t.deepEqual([...new Set(broker.acknowledged)], [1, 3]);
});

test('until the first whole picture of a view the page stays', async (t) => {
  const { broker, held } = await open(t);
  broker.view(1, 'none');
  broker.page('insertCard');
  await held.shows('insertCard');
  broker.view(2, 'session');
  broker.page('starting');
  await held.shows('starting');
  broker.paint(2, GREEN);
  await held.shows('session');
  t.is((await held.see())?.at(400, 300), GREEN);
});

test('a session that comes soon takes the place of the page, without another page between', async (t) => {
  const { broker, held } = await open(t);
  broker.view(1, 'none');
  broker.page('insertCard');
  await held.shows('insertCard');
  broker.page('readingCard');
  broker.view(2, 'session');
  broker.paint(2, GREEN);
  await held.shows('session');
  const shown = held.history.map((it) => (it.what === 'page' ? it.page.name : it.what));
  t.deepEqual(shown.slice(shown.indexOf('insertCard')), ['insertCard', 'session']);
});

test('from one view to the next the old picture is never shown', async (t) => {
  const { broker, held } = await open(t);
  broker.view(1, 'greeter');
  broker.paint(1, RED);
  await held.shows('greeter');
  broker.view(2, 'session');
  await held.shows('dark');
  t.is(await held.see(), null);
  broker.paint(2, GREEN);
  await held.shows('session');
});

test('what is typed goes to the view that shows, and to none while a page shows', async (t) => {
  const { broker, held } = await open(t);
  broker.view(1, 'session');
  broker.paint(1, RED);
  await held.shows('session');
  held.key(30, true);
  await eventually(() => {
    if (!broker.input.some(({ type }) => type === 'Key')) throw new Error('no key');
  });
  broker.view(2, 'none');
  broker.page('refused');
  await held.shows('refused');
  held.key(30, false);
  held.type('secret\n');
  held.click({ x: 5, y: 5 });
  broker.view(3, 'session');
  held.type('x');
  broker.paint(3, GREEN);
  await held.shows('session');
  held.key(31, true);
  await eventually(() => {
    if (broker.input.filter(({ type }) => type === 'Key').length < 2) throw new Error('no key');
  });
  const told = broker.input.map((input) =>
    input.type === 'Key'
      ? `${input.code} ${input.pressed}`
      : input.type === 'InputView'
        ? `view ${input.view}`
        : input.type,
  );
  const meant = told.filter((it) => it !== 'ReleaseAll');
  t.deepEqual(meant, ['view 1', '30 true', 'view 2', 'view 3', '31 true']);
  t.is(told[told.indexOf('30 true') + 1], 'ReleaseAll', 'the key is released where it was pressed');
});

test('Enter or a click at a page that offers a login asks for one, once', async (t) => {
  const { broker, held } = await open(t);
  broker.view(1, 'none');
  broker.page('insertCard');
  await held.shows('insertCard');
  held.type('a');
  held.press('Enter');
  held.press('Enter');
  held.click({ x: 9, y: 9 });
  await broker.hears('LoginRequest');
  broker.page('revoked');
  await held.shows('revoked');
  held.press('Enter');
  broker.page('moved');
  await held.shows('moved');
  t.is(broker.received.filter(({ type }) => type === 'LoginRequest').length, 1);
});

test('a lost link leaves nothing of the session, and the next one begins anew', async (t) => {
  const { broker, held } = await open(t);
  broker.view(7, 'session');
  broker.paint(7, RED);
  await held.shows('session');
  const memory = held.terminal.picture?.framebuffer.bytes as Uint8Array;
  broker.dropLink();
  await held.shows('disconnected');
  t.true(memory.every((byte) => byte === 0));
  await broker.attached(2);
  broker.view(1, 'session');
  broker.paint(1, GREEN);
  await held.shows('session');
  t.is((await held.see())?.at(5, 5), GREEN);
});

test('without views all is as it was: frames of view 0, no page between', async (t) => {
  const { broker, held } = await open(t);
  broker.paint(0, GREEN);
  await held.until('green', (picture) => picture.at(5, 5) === GREEN);
  held.key(30, true);
  await eventually(() => {
    if (!broker.input.some(({ type }) => type === 'Key')) throw new Error('no key');
  });
  t.deepEqual(held.history, []);
  held.insertToken();
  broker.paint(0, RED);
  await held.until('red', (picture) => picture.at(5, 5) === RED);
  t.deepEqual(
    broker.received.map(({ type }) => type),
    ['Hello'],
    'such a server is told nothing of tokens',
  );
});

test('a page of a newer server is shown with what it says', async (t) => {
  const { broker, held } = await open(t);
  broker.send({ type: 'ShowPage', page: 99, code: 'WR-99-ZZ', detail: 'A new\u202e thing' });
  const showing = await held.shows('unknownPage');
  t.like(showing, { page: { code: 'WR-99-ZZ', detail: 'A new  thing' } });
});

test('a server that is too busy is tried again', async (t) => {
  const { broker, held } = await open(t);
  broker.page('insertCard');
  await held.shows('insertCard');
  broker.refuseNext = { code: RefuseCode.busy, message: 'too many terminals' };
  broker.dropLink();
  t.like(await held.shows('busy'), { page: { detail: 'too many terminals. Trying again.' } });
  await broker.attached(2);
  broker.page('insertCard');
  await held.shows('insertCard');
});
