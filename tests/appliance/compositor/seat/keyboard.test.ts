import test from 'ava';
import { Stage } from '../stage.ts';

const KEY_A = 30;
const KEY_LEFTSHIFT = 42;
const KEY_CAPSLOCK = 58;

/** Events without serials and times. */
function plain(events: unknown[][]): unknown[][] {
  return events.map(([name, ...args]) => {
    if (name === 'key') return [name, args[2], args[3]];
    if (name === 'enter' || name === 'leave' || name === 'modifiers')
      return [name, ...args.slice(1)];
    return [name, ...args];
  });
}

async function focusable(stage: Stage) {
  const actor = await stage.connect();
  const keyboard = actor.keyboard();
  const window = actor.surface(100, 100);
  const surface = await actor.serverSurface(window);
  stage.show({ surface, x: 0, y: 0 });
  await stage.settle();
  return { actor, keyboard, window, surface };
}

test.serial('a new keyboard is told the keymap and the repeat rate', async (t) => {
  using stage = new Stage();
  const { actor, keyboard } = await focusable(stage);
  const [keymap, repeat] = actor.wire.take(keyboard);
  t.deepEqual(keymap?.slice(0, 3), ['keymap', 1, 'fd']);
  t.true((keymap?.[3] as number) > 10_000);
  t.deepEqual(repeat, ['repeat_info', 25, 600]);
});

test.serial(
  'enter carries pressed keys and modifiers; a later keyboard object is entered too',
  async (t) => {
    using stage = new Stage();
    const { actor, keyboard, window, surface } = await focusable(stage);
    actor.wire.take(keyboard);
    stage.seat.key(1, KEY_LEFTSHIFT, true);
    stage.seat.setKeyboardFocus(surface);
    await stage.settle();
    const enter = [
      ['enter', window, [KEY_LEFTSHIFT]],
      ['modifiers', 1, 0, 0, 0],
    ];
    t.deepEqual(plain(actor.wire.take(keyboard)), enter);
    const second = actor.keyboard();
    await stage.settle();
    t.deepEqual(plain(actor.wire.take(second)).slice(2), enter);
    stage.seat.key(2, KEY_A, true);
    stage.seat.key(2, KEY_A, true);
    await stage.settle();
    for (const object of [keyboard, second]) {
      t.deepEqual(plain(actor.wire.take(object)), [['key', KEY_A, 1]]);
    }
  },
);

test.serial('nobody gets a release without its press', async (t) => {
  using stage = new Stage();
  const { actor, keyboard, window, surface } = await focusable(stage);
  actor.wire.take(keyboard);
  stage.seat.key(1, KEY_A, true);
  stage.seat.key(2, KEY_A, false);
  stage.seat.key(3, 48, false);
  stage.seat.interceptors.push({ key: (_time, code) => code === 16 });
  stage.seat.key(4, 16, true);
  stage.seat.setKeyboardFocus(surface);
  stage.seat.key(5, 16, false);
  stage.seat.key(6, -1, true);
  stage.seat.key(6, 1e9, true);
  await stage.settle();
  t.deepEqual(plain(actor.wire.take(keyboard)), [
    ['enter', window, []],
    ['modifiers', 0, 0, 0, 0],
  ]);
});

test.serial('CapsLock stays through releaseAll, and through another layout', async (t) => {
  using stage = new Stage();
  const { actor, keyboard, surface } = await focusable(stage);
  stage.seat.setKeyboardFocus(surface);
  stage.seat.key(1, KEY_CAPSLOCK, true);
  stage.seat.key(2, KEY_CAPSLOCK, false);
  await stage.settle();
  actor.wire.take(keyboard);
  stage.seat.releaseAll();
  stage.seat.setKeyboardNames({ rules: '', model: '', layout: 'de', variant: '', options: '' });
  await stage.settle();
  const events = plain(actor.wire.take(keyboard));
  t.true(events.some(([name]) => name === 'keymap'));
  t.deepEqual(events.at(-1), ['modifiers', 0, 0, 2, 0]);
  stage.seat.setKeyboardNames({ rules: '', model: '', layout: 'de', variant: '', options: '' });
  const unknown = { rules: '', model: '', layout: 'xx-none', variant: '', options: '' };
  t.throws(() => stage.seat.setKeyboardNames(unknown), { message: /xx-none/ });
  stage.seat.key(3, KEY_A, true);
  await stage.settle();
  t.deepEqual(plain(actor.wire.take(keyboard)), [['key', KEY_A, 1]]);
});

test.serial('the focus moves with leave before enter, and dies with its surface', async (t) => {
  using stage = new Stage();
  const { actor, keyboard, window, surface } = await focusable(stage);
  const second = actor.surface(50, 50);
  const other = await actor.serverSurface(second);
  actor.wire.take(keyboard);
  stage.seat.setKeyboardFocus(surface);
  stage.seat.setKeyboardFocus(other);
  await stage.settle();
  t.deepEqual(
    plain(actor.wire.take(keyboard)).filter(([name]) => name !== 'modifiers'),
    [
      ['enter', window, []],
      ['leave', window],
      ['enter', second, []],
    ],
  );
  const changes: unknown[] = [];
  stage.seat.onFocusChanged((focus) => changes.push(focus));
  actor.wire.request(second, 'destroy');
  await stage.settle();
  t.is(stage.seat.keyboardFocus, null);
  t.deepEqual(changes, [null]);
  t.deepEqual(actor.wire.take(keyboard), []);
  t.deepEqual(stage.errors, []);
});

test.serial('a press is on its way before its release is dealt with', async (t) => {
  using stage = new Stage();
  const { surface } = await focusable(stage);
  stage.seat.setKeyboardFocus(surface);
  const { client } = surface;
  const flush = client.flush.bind(client);
  let flushed = 0;
  client.flush = () => {
    flushed++;
    flush();
  };
  stage.seat.key(1, KEY_A, true);
  t.is(flushed, 1);
  stage.seat.key(1, KEY_A, false);
  t.is(flushed, 1);
});
