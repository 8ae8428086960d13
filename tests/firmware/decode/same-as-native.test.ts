import test from 'ava';
import { checksum, Decoder, pictureOver } from '../../../firmware/decode/index.ts';
import * as native from '../../../native/pixels/index.ts';
import { paintRect, Random, randomStep } from '../../native/pixels/pictures.ts';

/** Several tiles each way, and parts of tiles at two edges. */
const [WIDTH, HEIGHT] = [150, 140];
const TILES = 7;
const EDGES = [0, 1, 63, 64, 65, 86, 128, WIDTH, HEIGHT, -1, 0x7fffffff, 0xffffff, 0x1000000];
const SESSIONS = 60;
const FRAMES = 40;

interface Update {
  regions: Int32Array;
  payload: Uint8Array;
  compressed: boolean;
  fine: boolean;
}

/** The two decoders of a terminal, native and in the browser, which are shown the same. */
class Both {
  readonly fb = new native.Framebuffer(WIDTH, HEIGHT);
  readonly #theirs = new native.Decoder(this.fb, TILES);
  readonly #picture = pictureOver(new Uint8Array(WIDTH * HEIGHT * 4), WIDTH, HEIGHT);
  readonly #ours = new Decoder(this.#picture, TILES);

  constructor() {
    this.fb.fill(0);
    this.#picture.pixels.fill(0xff000000);
  }

  /** @returns what both said, or both, where they differ */
  apply({ regions, payload, compressed, fine }: Update): string {
    const [ours, theirs] = [this.#ours, this.#theirs].map((decoder) => {
      try {
        decoder.apply(regions, payload, compressed, [], fine);
        return 'applied';
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return error.message;
      }
    });
    return ours === theirs ? String(ours) : `${ours} / ${theirs}`;
  }

  forget(): void {
    this.#ours.forget();
    this.#theirs.forget();
  }

  get same(): boolean {
    return checksum(this.#picture) === this.fb.checksum();
  }
}

/** Small numbers that meet often, sizes and places of tiles, and what is too large. */
function number(random: Random): number {
  const kind = random.within(0, 3);
  if (kind === 0) return random.within(0, TILES);
  if (kind === 1) return EDGES[random.within(0, EDGES.length - 1)] as number;
  return kind === 2 ? random.within(0, 255) : 64 * random.within(0, 3);
}

function changeRegions(random: Random, regions: Int32Array): Int32Array {
  const changed = regions.slice();
  const rows = changed.length / 7;
  for (let i = random.within(1, 2); i > 0 && rows > 0; i--) {
    const row = 7 * random.within(0, rows - 1);
    const column = random.within(0, 6);
    changed[row + column] = column === 0 ? random.within(0, 9) : number(random);
  }
  return changed;
}

/** Regions of tiles amid others: kept and shown in any order. */
function withTiles(random: Random, regions: Int32Array): Int32Array {
  const rows: number[] = [];
  for (let i = random.within(1, 4); i > 0; i--) {
    const [x, w] = random.within(0, 1) === 0 ? [0, WIDTH] : [64, 64];
    const encoding = random.within(6, 7);
    const y = 64 * random.within(0, 2);
    const h = Math.min(64, HEIGHT - y);
    rows.push(encoding, x, y, w, h, random.within(0, TILES - 1), 0);
  }
  return random.within(0, 1) === 0
    ? Int32Array.of(...rows, ...regions)
    : Int32Array.of(...regions, ...rows);
}

/** What arrives in the place of a frame. */
function mutated(random: Random, frame: native.EncodedFrame): Update {
  const { regions, payload, payloadCompressed: compressed, payloadFine: fine } = frame;
  const update = { regions, payload: payload.slice(), compressed, fine };
  const kind = random.within(0, 5);
  if (kind === 0) return { ...update, regions: changeRegions(random, regions) };
  if (kind === 1) return { ...update, regions: withTiles(random, regions) };
  // Two unpackers of zstd need not agree on what is wrong with a frame, only that nothing is painted.
  if (kind === 2 && !compressed && payload.length > 0)
    update.payload[random.within(0, payload.length - 1)] = random.within(0, 255);
  if (kind === 3 && !compressed)
    return { ...update, payload: payload.subarray(0, random.within(0, payload.length)) };
  if (kind === 4) return { ...update, fine: !fine, compressed: random.within(0, 3) === 0 };
  return update;
}

test('whatever arrives, both decoders show the same and refuse the same with the same words', (t) => {
  const outcomes = new Map<string, number>();
  for (let session = 0; session < SESSIONS; session++) {
    const random = new Random(session + 1);
    const fb = new native.Framebuffer(WIDTH, HEIGHT);
    const encoder = new native.Encoder(WIDTH, HEIGHT);
    const both = new Both();
    paintRect(fb, [0, 0, WIDTH, HEIGHT], () => random.within(0, 3) * 0x203040);
    for (let i = 0; i < FRAMES; i++) {
      const { damage, copies } = randomStep(random, fb);
      const fine = random.within(0, 2) > 0;
      const key = random.within(0, 9) === 0;
      const graded = random.within(0, 2) > 0;
      const options = { level: 1, tiles: TILES, fine, key, graded };
      const frame = encoder.encode(fb, damage, copies, options);
      const outcome = both.apply(mutated(random, frame));
      const kind = outcome.replace(/^region \d+/, 'region');
      outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
      t.false(outcome.includes(' / '), `session ${session}, frame ${i}: ${outcome}`);
      t.true(both.same, `session ${session}, frame ${i}: ${outcome}`);
      if (random.within(0, 30) === 0) both.forget();
    }
  }
  t.log(Object.fromEntries(outcomes));
  t.true((outcomes.get('applied') ?? 0) > (SESSIONS * FRAMES) / 3);
  t.true(outcomes.size > 10);
});
