import test from 'ava';
import { CursorCache } from '../../../firmware/display/cursor-cache.ts';
import type { CursorImage } from '../../../protocol/generated/cursor.ts';

const image = (id: number): CursorImage => ({
  ...{ type: 'CursorImage', id, widthPx: 1, heightPx: 1, hotspotX: 0, hotspotY: 0 },
  ...{ scale120: 120, view: 0, pixels: Uint8Array.of(1, 2, 3, id) },
});

function cache() {
  const cursors = new CursorCache();
  const show = (id: number) => cursors.receive({ type: 'CursorShow', id, view: 0 });
  const keep = (...ids: number[]) => {
    for (const id of ids) cursors.receive(image(id));
  };
  const hide = () => cursors.receive({ type: 'CursorHide', view: 0 });
  return { cursors, show, keep, hide };
}

const bytes = (shown: CursorImage | null | undefined) => [...(shown?.pixels ?? [])];
const many = Array.from({ length: 40 }, (_, i) => i + 100);

test('a picture that makes room, or gives way to one of its number, is overwritten', (t) => {
  const { show, keep } = cache();
  keep(1, 2, 3);
  const [one, two, three] = [show(1), show(2), show(3)];
  keep(1);
  t.deepEqual(bytes(one), [0, 0, 0, 0]);
  t.deepEqual(bytes(show(1)), [1, 2, 3, 1]);
  t.deepEqual(bytes(two), [1, 2, 3, 2]);
  keep(...many);
  t.deepEqual(bytes(two), [0, 0, 0, 0]);
  t.deepEqual(bytes(three), [0, 0, 0, 0]);
  t.is(show(2), undefined);
});

test('the one that is shown stays until another is, or none', (t) => {
  const { cursors, show, keep, hide } = cache();
  keep(1);
  const one = show(1);
  keep(...many);
  t.is(show(1), undefined);
  t.deepEqual(bytes(one), [1, 2, 3, 1]);
  const other = show(130);
  t.deepEqual(bytes(one), [0, 0, 0, 0]);
  keep(130);
  t.deepEqual(bytes(other), [1, 2, 3, 130]);
  hide();
  t.deepEqual(bytes(other), [0, 0, 0, 0]);
  const last = show(139);
  keep(139);
  cursors.wipe();
  t.deepEqual(bytes(last), [0, 0, 0, 0]);
});
