import test from 'ava';
import type { ArrivedFrame } from '../../../firmware/connection/attachment.ts';
import { EarlyView } from '../../../firmware/connection/early-view.ts';

const frame = (number: number): ArrivedFrame =>
  ({
    header: { frame: number, output: number % 2 },
    payload: new Uint8Array(0),
  }) as unknown as ArrivedFrame;
const numbers = (early: ReturnType<EarlyView['take']>) =>
  early.frames.map(({ header }) => header.frame);

test('what came of a view before its message is handed over once', (t) => {
  const early = new EarlyView();
  early.frame(3, frame(1));
  early.cursor(3, { type: 'CursorHide', view: 3 });
  early.frame(3, frame(2));
  const taken = early.take(3);
  t.deepEqual([numbers(taken), taken.cursors.length, taken.lost], [[1, 2], 1, []]);
  t.deepEqual(numbers(early.take(3)), []);
});

test('of an older view nothing is kept, a newer one survives the view between', (t) => {
  const early = new EarlyView();
  early.frame(2, frame(1));
  early.frame(3, frame(2));
  early.frame(2, frame(3));
  t.deepEqual(numbers(early.take(2)), []);
  t.deepEqual(numbers(early.take(3)), [2]);
});

test('a view that was passed over takes its frames with it', (t) => {
  const early = new EarlyView();
  early.frame(2, frame(1));
  t.deepEqual(numbers(early.take(3)), []);
  t.deepEqual(numbers(early.take(2)), []);
});

test('what is kept is bounded, and what was lost is told', (t) => {
  const early = new EarlyView();
  for (let i = 1; i <= 100; i++) early.frame(1, frame(i));
  for (let i = 1; i <= 1000; i++) early.cursor(1, { type: 'CursorHide', view: 1 });
  const taken = early.take(1);
  t.true(taken.frames.length <= 8 && taken.cursors.length <= 64);
  t.deepEqual([...taken.lost].sort(), [0, 1]);
});

test('a pointer is kept as it came, whatever becomes of the buffer it lay in', (t) => {
  const early = new EarlyView();
  const pixels = Uint8Array.of(1, 2, 3, 4);
  const image = { id: 1, widthPx: 1, heightPx: 1, hotspotX: 0, hotspotY: 0, scale120: 120 };
  early.cursor(1, { type: 'CursorImage', ...image, pixels, view: 1 });
  pixels.fill(0);
  t.like(early.take(1).cursors[0], { pixels: Uint8Array.of(1, 2, 3, 4) });
});
