import test from 'ava';
import { Stage } from '../stage.ts';

const BTN_LEFT = 0x110;
const BTN_RIGHT = 0x111;

async function twoWindows(stage: Stage) {
  const actor = await stage.connect();
  const pointer = actor.pointer();
  const [left, right] = [actor.surface(100, 100), actor.surface(100, 100)];
  const a = { surface: await actor.serverSurface(left), x: 0, y: 0 };
  const b = { surface: await actor.serverSurface(right), x: 200, y: 0 };
  stage.show(a, b);
  await stage.settle();
  return { actor, pointer, left, right, a, b };
}

test.serial('enter, motion and leave come with surface coordinates, each in a frame', async (t) => {
  using stage = new Stage();
  const { actor, pointer, left } = await twoWindows(stage);
  actor.wire.take(pointer);
  stage.seat.pointerMotion(10, 30, 40.5);
  stage.seat.pointerFrame();
  stage.seat.pointerMotion(11, 31, 42);
  stage.seat.pointerFrame();
  stage.seat.pointerMotion(12, 500, 500);
  stage.seat.pointerFrame();
  await stage.settle();
  const events = actor.wire.take(pointer);
  t.deepEqual(
    events.map(([name]) => name),
    ['enter', 'frame', 'motion', 'frame', 'leave', 'frame'],
  );
  t.deepEqual(events[0]?.slice(2), [left, 30, 40.5]);
  t.deepEqual(events[2]?.slice(1), [11, 31, 42]);
  t.deepEqual(stage.errors, []);
});

test.serial(
  'the surface of the first press keeps the pointer until the last release',
  async (t) => {
    using stage = new Stage();
    const { actor, pointer, right } = await twoWindows(stage);
    stage.seat.pointerMotion(1, 50, 50);
    stage.seat.pointerButton(2, BTN_LEFT, true);
    stage.seat.pointerFrame();
    await stage.settle();
    actor.wire.take(pointer);
    stage.seat.pointerMotion(3, 250, 60);
    stage.seat.pointerButton(4, BTN_RIGHT, true);
    stage.seat.pointerButton(5, BTN_LEFT, false);
    stage.seat.pointerFrame();
    await stage.settle();
    const held = actor.wire.take(pointer);
    t.deepEqual(
      held.map(([name]) => name),
      ['motion', 'button', 'button', 'frame'],
    );
    t.deepEqual(held[0]?.slice(2), [250, 60]);
    stage.seat.pointerButton(6, BTN_RIGHT, false);
    stage.seat.pointerFrame();
    await stage.settle();
    const released = actor.wire.take(pointer);
    t.deepEqual(
      released.map(([name]) => name),
      ['button', 'leave', 'enter', 'frame'],
    );
    t.deepEqual(released[2]?.slice(2), [right, 50, 60]);
  },
);

test.serial('a window that moves under a still pointer gets enter, motion and leave', async (t) => {
  using stage = new Stage();
  const { actor, pointer, a } = await twoWindows(stage);
  stage.seat.pointerMotion(1, 500, 500);
  stage.seat.pointerFrame();
  stage.show({ ...a, x: 450, y: 450 });
  await stage.settle();
  t.deepEqual(actor.wire.names(pointer), ['enter', 'frame']);
  stage.show({ ...a, x: 445, y: 455 });
  await stage.settle();
  const moved = actor.wire.take(pointer);
  t.deepEqual(
    moved.map(([name]) => name),
    ['motion', 'frame'],
  );
  t.deepEqual(moved[0]?.slice(2), [55, 45]);
  stage.show();
  await stage.settle();
  t.deepEqual(actor.wire.names(pointer), ['leave', 'frame']);
});

test.serial('a wheel is told as each version knows it', async (t) => {
  using stage = new Stage();
  const { actor, pointer } = await twoWindows(stage);
  const old = actor.wire.bind('wl_seat', 5);
  const oldPointer = actor.wire.request(old, 'get_pointer', 'new');
  await stage.settle();
  stage.seat.pointerMotion(1, 50, 50);
  stage.seat.pointerFrame();
  await stage.settle();
  actor.wire.take(pointer);
  actor.wire.take(oldPointer);
  const half = { axis: 'vertical', value: 7.5, v120: 60, source: 'wheel' } as const;
  stage.seat.pointerAxis(5, half);
  stage.seat.pointerFrame();
  stage.seat.pointerAxis(6, half);
  stage.seat.pointerFrame();
  await stage.settle();
  const once = [
    ['axis_source', 0],
    ['axis_relative_direction', 0, 0],
    ['axis_value120', 0, 60],
  ];
  t.deepEqual(actor.wire.take(pointer), [
    ...once,
    ['axis', 5, 0, 7.5],
    ['frame'],
    ...once,
    ['axis', 6, 0, 7.5],
    ['frame'],
  ]);
  t.deepEqual(actor.wire.take(oldPointer), [
    ['frame'],
    ['axis_source', 0],
    ['axis_discrete', 0, 1],
    ['axis', 6, 0, 15],
    ['frame'],
  ]);
});

