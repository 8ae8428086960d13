import test from 'ava';
import { RegionEncoding } from '../../../../native/pixels/index.ts';
import { paintRect, Random, type Rect } from '../../../native/pixels/pictures.ts';
import { FilmDesk, paintFilm, paintText } from './film.ts';

const WIDTH = 500;
const HEIGHT = 350;
const ALL: Rect = [0, 0, WIDTH, HEIGHT];
/** Odd edges on every side. */
const FILM: Rect = [101, 63, 301, 199];
const TEXT: Rect = [3, 280, 490, 60];

function desk(t: { teardown(end: () => void): void }): FilmDesk {
  const made = new FilmDesk(WIDTH, HEIGHT);
  t.teardown(() => made[Symbol.dispose]());
  return made;
}

async function play(made: FilmDesk, frames: number, from = 0, afterMs = 40): Promise<void> {
  for (let i = from; i < from + frames; i++) {
    paintFilm(made.fb, FILM, i);
    await made.frame([FILM], { afterMs });
  }
}

test('a film becomes video after a second, and only the film', async (t) => {
  const made = desk(t);
  await made.frame([ALL], { key: true });
  await play(made, 20);
  t.false(made.last?.lossy, 'not before');
  t.is(made.difference(ALL), 0);
  await play(made, 30, 20);
  t.true(made.last?.lossy);
  const [video] = made.last?.videos ?? [];
  t.deepEqual([video?.x, video?.y, video?.width, video?.height], [100, 62, 302, 200]);
  t.true(made.psnrDb(FILM) > 36, `${made.psnrDb(FILM)} dB`);
  for (const beside of [
    [0, 0, WIDTH, 63],
    [0, 0, 101, HEIGHT],
    [402, 0, 98, HEIGHT],
    [0, 262, WIDTH, 88],
  ] as Rect[])
    t.is(made.difference(beside), 0, String(beside));
});

test('video takes a quarter of the bytes at most', async (t) => {
  const made = desk(t);
  await made.frame([ALL], { key: true });
  const before = made.bytes;
  await play(made, 10);
  const exact = (made.bytes - before) / 10;
  await play(made, 30, 10);
  const from = made.bytes;
  await play(made, 25, 40);
  t.true((made.bytes - from) / 25 < exact / 4, `${(made.bytes - from) / 25} of ${exact}`);
});

test('what rests is exact within 300 ms, and goes on as video at once', async (t) => {
  const made = desk(t);
  await made.frame([ALL], { key: true });
  await play(made, 50);
  t.true(made.difference(FILM) > 0);
  const tookMs = await made.settle();
  t.true(tookMs <= 200, `${tookMs} ms`);
  t.is(made.difference(ALL), 0);
  t.is(made.last?.checksum, made.shown.checksum());
  await play(made, 2, 50);
  t.true(made.last?.lossy);
});

test('text beside a film and over it stays exact in every frame', async (t) => {
  const made = desk(t);
  await made.frame([ALL], { key: true });
  await play(made, 50);
  const popup: Rect = [150, 100, 150, 90];
  for (let i = 50; i < 70; i++) {
    paintFilm(made.fb, FILM, i);
    paintText(made.fb, popup, i);
    paintText(made.fb, TEXT, i);
    await made.frame([FILM, TEXT]);
    t.is(made.difference(TEXT), 0);
    // Tiles that it fills; one that it shares with the film looks like a film.
    t.is(made.difference([192, 128, 64, 62]), 0, `frame ${i}`);
  }
  t.true(made.last?.lossy, 'the film goes on around it');
});

test('text that moves all the time is never video', async (t) => {
  const made = desk(t);
  await made.frame([ALL], { key: true });
  for (let i = 0; i < 80; i++) {
    paintText(made.fb, ALL, i);
    await made.frame([ALL]);
    t.is(made.last?.streams, 0);
    t.false(made.last?.lossy);
  }
});

