import test from 'ava';
import type { InputEvent } from '../../../native/input/index.ts';
import { added, button, key, LEFT, motion, place, RIGHT, SeatStage } from './seat-stage.ts';

const at = { device: 1, timeUs: 5 } as const;
const BTN_LEFT = 0x110;
const FRAME = { type: 'PointerFrame' } as const;

const finger = (
  type: 'touch-down' | 'touch-motion',
  slot: number,
  x: number,
  y: number,
  device = 1,
): InputEvent => ({ ...at, type, device, slot, x, y });
const lift = (slot: number, device = 1): InputEvent => ({ ...at, type: 'touch-up', device, slot });
const touchFrame: InputEvent = { ...at, type: 'touch-frame' };

test('the pointer begins in the middle of the first output', (t) => {
  using stage = new SeatStage();
  t.deepEqual(stage.moves, [[1, 100, 80]]);
});

test('a movement is told in picture pixels of the output, before it is sent', (t) => {
  using stage = new SeatStage();
  const order: string[] = [];
  stage.moves.push = (move) => order.push(`moved ${move}`);
  stage.inputs.push = (input) => order.push(input.type);
  stage.do(motion(10, -5.25));
  t.deepEqual(order, ['moved 1,120,69.5', 'PointerMotion', 'PointerFrame']);
});

test('the pointer goes from one output to the other, by their scales', (t) => {
  using stage = new SeatStage();
  stage.do(motion(60, -20));
  t.deepEqual(stage.take(), [
    { type: 'PointerMotion', output: 2, x: 10 * 256, y: 20 * 256 },
    FRAME,
  ]);
});

test('it cannot leave the outputs, and what the edge swallowed is told by itself', (t) => {
  using stage = new SeatStage();
  stage.do(motion(-60, 3, 2));
  t.deepEqual(stage.take(), [
    { type: 'PointerMotion', output: 1, x: 0, y: 86 * 256 },
    { type: 'PointerRelative', dx: -10 * 256, dy: 0, dxRaw: -20 * 256, dyRaw: 0 },
    FRAME,
  ]);
  stage.do(motion(-7, 0));
  t.deepEqual(stage.take(), [
    { type: 'PointerRelative', dx: -7 * 256, dy: 0, dxRaw: -7 * 256, dyRaw: 0 },
    FRAME,
  ]);
  stage.do(motion(100_000, 100_000));
  const [moved] = stage.take();
  t.deepEqual(moved, { type: 'PointerMotion', output: 1, x: 200 * 256 - 2, y: 160 * 256 - 2 });
});

test('the pointer slides along an edge to the next output, and not around a corner', (t) => {
  using stage = new SeatStage();
  stage.do(motion(70, -100));
  t.like(stage.take()[0], { output: 2, x: 20 * 256, y: 0 });
  stage.do(motion(0, 100));
  t.like(stage.take()[0], { output: 2, x: 20 * 256, y: 40 * 256 - 1 });
  stage.do(motion(-30, 100));
  t.like(stage.take()[0], { output: 1, x: 180 * 256, y: 160 * 256 - 2 });
  stage.do(motion(30, 0));
  t.like(stage.take()[0], { output: 1, x: 200 * 256 - 2, y: 160 * 256 - 2 });
});

test('the pointer stays where it is when outputs come, and goes to the nearest when its own goes', (t) => {
  using stage = new SeatStage();
  stage.seat.setOutputs([RIGHT, LEFT]);
  t.deepEqual(stage.take(), []);
  stage.seat.setOutputs([{ ...RIGHT, x: 200 }]);
  t.deepEqual(stage.take(), [{ type: 'PointerMotion', output: 2, x: 0, y: 40 * 256 - 1 }, FRAME]);
  stage.seat.setOutputs([]);
  stage.do(motion(5, 5), place(0.5, 0.5), finger('touch-down', 0, 0.5, 0.5), touchFrame);
  t.deepEqual(stage.take(), []);
  stage.seat.setOutputs([LEFT]);
  t.like(stage.take()[0], { type: 'PointerMotion', output: 1 });
});

test('a click says where it is, for a session that did not see the pointer go there', (t) => {
  using stage = new SeatStage();
  stage.do(button(BTN_LEFT, true), button(BTN_LEFT, true, 2), button(BTN_LEFT, false));
  const there = { type: 'PointerMotion', output: 1, x: 100 * 256, y: 80 * 256 } as const;
  t.deepEqual(stage.take(), [
    there,
    { type: 'PointerButton', code: BTN_LEFT, pressed: true },
    FRAME,
    there,
    FRAME,
  ]);
  t.is(stage.moves.length, 1);
});

