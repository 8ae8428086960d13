import test from 'ava';
import fc from 'fast-check';
import { halvesOf, regionsOfHalves } from '../../../../appliance/encode/video/halves.ts';
import { RegionEncoding } from '../../../../native/pixels/index.ts';
import type { Rect } from '../../../native/pixels/pictures.ts';
import { FilmDesk, paintFilm } from './film.ts';

const LARGE: Rect = [33, 21, 660, 360];
const SMALL: Rect = [40, 530, 200, 150];

async function play(desk: FilmDesk, films: readonly Rect[], frames: number, from = 0) {
  for (let i = from; i < from + frames; i++) {
    for (const film of films) paintFilm(desk.fb, film, i);
    await desk.frame(films, { key: i === 0 });
  }
}

const described = (desk: FilmDesk) =>
  desk.pictures.map(({ stream, key, y, heightPx }) => ({ stream, key, y, heightPx }));

test('a large film is two streams, side by side, and exact when it rests', async (t) => {
  using desk = new FilmDesk(760, 700);
  await play(desk, [LARGE], 60);
  t.deepEqual(described(desk), [
    { stream: 0, key: false, y: 20, heightPx: 176 },
    { stream: 1, key: false, y: 196, heightPx: 186 },
  ]);
  t.true(desk.psnrDb(LARGE) > 33, `${desk.psnrDb(LARGE)} dB`);
  // Nothing of either half is missing where they meet.
  t.true(desk.psnrDb([33, 188, 660, 16]) > 33, `${desk.psnrDb([33, 188, 660, 16])} dB`);
  t.is(desk.difference([0, 0, 760, 20]), 0);
  await desk.settle();
  t.is(desk.difference([0, 0, 760, 700]), 0);
});

test('a second film takes the place of the lower half, and gives it back', async (t) => {
  using desk = new FilmDesk(760, 700);
  await play(desk, [LARGE], 50);
  t.is(desk.pictures.length, 2);
  await play(desk, [LARGE, SMALL], 60, 50);
  t.deepEqual(
    described(desk).map(({ stream, heightPx }) => [stream, heightPx]),
    [
      [0, 362],
      [1, 150],
    ],
  );
  t.true(desk.psnrDb(LARGE) > 33 && desk.psnrDb(SMALL) > 33);
  await play(desk, [LARGE], 80, 110);
  t.deepEqual(
    described(desk).map(({ stream, heightPx }) => [stream, heightPx]),
    [
      [0, 176],
      [1, 186],
    ],
  );
  t.true(desk.psnrDb(LARGE) > 33);
  await desk.settle();
  t.is(desk.difference([0, 0, 760, 700]), 0);
});

test('halves are even and whole, and their regions cover what the film’s did', (t) => {
  const side = fc.integer({ min: 16, max: 400 }).map((half) => 2 * half);
  const arbitrary = fc.record({
    width: side,
    height: side.filter((height) => height >= 48),
    x: fc.nat(50),
    y: fc.nat(50),
    stream: fc.nat(1),
    rows: fc.array(fc.tuple(fc.nat(800), fc.integer({ min: 1, max: 400 })), { maxLength: 8 }),
  });
  fc.assert(
    fc.property(arbitrary, ({ rows, ...rect }) => {
      const part = { ...rect, key: false };
      const halves = halvesOf(part);
      const [upper, lower] = halves;
      t.is(upper.height + lower.height, part.height);
      t.is(lower.y, upper.y + upper.height);
      t.true([upper, lower].every(({ height }) => height >= 16 && height % 2 === 0));
      const inside = rows
        .map(([y, h]) => [part.y + (y % part.height), h] as const)
        .map(([y, h]) => [y, Math.min(h, part.y + part.height - y)] as const);
      const regions = Int32Array.from([
        ...[RegionEncoding.pixels, 0, 0, 8, 8, part.stream, 0],
        ...inside.flatMap(([y, h]) => [RegionEncoding.video, part.x, y, 16, h, part.stream, 0]),
      ]);
      const halved = regionsOfHalves(regions, halves);
      t.deepEqual(halved.subarray(0, 7), regions.subarray(0, 7));
      let area = 0;
      for (let at = 7; at < halved.length; at += 7) {
        const [, , y = 0, , h = 0, stream] = halved.subarray(at, at + 7);
        const half = stream === upper.stream ? upper : lower;
        t.true(y >= half.y && y + h <= half.y + half.height && h > 0);
        area += h;
      }
      t.is(
        area,
        inside.reduce((sum, [, h]) => sum + h, 0),
      );
    }),
    { numRuns: 200 },
  );
});

test('encoders are freed when a film rests for long; it begins anew with keys', async (t) => {
  using desk = new FilmDesk(760, 400, { idleMs: 400 });
  await play(desk, [LARGE], 50);
  t.deepEqual(
    desk.pictures.map(({ key }) => key),
    [false, false],
  );
  await new Promise((resolve) => setTimeout(resolve, 900));
  await play(desk, [LARGE], 1, 50);
  t.deepEqual(
    desk.pictures.map(({ key }) => key),
    [true, true],
  );
  t.true(desk.psnrDb(LARGE) > 33);
});
