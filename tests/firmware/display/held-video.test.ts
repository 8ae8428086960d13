import test from 'ava';
import fc from 'fast-check';
import { HeldVideo } from '../../../firmware/display/held-video.ts';
import { VideoCodec, VideoColour, type VideoPicture } from '../../../protocol/generated/display.ts';
import { videoTime } from '../../../protocol/video-time.ts';

const SIDE = 24;
const PERIOD_MS = 40;

interface Video {
  readonly stream: number;
  readonly value: number;
}

type Region = readonly [
  kind: 'exact' | 'keep' | 'video',
  x: number,
  y: number,
  w: number,
  h: number,
  stream?: number,
];

const pictureOf = (stream: number, sentMs: number): VideoPicture => ({
  ...{ stream, codec: VideoCodec.h264, colour: VideoColour.bt709Full420, key: false },
  ...{ x: 0, y: 0, widthPx: SIDE, heightPx: SIDE, bytes: 1, time: videoTime(sentMs) },
});

const numbersOf = (regions: readonly Region[]): Int32Array =>
  Int32Array.from(
    regions.flatMap(([kind, x, y, w, h, stream = 0]) => [
      kind === 'video' ? 5 : kind === 'keep' ? 6 : 0,
      ...[x, y, w, h, stream, 0],
    ]),
  );

/** A screen of numbers: each frame paints its own, for video above 1000. */
class Canvas {
  readonly pixels = new Int32Array(SIDE * SIDE);
  readonly kept = new Set<Video>();
  mostKept = 0;
  readonly held = new HeldVideo<Video>({
    paint: (regions, videos) => this.paint(regions, videos, 0),
    keep: (video) => {
      this.kept.add(video);
      this.mostKept = Math.max(this.mostKept, this.kept.size);
    },
    release: (video) => {
      if (!this.kept.delete(video)) throw new Error('released what was not kept');
    },
  });
  sentMs = 0;

  paint(regions: Int32Array, videos: readonly Video[], exact: number): Int32Array {
    const damage: number[] = [];
    for (let at = 0; at < regions.length; at += 7) {
      const [kind, x, y, w, h, a] = regions.subarray(at, at + 6) as unknown as [
        ...[number, number, number, number, number, number],
      ];
      if (kind === 6) continue;
      const value = kind === 5 ? videos.find(({ stream }) => stream === a)?.value : exact;
      if (value === undefined) throw new RangeError('no picture of this stream');
      for (let row = y; row < y + h; row++)
        this.pixels.fill(value, row * SIDE + x, row * SIDE + x + w);
      damage.push(x, y, w, h);
    }
    return Int32Array.from(damage);
  }

  /** @param late how much later than the quickest it came */
  frame(regions: readonly Region[], value: number, late = 0): Int32Array {
    this.sentMs += PERIOD_MS;
    const nowMs = this.sentMs + late;
    this.held.show(nowMs);
    const streams = [...new Set(regions.flatMap((r) => (r[0] === 'video' ? [r[5] ?? 0] : [])))];
    return this.held.take(
      numbersOf(regions),
      streams.map((stream) => ({ stream, value: 1000 + value })),
      streams.map((stream) => pictureOf(stream, this.sentMs)),
      { nowMs, paint: (now) => this.paint(now.regions, now.videos, value) },
    );
  }

  at(x: number, y: number): number | undefined {
    return this.pixels[y * SIDE + x];
  }
}

const FILM: Region = ['video', 0, 0, 16, 16];

/** A canvas whose pictures come unevenly enough to be held. */
function uneasy(): Canvas {
  const canvas = new Canvas();
  for (let i = 0; i < 40; i++) canvas.frame([FILM], 0, (i % 2) * 36);
  canvas.held.show(canvas.sentMs + 1000);
  return canvas;
}

test('a picture that came early waits; text beside it is there at once', (t) => {
  const canvas = uneasy();
  const damage = canvas.frame([['exact', 16, 0, 4, 4], FILM], 7);
  t.deepEqual([...damage], [16, 0, 4, 4]);
  t.is(canvas.at(16, 0), 7);
  t.is(canvas.at(0, 0), 1000);
  const dueMs = canvas.held.dueMs ?? 0;
  t.true(dueMs > canvas.sentMs + 20 && dueMs <= canvas.sentMs + 2 * PERIOD_MS);
  t.deepEqual([...canvas.held.show(dueMs - 10)], []);
  t.deepEqual([...canvas.held.show(dueMs)], [0, 0, 16, 16]);
  t.is(canvas.at(0, 0), 1007);
  t.is(canvas.held.dueMs, null);
  t.is(canvas.kept.size, 0);
});

