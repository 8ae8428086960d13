import test, { type ExecutionContext } from 'ava';
import { Decoder, type EncodedFrame, Encoder, Framebuffer } from '../../../native/pixels/index.ts';
import { firstDifference, paintRect, Random, type Rect, randomStep } from './pictures.ts';

const NONE = new Int32Array(0);

class Bench {
  readonly fb: Framebuffer;
  readonly shown: Framebuffer;
  readonly whole: Rect;
  readonly #encoder: Encoder;
  readonly #decoder: Decoder;
  readonly #random: Random;

  constructor(width: number, height: number, seed = 1) {
    this.fb = new Framebuffer(width, height);
    this.shown = new Framebuffer(width, height);
    this.whole = [0, 0, width, height];
    this.#encoder = new Encoder(width, height);
    this.#decoder = new Decoder(this.shown, 64);
    this.#random = new Random(seed);
  }

  noise(rect: Rect): Int32Array {
    paintRect(this.fb, rect, () => this.#random.next() & 0xffffff);
    return Int32Array.of(...rect);
  }

  send(
    damage: Int32Array,
    budgetBytes: number,
    key = false,
    copies: Int32Array = NONE,
  ): EncodedFrame {
    const options = { level: 1, tiles: 64, key, budgetBytes };
    const frame = this.#encoder.encode(this.fb, damage, copies, options);
    this.#decoder.apply(frame.regions, frame.payload, frame.payloadCompressed, []);
    return frame;
  }

  differs(rect: Rect): boolean {
    return firstDifference(this.fb, this.shown, rect) >= 0;
  }

  /** @returns bytes of the frames until nothing waits */
  drain(t: ExecutionContext, budgetBytes: number, first: EncodedFrame): number[] {
    const sizes = [first.payload.length];
    for (let { waiting } = first; waiting; ) {
      const frame = this.send(NONE, budgetBytes);
      t.true(frame.changed, 'something goes with each');
      t.is(frame.checksum, this.shown.checksum());
      sizes.push(frame.payload.length);
      waiting = frame.waiting;
    }
    return sizes;
  }
}

test('a large change comes in slices of about the size asked for, and is exact in the end', (t) => {
  const bench = new Bench(1000, 700);
  for (const key of [true, false]) {
    const damage = bench.noise(bench.whole);
    const sizes = bench.drain(t, 30_000, bench.send(damage, 30_000, key));
    t.true(sizes.length > 40, String(sizes.length));
    t.true(Math.max(...sizes) < 60_000, String(Math.max(...sizes)));
    t.false(bench.differs(bench.whole));
  }
});

test('what is small goes first, what has waited next', (t) => {
  const bench = new Bench(1000, 700);
  bench.send(NONE, 0, true);
  const big: Rect = [0, 0, 1000, 600];
  bench.send(bench.noise(big), 20_000);
  const line: Rect = [300, 640, 200, 20];
  paintRect(bench.fb, line, (x) => (x % 7 === 0 ? 0xffffff : 0));
  const again: Rect = [0, 0, 1000, 64];
  const damage = Int32Array.of(...bench.noise(again), ...line);
  bench.send(damage, 20_000);
  t.false(bench.differs(line), 'typed');
  for (let i = 0; i < 200 && bench.differs([0, 64, 1000, 536]); i++) {
    bench.send(bench.noise(again), 20_000);
  }
  t.false(
    bench.differs([0, 64, 1000, 536]),
    'what changes all the time does not keep the rest waiting',
  );
});

test('without a bound everything goes, also what waited', (t) => {
  const bench = new Bench(500, 300);
  bench.send(bench.noise(bench.whole), 10_000, true);
  t.true(bench.differs(bench.whole));
  const frame = bench.send(NONE, 0);
  t.is(frame.waiting, undefined);
  t.false(bench.differs(bench.whole));
});

test('random pictures, copies and bounds end exactly', (t) => {
  for (let seed = 1; seed <= 150; seed++) {
    const random = new Random(seed);
    const bench = new Bench(random.within(1, 400), random.within(1, 300), seed);
    bench.send(NONE, random.within(0, 3000), true);
    for (let i = 0; i < 12; i++) {
      const { damage, copies } = randomStep(random, bench.fb);
      const budget = random.within(0, 2) === 0 ? 0 : random.within(1, 8000);
      bench.send(damage, budget, random.within(0, 9) === 0, copies);
    }
    bench.drain(t, 2000, bench.send(NONE, 2000));
    if (bench.differs(bench.whole)) return t.fail(`seed ${seed}`);
  }
  t.pass();
});

test('a bound that is none is refused', (t) => {
  const bench = new Bench(64, 64);
  for (const bytes of [-1, 1.5, Number.NaN])
    t.throws(() => bench.send(NONE, bytes), { instanceOf: RangeError });
});

test('of what comes at once text goes before photographs', (t) => {
  const bench = new Bench(1000, 700);
  bench.noise([0, 0, 1000, 320]);
  const text: Rect = [0, 320, 1000, 380];
  paintRect(bench.fb, text, (x, y) => (x % 9 === 0 && y % 16 < 9 ? 0xffffff : 0));
  const frames = [bench.send(NONE, 20_000, true)];
  while (bench.differs(text)) frames.push(bench.send(NONE, 20_000));
  t.true(frames.length < 4, String(frames.length));
  t.true(bench.differs([0, 128, 1000, 192]), 'the photograph waits');
  for (let frame = frames.at(-1); frame?.waiting; ) frame = bench.send(NONE, 20_000);
  t.false(bench.differs(bench.whole));
});

test('no photograph goes with text that fills a part of the slice', (t) => {
  const bench = new Bench(1000, 700);
  const photograph: Rect = [0, 0, 1000, 320];
  bench.noise(photograph);
  const text: Rect = [0, 320, 1000, 64];
  paintRect(bench.fb, text, (x, y) => (x % 9 === 0 && y % 16 < 9 ? 0xffffff : 0));
  const first = bench.send(NONE, 20_000, true);
  t.false(bench.differs(text));
  t.true(first.payload.length < 5000, `${first.payload.length} bytes`);
  const second = bench.send(NONE, 20_000);
  t.true(second.payload.length > 15_000, `${second.payload.length} bytes`);
  for (let frame = second; frame.waiting; ) frame = bench.send(NONE, 20_000);
  t.false(bench.differs(bench.whole));
});

test('a photograph comes also beside text that never ends', (t) => {
  const bench = new Bench(1000, 700);
  bench.send(NONE, 0, true);
  const photograph: Rect = [0, 0, 512, 128];
  bench.send(bench.noise(photograph), 20_000);
  const text: Rect = [0, 320, 800, 48];
  const random = new Random(7);
  for (let i = 0; i < 100 && bench.differs(photograph); i++) {
    paintRect(bench.fb, text, () => (random.within(0, 3) === 0 ? 0xffffff : 0));
    bench.send(Int32Array.of(...text), 20_000);
    t.false(bench.differs(text), 'the text is small');
  }
  t.false(bench.differs(photograph));
});

test('of photographs those go first on which something is written', (t) => {
  const bench = new Bench(1000, 700);
  bench.noise(bench.whole);
  const label: Rect = [450, 600, 100, 16];
  paintRect(bench.fb, label, (x) => (x % 12 < 8 ? 0xffffff : 0));
  bench.send(NONE, 40_000, true);
  t.false(bench.differs([448, 576, 128, 64]), 'the label');
  t.true(bench.differs([0, 0, 1000, 500]), 'the rest waits');
});
