import test from 'ava';
import { Desktop } from '../helpers/desktop.ts';
import type { Box, Picture } from '../helpers/picture.ts';

const PAGE = 0x102030;
const FOOT = ['-o', 'colors.background=102030', '-o', 'pad=0x0'];
const SMALL = '--window-size-pixels=400x300';

const page = (picture: Picture): Box | null => picture.bounds((rgb) => rgb === PAGE);

test.serial('windows keep their place in a terminal of another size', async (t) => {
  const desk = await Desktop.open(t, { width: 1000, height: 700 });
  await desk.open('foot', [...FOOT, SMALL, 'sh', '-c', 'exec cat >read']);
  const first = page(desk.look());
  t.deepEqual(first, { x: 300, y: 216, width: 400, height: 300 });
  const wide = await desk.resize(1600, 900);
  t.deepEqual(page(wide), { x: 600, y: 316, width: 400, height: 300 });
  const narrow = await desk.resize(320, 240);
  t.deepEqual(page(narrow), { x: 0, y: 32, width: 320, height: 208 });
  desk.type('still here\n');
  t.deepEqual(await desk.lines('read'), ['still here']);
  await desk.resize(1000, 700);
  await desk.until('its first place', (now) => page(now)?.x === first?.x);
  t.deepEqual(page(await desk.settled()), first);
});

test.serial('a maximised window fills every size of the terminal', async (t) => {
  const desk = await Desktop.open(t, { width: 800, height: 600 });
  await desk.open('foot', FOOT);
  desk.press('Super+Up');
  for (const [width, height] of [
    [1024, 500],
    [640, 720],
  ] as const) {
    await desk.resize(width, height);
    await desk.until('a full screen', (now) => page(now)?.width === width);
    t.deepEqual(page(await desk.settled()), { x: 0, y: 32, width, height: height - 32 });
  }
});

/** How often neighbours in a row differ, of those where the row is written on at all. */
function edges(picture: Picture, box: Box): number {
  return picture.share((rgb, x, y) => x > 0 && picture.at(x - 1, y) !== rgb, box);
}

for (const scale of [1.5, 2]) {
  test.serial(`foot's text is drawn for scale ${scale}, not stretched`, async (t) => {
    const desk = await Desktop.open(t, { width: 800 * scale, height: 600 * scale, scale });
    const shape = [...FOOT, '--window-size-pixels=600x300'];
    await desk.open('foot', [...shape, 'sh', '-c', 'exec cat >read']);
    desk.type('The quick brown fox jumps over the lazy dog');
    await desk.settled();
    await desk.save(`foot-scale-${scale}`);
    const picture = desk.look();
    const text = picture.bounds((rgb, _x, y) => rgb !== PAGE && y > 0, contentOf(picture));
    t.true(text !== null && text.height >= 12 * scale && text.height < 20 * scale);
    // Strokes of a pixel: a picture stretched by 2 has an even structure, one stretched by 1.5 has no full contrast.
    const odd = picture.share(
      (rgb, x, y) => x % 2 === 1 && picture.at(x - 1, y) !== rgb,
      text ?? undefined,
    );
    t.true(odd > 0.03, `${odd}`);
    t.true(edges(picture, text ?? picture.whole) > 0.1);
  });
}

function contentOf(picture: Picture): Box {
  const box = page(picture) ?? picture.whole;
  return { ...box, height: 40 };
}
