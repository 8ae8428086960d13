import test from 'ava';
import { wheelInputs } from '../../../firmware/browser/wheel.ts';

const still = { deltaMode: 0, deltaX: 0, deltaY: 0 };
const axis = (turn: object) => {
  const [first, last, ...more] = wheelInputs({ ...still, ...turn });
  if (first?.type !== 'PointerAxis') throw new Error('no axis');
  if (last?.type !== 'PointerFrame' || more.length > 0) throw new Error('no frame at the end');
  return first;
};

test('a notch is 120 and 15 units, whatever the page zoom makes of its pixels', (t) => {
  for (const deltaY of [53, 100, 120, 40]) {
    const { v120, value, source } = axis({ deltaY, wheelDeltaY: -120 });
    t.deepEqual({ v120, value, source }, { v120: 120, value: 15 * 256, source: 0 });
  }
});

test('a fine wheel turns in parts of a notch', (t) => {
  const { v120, value, source } = axis({ deltaY: -12.5, wheelDeltaY: 15 });
  t.deepEqual({ v120, value, source }, { v120: -15, value: -480, source: 0 });
});

test('a touchpad moves smoothly', (t) => {
  const { v120, value, source } = axis({ deltaY: 7, wheelDeltaY: -21 });
  t.deepEqual({ v120, value, source }, { v120: 0, value: 7 * 256, source: 2 });
});

test('lines of Firefox: three are a notch', (t) => {
  t.is(axis({ deltaMode: 1, deltaY: -3 }).v120, -120);
  t.is(axis({ deltaMode: 1, deltaY: 1 }).v120, 40);
});

test('pages, sideways, nothing and nonsense', (t) => {
  t.is(axis({ deltaMode: 2, deltaY: 1 }).v120, 120);
  const sideways = axis({ deltaX: 100, wheelDeltaX: -120 });
  t.is(sideways.axis, 1);
  t.deepEqual(wheelInputs(still), []);
  t.deepEqual(wheelInputs({ ...still, deltaY: Number.NaN }), []);
  t.is(axis({ deltaY: 1e12 }).value, 10_000 * 256);
});
