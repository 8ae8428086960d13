import test from 'ava';
import { Desktop } from '../helpers/desktop.ts';
import type { Box, Picture } from '../helpers/picture.ts';

const PAGE = 0x102030;
const FOOT = ['-o', 'colors.background=102030', '-o', 'pad=0x0'];
const SMALL = '--window-size-pixels=400x300';

/** The lower part of a terminal's screen. */
const foot = (width: number, height: number): Box => ({ x: 0, y: height - 60, width, height: 60 });
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

test.serial('the prompt of a foot that is larger than the screen stays on it', async (t) => {
  const desk = await Desktop.open(t, { width: 1000, height: 700 });
  const shell = 'seq 60; PS1="prompt " exec sh -i';
  await desk.open('foot', [...FOOT, '--window-size-pixels=700x600', 'sh', '-c', shell]);
  const first = page(desk.look());
  t.deepEqual(first, { x: 150, y: 66, width: 700, height: 600 });
  const small = await desk.resize(640, 480);
  t.deepEqual(page(small), { x: 0, y: 32, width: 640, height: 448 });
  desk.type('pwd >here');
  // foot leaves less than a line free under its last one.
  const text = (await desk.settled()).bounds((rgb) => rgb !== PAGE, foot(640, 480)) ?? small.whole;
  t.true(text.y + text.height > 480 - 40 && text.y + text.height <= 480, JSON.stringify(text));
  await desk.save('foot-made-to-fit');
  desk.type('\n');
  await desk.lines('here');
  await desk.resize(1600, 900);
  await desk.until('its own size', (now) => page(now)?.width === 700);
  t.deepEqual(page(await desk.settled()), { x: 450, y: 166, width: 700, height: 600 });
  await desk.resize(1000, 700);
  await desk.until('its first place', (now) => page(now)?.x === first?.x);
  t.deepEqual(page(await desk.settled()), first);
  await desk.save('foot-back-in-size');
});

test.serial('a foot that starts larger than the screen fits it', async (t) => {
  const desk = await Desktop.open(t, { width: 640, height: 480 });
  await desk.open('foot', [...FOOT, '--window-size-pixels=700x600']);
  t.deepEqual(page(await desk.settled()), { x: 0, y: 32, width: 640, height: 448 });
  await desk.resize(1000, 700);
  await desk.until('its own size', (now) => page(now)?.width === 700);
  t.deepEqual(page(await desk.settled()), { x: 150, y: 66, width: 700, height: 600 });
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

// foot of Debian 12 knows whole scales alone; what fractions look like, Chromium shows.
test.serial("foot's text is drawn for scale 2, not stretched", async (t) => {
  const scale = 2;
  const desk = await Desktop.open(t, { width: 800 * scale, height: 600 * scale, scale });
  const look = [...FOOT, '-o', 'colors.foreground=ffffff', '--window-size-pixels=600x300'];
  await desk.open('foot', [...look, 'sh', '-c', 'exec cat >read']);
  desk.type('The quick brown fox jumps over the lazy dog');
  const picture = await desk.settled();
  await desk.save('foot-scale-2');
  const box = page(picture) ?? picture.whole;
  const line = { ...box, height: 14 * scale, width: 280 * scale };
  t.is(box.height, 300 * scale);
  // Strokes as thin as those of scale 1 would not reach their colour anywhere if they were stretched.
  const full = picture.share((rgb) => rgb === 0xffffff, line);
  t.true(full > 0.01, `${full}`);
});
