import test from 'ava';
import fc from 'fast-check';
import {
  fromUpright,
  invertTransform,
  swapsAxes,
  toUpright,
  transformOnScreen,
} from '../../../../appliance/compositor/region/transform.ts';

const transform = fc.nat(7);
const WIDTH = 30;
const HEIGHT = 20;
const rect = fc
  .tuple(fc.nat(10), fc.nat(10), fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 10 }))
  .map(([x, y, width, height]) => ({ x, y, width, height }));

function uprightSize(t: number): [number, number] {
  return swapsAxes(t) ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT];
}

test('there and back is where it was, within the picture', (t) => {
  fc.assert(
    fc.property(transform, rect, (turn, box) => {
      const [width, height] = uprightSize(turn);
      const upright = toUpright(box, turn, WIDTH, HEIGHT);
      t.true(upright.x >= 0 && upright.x + upright.width <= width);
      t.true(upright.y >= 0 && upright.y + upright.height <= height);
      t.deepEqual(fromUpright(upright, turn, width, height), box);
    }),
  );
});

test('a buffer that the client turned counter-clockwise by 90 degrees comes out upright', (t) => {
  // The upright picture's top right corner is the turned one's top left.
  const corner = { x: 0, y: 0, width: 1, height: 1 };
  t.deepEqual(toUpright(corner, 1, WIDTH, HEIGHT), { x: HEIGHT - 1, y: 0, width: 1, height: 1 });
});

test('inverse of the inverse', (t) => {
  for (let turn = 0; turn < 8; turn++) t.is(invertTransform(invertTransform(turn)), turn);
});

test('a buffer turned like the screen needs no turning at all', (t) => {
  for (let turn = 0; turn < 8; turn++) {
    t.is(transformOnScreen(turn, turn), 0);
    t.is(transformOnScreen(turn, 0), turn);
  }
});

test('composition for a turned screen equals doing both steps', (t) => {
  fc.assert(
    fc.property(transform, transform, rect, (buffer, screen, box) => {
      const [width, height] = uprightSize(buffer);
      const stepwise = fromUpright(toUpright(box, buffer, WIDTH, HEIGHT), screen, width, height);
      t.deepEqual(toUpright(box, transformOnScreen(buffer, screen), WIDTH, HEIGHT), stepwise);
    }),
  );
});
