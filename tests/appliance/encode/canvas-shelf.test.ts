import test from 'ava';
import { CanvasShelf } from '../../../appliance/encode/canvas-shelf.ts';

test('a canvas serves the next terminal of the same size, one at a time', (t) => {
  using shelf = new CanvasShelf();
  const first = shelf.take(64, 48);
  t.not(shelf.take(64, 48), first);
  shelf.put(first);
  t.not(shelf.take(48, 64), first);
  t.is(shelf.take(64, 48), first);
  t.not(shelf.take(64, 48), first);
});

test('what was put back encodes a whole picture next', (t) => {
  using shelf = new CanvasShelf();
  const { framebuffer, encoder } = shelf.take(64, 48);
  const all = Int32Array.of(0, 0, 64, 48);
  const encode = () => encoder.encode(framebuffer, all, new Int32Array(0), { level: 1 });
  framebuffer.fill(0x336699);
  t.true(encode().changed);
  t.false(encode().changed);
  shelf.put({ framebuffer, encoder });
  t.true(encode().changed);
});

test('only a few are kept', (t) => {
  using shelf = new CanvasShelf();
  const [first, second, third] = [shelf.take(1, 1), shelf.take(2, 2), shelf.take(3, 3)];
  for (const canvas of [first, second, third]) shelf.put(canvas);
  t.not(shelf.take(1, 1), first);
  t.is(shelf.take(3, 3), third);
});