test('an absolute pointer points at its output, or the first one', (t) => {
  using stage = new SeatStage();
  stage.do(added(1, ['pointer']), added(2, ['pointer'], 'DP-2'), added(3, ['pointer'], 'VGA-9'));
  stage.do(place(0.25, 0.5));
  t.like(stage.take()[0], { output: 1, x: 50 * 256, y: 80 * 256 });
  stage.do(place(0.5, 0.5, 2));
  t.like(stage.take()[0], { output: 2, x: 25 * 256, y: 20 * 256 });
  stage.do(place(1, 0, 3));
  t.like(stage.take()[0], { output: 1, x: 200 * 256 - 2, y: 0 });
  stage.do(place(1, 0, 3));
  t.deepEqual(stage.take(), []);
});

for (const [transform, x, y] of [
  [0, 25, 8],
  [1, 90, 20],
  [2, 75, 72],
  [3, 10, 60],
  [4, 75, 8],
  [5, 10, 20],
  [6, 25, 72],
  [7, 90, 60],
] as const) {
  test(`a touch screen turns with its screen: transform ${transform}`, (t) => {
    using stage = new SeatStage([{ ...LEFT, scale: 1, transform }]);
    stage.do(finger('touch-down', 0, 0.25, 0.1), touchFrame);
    const [down] = stage.take() as { x: number; y: number }[];
    t.deepEqual({ x: (down?.x ?? 0) / 256, y: (down?.y ?? 0) / 256 }, { x, y });
  });
}

test('two keyboards press one key', (t) => {
  using stage = new SeatStage();
  stage.do(key(30, true), key(30, true, 2), key(30, false), key(30, false), key(30, false, 2));
  t.deepEqual(stage.take(), [
    { type: 'Key', code: 30, pressed: true },
    { type: 'Key', code: 30, pressed: false },
  ]);
});

test('a device that goes with something down releases everything, once', (t) => {
  using stage = new SeatStage();
  stage.do(added(1), added(2), key(30, true), button(BTN_LEFT, true, 2));
  stage.do({ type: 'removed', device: 1 });
  t.is(stage.releases, 1);
  stage.do({ type: 'removed', device: 2 });
  t.is(stage.releases, 1);
  stage.take();
  stage.do(key(30, true, 3), key(30, false, 3));
  t.is(stage.take().length, 2);
});

test('a device that goes with nothing down is none of the session’s matter', (t) => {
  using stage = new SeatStage();
  stage.do(added(1), key(30, true), key(30, false), { type: 'removed', device: 1 });
  t.is(stage.releases, 0);
});

test('wheels tell notches, fingers how far, and their end', (t) => {
  using stage = new SeatStage();
  const scroll = { ...at, type: 'scroll', inverted: false } as const;
  stage.do(
    { ...scroll, source: 'wheel', vertical: { value: 20, v120: 120 }, horizontal: null },
    { ...scroll, source: 'wheel', vertical: { value: -2.5, v120: -15 }, horizontal: null },
    {
      ...scroll,
      source: 'finger',
      vertical: { value: 3.5, v120: 0 },
      horizontal: { value: 0, v120: 0 },
      inverted: true,
    },
    { ...scroll, source: 'continuous', vertical: null, horizontal: { value: -1, v120: 0 } },
  );
  const there = { type: 'PointerMotion', output: 1, x: 100 * 256, y: 80 * 256 } as const;
  const axis = { type: 'PointerAxis', axis: 0, v120: 0, stop: false, inverted: false } as const;
  t.deepEqual(stage.take(), [
    there,
    { ...axis, value: 15 * 256, v120: 120, source: 0 },
    FRAME,
    there,
    { ...axis, value: -480, v120: -15, source: 0 },
    FRAME,
    there,
    { ...axis, value: 896, source: 1, inverted: true },
    { ...axis, axis: 1, value: 0, source: 1, inverted: true, stop: true },
    FRAME,
    there,
    { ...axis, axis: 1, value: -256, source: 2 },
    FRAME,
  ]);
});

test('fingers of two screens have numbers of their own, each on its output', (t) => {
  using stage = new SeatStage();
  stage.do(added(1, ['touch']), added(2, ['touch'], 'DP-2'));
  stage.do(finger('touch-down', 0, 0.5, 0.5), touchFrame);
  stage.do(finger('touch-down', 0, 0.5, 0.5, 2), touchFrame);
  stage.do(finger('touch-motion', 0, 0, 0, 2), touchFrame, touchFrame, lift(0), touchFrame);
  stage.do(finger('touch-down', 4, 0, 0, 2), finger('touch-motion', 9, 0, 0), lift(9));
  t.deepEqual(stage.take(), [
    { type: 'TouchDown', id: 0, output: 1, x: 100 * 256, y: 80 * 256 },
    { type: 'TouchFrame' },
    { type: 'TouchDown', id: 1, output: 2, x: 25 * 256, y: 20 * 256 },
    { type: 'TouchFrame' },
    { type: 'TouchMotion', id: 1, output: 2, x: 0, y: 0 },
    { type: 'TouchFrame' },
    { type: 'TouchUp', id: 0 },
    { type: 'TouchFrame' },
    { type: 'TouchDown', id: 0, output: 2, x: 0, y: 0 },
  ]);
  stage.do({ ...at, type: 'touch-cancel', slot: 3 }, touchFrame);
  t.deepEqual(stage.take(), [{ type: 'TouchCancel' }]);
  stage.do(finger('touch-down', 1, 0, 0), { type: 'removed', device: 1 });
  t.is(stage.releases, 1);
});

