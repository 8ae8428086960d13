import test from 'ava';
import { type Actor, Stage } from '../stage.ts';
import type { WireObject } from '../wire-client.ts';

async function confinable(stage: Stage) {
  const actor = await stage.connect();
  const pointer = actor.pointer();
  const window = actor.surface(300, 300);
  const surface = await actor.serverSurface(window);
  stage.show({ surface, x: 100, y: 0 });
  stage.seat.setKeyboardFocus(surface);
  stage.seat.pointerMotion(1, 250, 150);
  stage.seat.pointerFrame();
  const constraints = actor.wire.bind('zwp_pointer_constraints_v1', 1);
  await stage.settle();
  actor.wire.take(pointer);
  return { actor, pointer, window, surface, constraints };
}

function constrain(
  actor: Actor,
  parts: { constraints: WireObject; window: WireObject; pointer: WireObject },
  request: string,
  lifetime: number,
): WireObject {
  const { constraints, window, pointer } = parts;
  return actor.wire.request(constraints, request, 'new', window, pointer, null, lifetime);
}

test.serial('a locked pointer stays and still tells how it was pushed', async (t) => {
  using stage = new Stage();
  const parts = await confinable(stage);
  const { actor, pointer } = parts;
  const manager = actor.wire.bind('zwp_relative_pointer_manager_v1', 1);
  const relative = actor.wire.request(manager, 'get_relative_pointer', 'new', pointer);
  const lock = constrain(actor, parts, 'lock_pointer', 1);
  await stage.settle();
  t.deepEqual(actor.wire.take(lock), [['locked']]);
  stage.seat.pointerRelative(5, 10, -4);
  stage.seat.pointerFrame();
  stage.seat.pointerMotion(6, 253, 150);
  stage.seat.pointerFrame();
  await stage.settle();
  t.deepEqual(actor.wire.take(pointer), [['frame'], ['frame']]);
  t.deepEqual(actor.wire.take(relative), [
    ['relative_motion', 0, 5000, 10, -4, 10, -4],
    ['relative_motion', 0, 6000, 3, 0, 3, 0],
  ]);
  t.deepEqual([stage.seat.pointerX, stage.seat.pointerY], [250, 150]);
  stage.seat.setKeyboardFocus(null);
  await stage.settle();
  t.deepEqual(actor.wire.take(lock), [['unlocked']]);
});

test.serial('a confined pointer keeps inside; a persistent one is confined again', async (t) => {
  using stage = new Stage();
  const parts = await confinable(stage);
  const { actor, pointer, surface } = parts;
  const confined = constrain(actor, parts, 'confine_pointer', 2);
  await stage.settle();
  t.deepEqual(actor.wire.take(confined), [['confined']]);
  const corners = [
    [600, 600, 299, 299],
    [-600, -600, 0, 0],
    [-600, 600, 0, 299],
    [600, -600, 299, 0],
  ] as const;
  for (const [dx, dy, x, y] of corners) {
    stage.seat.pointerRelative(2, dx, dy);
    stage.seat.pointerFrame();
    await stage.settle();
    t.deepEqual(actor.wire.take(pointer)[0]?.slice(2), [x, y]);
  }
  stage.seat.setKeyboardFocus(null);
  stage.seat.setKeyboardFocus(surface);
  await stage.settle();
  t.deepEqual(actor.wire.names(confined), ['unconfined', 'confined']);
  constrain(actor, parts, 'lock_pointer', 1);
  await actor.wire.roundtrip();
  t.like(actor.wire.error, { code: 1 });
});

test.serial(
  'a locked pointer is pushed on where the terminal has no room, and comes back from there',
  async (t) => {
    using stage = new Stage();
    const parts = await confinable(stage);
    const { actor, pointer } = parts;
    const manager = actor.wire.bind('zwp_relative_pointer_manager_v1', 1);
    const relative = actor.wire.request(manager, 'get_relative_pointer', 'new', pointer);
    constrain(actor, parts, 'lock_pointer', 1);
    await stage.settle();
    stage.seat.pointerMotion(1, 299, 150);
    stage.seat.pointerRelative(2, 40, 0);
    stage.seat.pointerMotion(3, 296, 150);
    await stage.settle();
    const pushes = actor.wire.take(relative).map(([, , , dx]) => dx);
    t.deepEqual(pushes, [49, 40, -3]);
  },
);

test.serial('a lock ends with its object and leaves the pointer at the hint', async (t) => {
  using stage = new Stage();
  const parts = await confinable(stage);
  const { actor, window } = parts;
  const lock = constrain(actor, parts, 'lock_pointer', 2);
  actor.wire.request(lock, 'set_cursor_position_hint', 20, 30);
  actor.wire.request(window, 'commit');
  await stage.settle();
  actor.wire.request(lock, 'destroy');
  await stage.settle();
  t.deepEqual([stage.seat.pointerX, stage.seat.pointerY], [120, 30]);
  stage.seat.pointerRelative(3, 1, 1);
  t.deepEqual([stage.seat.pointerX, stage.seat.pointerY], [121, 31]);
});
