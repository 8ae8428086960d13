import test from 'ava';
import { Desktop } from '../helpers/desktop.ts';
import { type Box, centre, like, type Picture } from '../helpers/picture.ts';

test.serial('weston-simple-shm keeps drawing', async (t) => {
  const desk = await Desktop.open(t);
  const { box } = await desk.show('weston-simple-shm');
  t.deepEqual({ width: box.width, height: box.height }, { width: 250, height: 250 });
  const first = desk.look();
  t.true(first.colours(box) > 200);
  const later = await desk.until('motion', (now) => now.changedShare(first, box) > 0.3);
  t.is(later.changedSince(first, { x: 0, y: 0, width: box.x, height: 700 }), null);
  await desk.save('weston-simple-shm');
});

test.serial('weston-subsurfaces puts red and triangle into its window', async (t) => {
  const desk = await Desktop.open(t);
  const { box } = await desk.show('weston-subsurfaces');
  const green = (rgb: number) => rgb === 0x00ff00 || like(0x08ac08, 20)(rgb);
  const picture = await desk.until(
    'all three surfaces',
    (now) => (red(now, box)?.width ?? 0) > 50 && now.share(green, box) > 0.3,
  );
  await desk.save('weston-subsurfaces');
  const part = red(picture, box);
  t.true(part !== null && part.x > centre(box).x, 'the red one is at the right');
});

function red(picture: Picture, box: Box): Box | null {
  return picture.bounds((rgb) => like(0xa52a00, 24)(rgb), box);
}

test.serial('a flower of weston-dnd is dragged by the mouse', async (t) => {
  const desk = await Desktop.open(t);
  const { box } = await desk.open('weston-dnd');
  const interior = desk.look().bounds(like(0x060809, 4), box);
  if (!interior) throw new Error('there is no black field');
  const cell = (column: number, row: number): Box => ({
    x: interior.x + 16 + column * 80,
    y: interior.y + 16 + row * 80,
    width: 64,
    height: 64,
  });
  const isEmpty = (picture: Picture, at: Box) => picture.share(like(0x060809, 6), at) > 0.9;
  const [from, to] = [cell(1, 0), cell(2, 2)];
  t.false(isEmpty(desk.look(), from));
  t.true(isEmpty(desk.look(), to));
  const flower = desk.look().at(centre(from).x, centre(from).y);
  await desk.drag(centre(from), centre(to), 'left', false);
  await desk.save('weston-dnd');
  desk.button('left', false);
  const after = await desk.until(
    'the flower there',
    (now) => isEmpty(now, from) && !isEmpty(now, to),
  );
  t.is(after.at(centre(to).x, centre(to).y), flower);
});

test.serial('two fingers draw on weston-simple-touch', async (t) => {
  const desk = await Desktop.open(t);
  const { box } = await desk.open('weston-simple-touch');
  const before = desk.look();
  const { x, y } = centre(box);
  for (const [id, dy] of [
    [1, -60],
    [2, 60],
  ] as const) {
    desk.touch('TouchDown', id, { x: x - 100, y: y + dy });
    for (let dx = -100; dx <= 100; dx += 4) desk.touch('TouchMotion', id, { x: x + dx, y: y + dy });
    desk.touchUp(id);
  }
  const drawn = await desk.settled();
  await desk.save('weston-simple-touch');
  const changed = drawn.changedSince(before);
  t.true(changed !== null && changed.width > 190 && changed.height > 115, JSON.stringify(changed));
});

test.serial('weston-flower is moved by the mouse', async (t) => {
  const desk = await Desktop.open(t);
  const bare = desk.look();
  const { box } = await desk.open('weston-flower');
  const from = centre(box);
  await desk.drag(from, { x: from.x + 200, y: from.y - 100 });
  const after = await desk.settled();
  await desk.save('weston-flower');
  const now = after.changedSince(bare);
  t.deepEqual(now, { ...box, x: box.x + 200, y: box.y - 100 });
});
