import test from 'ava';
import { outputInfo } from '../../../firmware/display/output-info.ts';
import { arrange, type ToPlace } from '../../../firmware/display/output-layout.ts';

const output = (id: number, place: ToPlace['place'] = null, transform = 0): ToPlace => ({
  info: outputInfo({ id, name: `DP-${id}`, width: 1000, height: 500, scale: 2, transform }),
  place,
});
const places = (...wanted: ToPlace[]) => arrange(wanted).map(({ x, y }) => [x, y]);

test('from left to right in logical pixels, as a person sees them', (t) => {
  t.deepEqual(places(output(1), output(2, null, 1), output(3)), [
    [0, 0],
    [500, 0],
    [750, 0],
  ]);
});

test('to the right of another, wherever that comes in the list', (t) => {
  t.deepEqual(places(output(1, { rightOf: 'DP-2' }), output(2, { x: 0, y: 300 }), output(3)), [
    [500, 300],
    [0, 300],
    [1000, 0],
  ]);
});

test('two that want to be next to each other, and one next to nobody', (t) => {
  const seen = places(
    output(1, { rightOf: 'DP-2' }),
    output(2, { rightOf: 'DP-1' }),
    output(3, { rightOf: 'DP-9' }),
  );
  t.is(new Set(seen.map(String)).size, 3);
  t.deepEqual(seen.map(([x]) => x).sort(), [0, 1000, 500]);
});

test('none lies upon another', (t) => {
  t.deepEqual(places(output(1, { x: 0, y: 0 }), output(2, { x: 100, y: 100 })), [
    [0, 0],
    [500, 0],
  ]);
});