test('a picture that waits does not paint over what is exact and newer', (t) => {
  const canvas = uneasy();
  canvas.frame([FILM], 7);
  // A menu over the film, by the next frame; and one of the same frame behind the film.
  const regions = numbersOf([['exact', 4, 4, 4, 4]]);
  canvas.paint(regions, [], 9);
  canvas.held.cover(regions);
  canvas.held.show(canvas.sentMs + 1000);
  t.deepEqual(
    [canvas.at(3, 3), canvas.at(4, 4), canvas.at(7, 7), canvas.at(8, 8)],
    [...[1007, 9, 9, 1007]],
  );
  canvas.frame([FILM, ['exact', 0, 0, 2, 2]], 8);
  canvas.held.show(canvas.sentMs + 1000);
  t.deepEqual([canvas.at(0, 0), canvas.at(2, 2)], [8, 1008]);
});

test('tiles that are kept cover nothing', (t) => {
  const canvas = uneasy();
  canvas.frame([FILM], 7);
  canvas.held.cover(numbersOf([['keep', 0, 0, 16, 16]]));
  canvas.held.show(canvas.sentMs + 1000);
  t.is(canvas.at(5, 5), 1007);
});

test('nothing of what waits is shown after clear()', (t) => {
  const canvas = uneasy();
  canvas.frame([FILM], 7);
  canvas.held.clear();
  t.is(canvas.held.dueMs, null);
  t.is(canvas.kept.size, 0);
  t.is(canvas.at(0, 0), 1000);
});

const rectArbitrary = fc
  .tuple(fc.nat(SIDE - 1), fc.nat(SIDE - 1), fc.nat(SIDE), fc.nat(SIDE))
  .map(
    ([x, y, w, h]) => [x, y, 1 + Math.min(w, SIDE - x - 1), 1 + Math.min(h, SIDE - y - 1)] as const,
  );
const regionArbitrary: fc.Arbitrary<Region> = fc
  .tuple(fc.constantFrom('exact', 'video', 'video', 'keep'), rectArbitrary, fc.nat(1))
  .map(([kind, [x, y, w, h], stream]) => [kind as Region[0], x, y, w, h, stream]);
/** A server gives each stream a place of its own: the left half or the right one. */
const halved = ([kind, x, y, w, h, stream = 0]: Region): Region =>
  kind === 'video'
    ? [kind, (x >> 1) + (stream * SIDE) / 2, y, Math.max(1, w >> 1), h, stream]
    : [kind, x, y, w, h];
const frameArbitrary = fc.record({
  regions: fc.array(regionArbitrary.map(halved), { minLength: 1, maxLength: 6 }),
  late: fc.constantFrom(0, 0, 5, 20, 36, 90),
});

test('whatever waited, the picture becomes what the frames paint one after the other', (t) => {
  let waited = 0;
  fc.assert(
    fc.property(fc.array(frameArbitrary, { minLength: 1, maxLength: 40 }), (frames) => {
      const canvas = uneasy();
      const plain = new Canvas();
      plain.pixels.set(canvas.pixels);
      frames.forEach(({ regions, late }, i) => {
        canvas.frame(regions, i + 1, late);
        const videos = [0, 1].map((stream) => ({ stream, value: 1001 + i }));
        plain.paint(numbersOf(regions), videos, i + 1);
        if (canvas.held.dueMs !== null) waited++;
        // What is exact is there at once, whatever waits.
        plain.pixels.forEach((value, at) => {
          if (value < 1000 && canvas.pixels[at] !== value) throw new Error(`${at} of frame ${i}`);
        });
      });
      if (canvas.mostKept > 4) throw new Error(`${canvas.mostKept} pictures kept`);
      canvas.held.show(canvas.sentMs + 1000);
      t.deepEqual(canvas.pixels, plain.pixels);
      t.is(canvas.kept.size, 0);
    }),
    { numRuns: 300 },
  );
  t.true(waited > 100, `only ${waited} waited`);
});