test.serial('releaseAll releases buttons, keys and touches and cancels a grab', async (t) => {
  using stage = new Stage();
  const { actor, pointer, a } = await twoWindows(stage);
  const keyboard = actor.keyboard();
  const touch = actor.touch();
  await stage.settle();
  stage.seat.setKeyboardFocus(a.surface);
  stage.seat.pointerMotion(1, 50, 50);
  stage.seat.pointerButton(2, BTN_LEFT, true);
  stage.seat.key(3, 42, true);
  stage.seat.touchDown(4, 7, 60, 60);
  stage.seat.touchFrame();
  stage.seat.pointerFrame();
  await stage.settle();
  for (const object of [pointer, keyboard, touch]) actor.wire.take(object);
  stage.seat.releaseAll();
  await stage.settle();
  t.deepEqual(actor.wire.names(pointer), ['button', 'frame']);
  t.deepEqual(
    actor.wire.take(keyboard).map(([name, , ...rest]) => [name, ...rest]),
    [
      ['key', 1000, 42, 0],
      ['modifiers', 0, 0, 0, 0],
      ['modifiers', 0, 0, 0, 0],
    ],
  );
  t.deepEqual(actor.wire.names(touch), ['cancel']);
  let cancelled = 0;
  const grab = { motion() {}, button() {}, cancel: () => cancelled++ };
  stage.seat.startPointerGrab(grab);
  stage.seat.releaseAll();
  stage.seat.releaseAll();
  t.is(cancelled, 1);
});

test.serial(
  'an interceptor eats press and release; a grab takes the pointer from its client',
  async (t) => {
    using stage = new Stage();
    const { actor, pointer } = await twoWindows(stage);
    const seen: unknown[] = [];
    stage.seat.interceptors.push({
      button: (_time, hit, code, pressed) => {
        seen.push([hit?.x, code, pressed]);
        return code === BTN_RIGHT;
      },
    });
    stage.seat.pointerMotion(1, 50, 50);
    stage.seat.pointerButton(2, BTN_RIGHT, true);
    stage.seat.pointerButton(3, BTN_RIGHT, false);
    stage.seat.pointerFrame();
    await stage.settle();
    t.deepEqual(actor.wire.names(pointer), ['enter', 'frame']);
    t.deepEqual(seen, [
      [50, BTN_RIGHT, true],
      [50, BTN_RIGHT, false],
    ]);
    stage.seat.pointerButton(4, BTN_LEFT, true);
    const moves: number[] = [];
    stage.seat.startPointerGrab({
      motion: (_time, x) => moves.push(x),
      button: () => stage.seat.endPointerGrab(),
      cancel() {},
    });
    stage.seat.pointerMotion(5, 250, 50);
    stage.seat.pointerButton(6, BTN_LEFT, false);
    stage.seat.pointerFrame();
    await stage.settle();
    t.deepEqual(moves, [250]);
    t.deepEqual(actor.wire.names(pointer), ['button', 'leave', 'frame', 'enter', 'frame']);
  },
);

test.serial('serials tell where a press came from, only to its client', async (t) => {
  using stage = new Stage();
  const { actor, pointer, a } = await twoWindows(stage);
  const other = await stage.connect();
  stage.seat.pointerMotion(1, 50, 50);
  stage.seat.pointerButton(2, BTN_LEFT, true);
  stage.seat.pointerFrame();
  await stage.settle();
  const press = actor.wire.take(pointer).find(([name]) => name === 'button');
  const serial = press?.[1] as number;
  const origin = stage.seat.serialOrigin(serial, a.surface.client);
  t.like(origin, { kind: 'button', surface: a.surface, pressed: true, held: true });
  const stranger = await other.serverSurface(other.surface());
  t.is(stage.seat.serialOrigin(serial, stranger.client), null);
  t.is(stage.seat.serialOrigin(serial + 99, a.surface.client), null);
  stage.seat.pointerButton(3, BTN_LEFT, false);
  t.false(stage.seat.serialOrigin(serial, a.surface.client)?.held);
});

test.serial('ten thousand pointers of one client cost it events, not the compositor', async (t) => {
  using stage = new Stage();
  const { actor } = await twoWindows(stage);
  const pointers = [];
  for (let i = 0; i < 10_000; i++) {
    pointers.push(actor.pointer());
    if (i % 500 === 0) await actor.wire.roundtrip();
  }
  await stage.settle();
  stage.seat.pointerMotion(1, 50, 50);
  stage.seat.pointerFrame();
  await stage.settle();
  t.is(actor.wire.error, null);
  const told = pointers.filter((pointer) => actor.wire.take(pointer).length > 0).length;
  t.true(told > 0 && told <= 64, `${told} pointers were told`);
});

test.serial(
  'a popup grab keeps other clients out and is dismissed by a press elsewhere',
  async (t) => {
    using stage = new Stage();
    const { actor, pointer, a } = await twoWindows(stage);
    const other = await stage.connect();
    const otherPointer = other.pointer();
    const foreign = await other.serverSurface(other.surface(100, 100));
    stage.show(a, { surface: foreign, x: 400, y: 0 });
    let dismissed = 0;
    stage.seat.setKeyboardFocus(a.surface);
    const grab = {
      surface: a.surface,
      onDismiss: () => {
        dismissed++;
        stage.seat.setPopupGrab(null);
      },
    };
    stage.seat.setPopupGrab(grab);
    stage.seat.pointerMotion(1, 450, 50);
    stage.seat.pointerFrame();
    await stage.settle();
    t.deepEqual(other.wire.take(otherPointer), []);
    stage.seat.pointerMotion(2, 50, 50);
    stage.seat.pointerButton(3, BTN_LEFT, true);
    stage.seat.pointerButton(4, BTN_LEFT, false);
    stage.seat.pointerFrame();
    await stage.settle();
    t.deepEqual(actor.wire.names(pointer), ['enter', 'button', 'button', 'frame']);
    stage.seat.pointerMotion(5, 450, 50);
    stage.seat.pointerButton(6, BTN_LEFT, true);
    stage.seat.pointerButton(7, BTN_LEFT, false);
    stage.seat.pointerFrame();
    await stage.settle();
    t.is(dismissed, 1);
    t.false(other.wire.names(otherPointer).includes('button'));
    stage.seat.setPopupGrab(grab);
    stage.seat.setKeyboardFocus(foreign);
    t.is(dismissed, 2);
    t.is(stage.seat.keyboardFocus, foreign);
  },
);