test('what changes five times a second is not a film', async (t) => {
  const made = desk(t);
  await made.frame([ALL], { key: true });
  await play(made, 15, 0, 200);
  t.is(made.last?.streams, 0);
});

test('a film that only a slow link makes slow is one', async (t) => {
  const made = desk(t);
  await made.frame([ALL], { key: true });
  for (let i = 0; i < 8; i++) {
    made.blockedMs += 280;
    await play(made, 1, i, 300);
  }
  t.true(made.last?.lossy);
  made.blockedMs += 500;
  await made.frame([], { afterMs: 550 });
  t.true(made.last?.lossy, 'what could not come does not rest');
  await made.settle();
  t.is(made.difference(ALL), 0);
});

test('a stream whose film became too slow ends', async (t) => {
  const made = desk(t);
  await made.frame([ALL], { key: true });
  await play(made, 50);
  for (let i = 50; i < 62; i++) {
    await play(made, 1, i, 20);
    await made.frame([], { afterMs: 150 });
    await made.frame([], { afterMs: 300 });
  }
  t.is(made.last?.streams, 0);
  t.is(made.difference(ALL), 0);
});

test('a key frame has a key picture of the video, and no copy comes from a lossy place', async (t) => {
  const made = desk(t);
  await made.frame([ALL], { key: true });
  await play(made, 50);
  const key = await made.frame([ALL], { key: true });
  t.true(key.videos[0]?.key);
  t.true(made.psnrDb(FILM) > 36);
  await play(made, 1, 51);
  const moved = made.fb.bytes.slice();
  for (let y = 0; y < 100; y++) {
    const from = ((y + 100) * WIDTH + 150) * 4;
    made.fb.bytes.set(moved.subarray(from, from + 200 * 4), (y * WIDTH + 10) * 4);
  }
  const copies = Int32Array.of(150, 100, 10, 0, 200, 100);
  const { regions } = await made.frame([[10, 0, 200, 100]], { copies });
  for (let i = 0; i < regions.length; i += 7) t.not(regions[i], RegionEncoding.copy);
  t.is(made.difference([10, 0, 91, 63]), 0);
  await made.settle();
  t.is(made.difference(ALL), 0);
});

test('another terminal starts without video', async (t) => {
  const made = desk(t);
  await made.frame([ALL], { key: true });
  await play(made, 50);
  made.encoder.reset();
  const first = await made.frame([ALL]);
  t.false(first.lossy);
  t.is(first.streams, 0);
  t.is(made.difference(ALL), 0);
});

test('whatever moves where, the end is exact', async (t) => {
  const random = new Random(4);
  for (let round = 0; round < 6; round++) {
    using made = new FilmDesk(WIDTH, HEIGHT);
    await made.frame([ALL], { key: true });
    const place = (): Rect => {
      const w = random.within(8, 360);
      const h = random.within(8, 260);
      return [random.within(0, WIDTH - w), random.within(0, HEIGHT - h), w, h];
    };
    const films: Rect[] = [place(), place()];
    for (let i = 0; i < 110; i++) {
      const damage = [...films];
      if (random.within(0, 30) === 0) films[random.within(0, 1)] = place();
      for (const film of films) paintFilm(made.fb, film, i);
      damage.push(...films);
      if (random.within(0, 4) === 0) {
        const rect = place();
        paintText(made.fb, rect, i);
        damage.push(rect);
      }
      if (random.within(0, 9) === 0) {
        const [x, y] = place();
        paintRect(made.fb, [x, y, 5, 5], () => 0xff0000);
        damage.push([x, y, 5, 5]);
      }
      const key = random.within(0, 40) === 0;
      await made.frame(damage, { key, afterMs: random.within(0, 60) });
    }
    await made.settle();
    t.is(made.difference(ALL), 0, `round ${round}`);
    t.is(made.last?.checksum, made.shown.checksum());
  }
});
