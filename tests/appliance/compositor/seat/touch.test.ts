import test from 'ava';
import { Stage } from '../stage.ts';

async function touchable(stage: Stage) {
  const actor = await stage.connect();
  const touch = actor.touch();
  const window = actor.surface(300, 300);
  const surface = await actor.serverSurface(window);
  stage.show({ surface, x: 64, y: 12 });
  await stage.settle();
  return { actor, touch, window, surface };
}

test.serial('a touch belongs to its surface, also outside of it', async (t) => {
  using stage = new Stage();
  const { actor, touch, window, surface } = await touchable(stage);
  stage.seat.touchDown(1, 5, 91, 24);
  stage.seat.touchFrame();
  stage.seat.touchMotion(2, 5, 58, 320);
  stage.seat.touchFrame();
  stage.seat.touchUp(3, 5);
  stage.seat.touchFrame();
  stage.seat.touchUp(4, 5);
  stage.seat.touchMotion(4, 99, 100, 100);
  await stage.settle();
  const events = actor.wire.take(touch);
  t.deepEqual(
    events.map(([name]) => name),
    ['down', 'frame', 'motion', 'frame', 'up', 'frame'],
  );
  t.deepEqual(events[0]?.slice(2), [1, window, 5, 27, 12]);
  t.deepEqual(events[2], ['motion', 2, 5, -6, 308]);
  const serial = events[0]?.[1] as number;
  t.like(stage.seat.serialOrigin(serial, surface.client), { kind: 'touch', held: false });
});

test.serial('a destroyed surface ends its touches', async (t) => {
  using stage = new Stage();
  const { actor, touch, window } = await touchable(stage);
  stage.seat.touchDown(1, 5, 91, 24);
  stage.seat.touchFrame();
  await stage.settle();
  actor.wire.take(touch);
  actor.wire.request(window, 'destroy');
  await stage.settle();
  t.deepEqual(actor.wire.names(touch), ['up', 'frame']);
  stage.seat.touchUp(2, 5);
  stage.seat.touchFrame();
  await stage.settle();
  t.deepEqual(actor.wire.take(touch), []);
});

test.serial('a terminal with a thousand fingers is not believed', async (t) => {
  using stage = new Stage();
  const { actor, touch } = await touchable(stage);
  for (let id = 0; id < 1000; id++) stage.seat.touchDown(1, id, 91, 24);
  stage.seat.touchFrame();
  await stage.settle();
  t.is(actor.wire.names(touch).filter((name) => name === 'down').length, 32);
});

test.serial('a grab takes one finger away from its client', async (t) => {
  using stage = new Stage();
  const { actor, touch } = await touchable(stage);
  stage.seat.touchDown(1, 5, 91, 24);
  stage.seat.touchFrame();
  await stage.settle();
  const serial = actor.wire.take(touch)[0]?.[1] as number;
  t.deepEqual(stage.seat.touchOf(serial), { id: 5, x: 91, y: 24 });
  const seen: string[] = [];
  const grab = { motion: () => seen.push('motion'), up: () => seen.push('up'), cancel() {} };
  t.true(stage.seat.startTouchGrab(5, grab));
  t.false(stage.seat.startTouchGrab(6, grab));
  stage.seat.touchMotion(2, 5, 92, 25);
  stage.seat.touchUp(3, 5);
  stage.seat.touchFrame();
  await stage.settle();
  t.deepEqual(seen, ['motion', 'up']);
  t.deepEqual(actor.wire.names(touch), ['cancel']);
});
