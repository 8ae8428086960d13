import test from 'ava';
import { nearestInside } from '../../../../appliance/compositor/seat/confine.ts';
import { SHAPE_NAMES } from '../../../../appliance/compositor/seat/cursor-names.ts';
import {
  isNewerSerial,
  SerialHistory,
} from '../../../../appliance/compositor/seat/serial-history.ts';
import { WheelClicker } from '../../../../appliance/compositor/seat/wheel.ts';
import { WpCursorShapeDeviceV1Shape } from '../../../../protocol/wayland/generated/cursor-shape.ts';

test('the serial history forgets the oldest', (t) => {
  const history = new SerialHistory<string, string>(3);
  for (const serial of [1, 2, 3, 4]) {
    history.record({ serial, client: 'me', kind: 'key', surface: 'there', pressed: true });
  }
  t.is(history.find(1, 'me'), null);
  t.is(history.find(2, 'you'), null);
  t.like(history.find(2, 'me'), { serial: 2, surface: 'there' });
  t.like(history.find(4, 'me'), { serial: 4 });
});

test('serials wrap', (t) => {
  t.true(isNewerSerial(2, 1));
  t.false(isNewerSerial(1, 1));
  t.true(isNewerSerial(5, 0xfffffff0));
  t.false(isNewerSerial(0xfffffff0, 5));
});

test('a high-resolution wheel adds up to clicks', (t) => {
  const wheel = new WheelClicker();
  t.is(wheel.add(40, 5), null);
  t.is(wheel.add(40, 5), null);
  t.deepEqual(wheel.add(40, 5), { discrete: 1, value: 15 });
  t.deepEqual(wheel.add(240, 30), { discrete: 2, value: 30 });
  t.is(wheel.add(100, 12), null);
  t.is(wheel.add(-60, -7), null);
  t.deepEqual(wheel.add(-60, -8), { discrete: -1, value: -15 });
  const fast = wheel.add(180, 24);
  t.deepEqual(fast, { discrete: 1, value: 16 });
});

test('the nearest point inside of rectangles', (t) => {
  const rects = [
    { x: 0, y: 0, width: 100, height: 100 },
    { x: 200, y: 50, width: 10, height: 10 },
  ];
  const cases = [
    [
      [50.5, 99.9],
      [50.5, 99.9],
    ],
    [
      [-5, 50],
      [0, 50],
    ],
    [
      [100, 100],
      [99, 99],
    ],
    [
      [190, 55],
      [200, 55],
    ],
    [
      [300, 300],
      [209, 59],
    ],
  ] as const;
  for (const [[x, y], [wantedX, wantedY]] of cases) {
    t.deepEqual(nearestInside(rects, x, y), { x: wantedX, y: wantedY });
  }
  t.deepEqual(nearestInside([], 7, 8), { x: 7, y: 8 });
  t.deepEqual(nearestInside([{ x: 0, y: 0, width: 0, height: 5 }], 7, 8), { x: 7, y: 8 });
});

test('shape names are in the order of their numbers', (t) => {
  const camel = SHAPE_NAMES.map((name) =>
    name.replace(/-(.)/g, (_match, letter: string) => letter.toUpperCase()),
  );
  t.deepEqual(
    Object.fromEntries(camel.map((name, index) => [name, index + 1])),
    WpCursorShapeDeviceV1Shape,
  );
});