test('a pen is a pointer', (t) => {
  using stage = new SeatStage();
  const pen = { ...at, x: 0.5, y: 0.25 } as const;
  stage.do({ ...pen, type: 'pen-near', near: true });
  stage.do({ ...pen, type: 'pen-tip', down: true });
  stage.do({ ...pen, type: 'pen-place', x: 0.25 });
  stage.do({ ...at, type: 'pen-button', code: 0x14b, pressed: true });
  stage.do({ ...pen, type: 'pen-tip', x: 0.25, down: false });
  t.deepEqual(stage.take(), [
    { type: 'PointerMotion', output: 1, x: 100 * 256, y: 40 * 256 },
    FRAME,
    { type: 'PointerMotion', output: 1, x: 100 * 256, y: 40 * 256 },
    { type: 'PointerButton', code: BTN_LEFT, pressed: true },
    FRAME,
    { type: 'PointerMotion', output: 1, x: 50 * 256, y: 40 * 256 },
    FRAME,
    { type: 'PointerMotion', output: 1, x: 50 * 256, y: 40 * 256 },
    { type: 'PointerButton', code: 0x111, pressed: true },
    FRAME,
    { type: 'PointerButton', code: BTN_LEFT, pressed: false },
    FRAME,
  ]);
});

test('the list of devices is told once for each batch, not while the seat is made', (t) => {
  using stage = new SeatStage([LEFT], [added(1, ['keyboard']), added(2, ['pointer', 'gesture'])]);
  t.deepEqual(stage.lists, []);
  t.deepEqual(stage.seat.devices, [
    { name: 'device 1', kinds: ['keyboard'] },
    { name: 'device 2', kinds: ['pointer'] },
  ]);
  stage.do(added(3, ['touch']), { type: 'removed', device: 1 });
  t.deepEqual(
    stage.lists.map((list) => list.map(({ name }) => name)),
    [['device 2', 'device 3']],
  );
});

test('another program has the seat: nothing stays pressed', (t) => {
  using stage = new SeatStage();
  stage.do(key(30, true), { type: 'seat', active: false });
  t.is(stage.releases, 1);
  stage.do({ type: 'seat', active: true });
  t.deepEqual(stage.seats, [false, true]);
  stage.take();
  stage.do(key(30, true));
  t.is(stage.take().length, 1);
});

test('lights are set, also on what is opened later', (t) => {
  using stage = new SeatStage();
  stage.seat.setLeds(5);
  t.deepEqual(stage.leds, [0, 5]);
});

test('graphics devices are opened by a seat daemon alone', (t) => {
  using stage = new SeatStage();
  t.is(stage.seat.openDevice('/dev/dri/card0'), null);
});

test('what a seat daemon opened is given back, also when the daemon is lost', (t) => {
  using stage = new SeatStage([LEFT], [], 'seatd');
  const [one, other, left] = [1, 2, 3].map(() => stage.seat.openDevice('/dev/dri/card0'));
  t.is(one?.fd, 42);
  one?.[Symbol.dispose]();
  t.deepEqual(stage.closed, [42]);
  stage.lost = () => {
    t.is(stage.seat.openDevice('/dev/dri/card0'), null);
    other?.[Symbol.dispose]();
  };
  stage.lose();
  t.deepEqual(stage.closed, [42, 42]);
  t.notThrows(() => left?.[Symbol.dispose]());
});

test('a seat daemon that is back is told of, and opens devices again', async (t) => {
  t.timeout(20_000);
  using stage = new SeatStage([LEFT], [], 'seatd');
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  stage.returned = () => resolve(stage.seat.openDevice('/dev/dri/card0')?.fd);
  stage.lose();
  t.is(stage.seat.openDevice('/dev/dri/card0'), null);
  t.is(await promise, 42);
});

test('devices that are lost are looked for until they are back', async (t) => {
  t.timeout(20_000);
  using stage = new SeatStage([LEFT], [added(1)]);
  const { promise, resolve } = Promise.withResolvers<void>();
  stage.seat.setLeds(2);
  stage.do(key(30, true));
  stage.lose();
  t.is(stage.releases, 1);
  t.is(stage.disposed, 1);
  t.deepEqual(stage.lists, [[]]);
  stage.lists.push = (list) => {
    t.is(list.length, 1);
    resolve();
    return 1;
  };
  await promise;
  t.is(stage.opened, 2);
  t.deepEqual(stage.leds, [0, 2, 2]);
});
