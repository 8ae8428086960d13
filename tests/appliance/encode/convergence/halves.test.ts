import { availableParallelism } from 'node:os';
import test from 'ava';
import fc from 'fast-check';
import type { Rect } from '../../../native/pixels/pictures.ts';
import { Pair } from './pair.ts';

const SCREEN = { widthPx: 760, heightPx: 470, scale120: 120, transform: 0 };
const FILM: Rect = [20, 30, 700, 380];
const BEGIN_PICTURES = 30;
/** Encoding the halves of a picture takes less. */
const ENCODING_MS = 15;

interface Moment {
  readonly film: boolean;
  readonly letter: boolean;
  readonly x: number;
  readonly y: number;
  readonly arrives: boolean;
  readonly answered: boolean;
  readonly afterMs: number;
  readonly between: Between;
}

type Between = 'nothing' | 'key frame' | 'lock' | 'unlock' | 'lost acks' | 'reconnect' | 'resize';

const moment = fc.record({
  film: fc.boolean(),
  letter: fc.boolean(),
  x: fc.nat({ max: 700 }),
  y: fc.nat({ max: 440 }),
  arrives: fc.boolean(),
  answered: fc.boolean(),
  afterMs: fc.constantFrom(10, 40, 40, 130, 600),
  between: fc.oneof(
    { weight: 5, arbitrary: fc.constant<Between>('nothing') },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Between>(
        ...(['key frame', 'lock', 'unlock', 'unlock', 'lost acks', 'reconnect', 'resize'] as const),
      ),
    },
  ),
});

/** While a second half waits, perhaps. */
function happen(pair: Pair, between: Between, i: number): void {
  if (between === 'key frame') pair.requestKeyFrames({ corrupt: true });
  if (between === 'lock') pair.desktop.lock();
  if (between === 'unlock') pair.desktop.unlock();
  if (between === 'lost acks') pair.loseAcks();
  if (between === 'reconnect') pair.reconnect();
  if (between !== 'resize') return;
  pair.desktop.resizeScreen(0, { ...SCREEN, widthPx: SCREEN.widthPx - (i % 2) * 16 });
  pair.arrange();
}

async function encoded(pair: Pair): Promise<void> {
  for (const untilMs = performance.now() + ENCODING_MS; performance.now() < untilMs; ) {
    while (pair.finishOne());
    await pair.breathe();
  }
}

async function live(pair: Pair, moments: readonly Moment[]): Promise<void> {
  pair.desktop.open(FILM, 'noise', 1);
  for (let i = 0; i < BEGIN_PICTURES; i++) {
    pair.desktop.draw(0, [0, 0, 4096, 4096], 'noise', i);
    pair.later(40);
    pair.tick();
    await encoded(pair);
    pair.deliver();
    pair.answer();
  }
  pair.desktop.open([0, 0, 40, 30], 'text', 1);
  for (const [
    i,
    { film, letter, x, y, arrives, answered, afterMs, between },
  ] of moments.entries()) {
    if (film) pair.desktop.draw(0, [0, 0, 4096, 4096], 'noise', i);
    pair.tick();
    await encoded(pair);
    happen(pair, between, i);
    if (letter) pair.desktop.move(1, x, y);
    if (letter) pair.desktop.draw(1, [3, 4, 9, 12], 'text', i);
    pair.tick();
    if (arrives) pair.deliver();
    if (answered) pair.answer();
    pair.later(afterMs);
  }
}

test('halves of a film that go one after the other, with letters in between, end as the exact picture', async (t) => {
  t.timeout(120_000);
  let singles = 0;
  const options = { video: true, threads: false, tiles: 5, slow: false, steps: true } as const;
  await fc.assert(
    fc.asyncProperty(fc.array(moment, { minLength: 10, maxLength: 30 }), async (moments) => {
      using pair = new Pair(SCREEN, { ...options, doubtful: true });
      await live(pair, moments);
      await pair.settle();
      singles += pair.singles;
      t.is(pair.fault(), null);
    }),
    { numRuns: 6, endOnFailure: true },
  );
  if (availableParallelism() > 1) t.true(singles > 20, `${singles} halves alone`);
});
