import test from 'ava';
import { type Client, Desktop } from '../helpers/desktop.ts';
import { type Box, centre, type Picture } from '../helpers/picture.ts';

const RED = 0xaa2222;
const GREEN = 0x227722;
const BLUE = 0x2222aa;
const BAR = 32;

/** A terminal whose page has one colour, so that its place is seen; it writes what it reads to a file. */
function open(desk: Desktop, colour: number, file = 'read'): Promise<Client> {
  const page = `colors.background=${colour.toString(16)}`;
  const shape = ['-o', page, '-o', 'pad=0x0', '--window-size-pixels=400x300'];
  return desk.open('foot', [...shape, 'sh', '-c', `exec cat >${file}`]);
}

const page = (picture: Picture, colour: number): Box | null =>
  picture.bounds((rgb) => rgb === colour);

/** Resolves when the page of this colour is there. */
function seen(desk: Desktop, colour: number, box: Box): Promise<Picture> {
  return desk.until(`${colour.toString(16)} at ${JSON.stringify(box)}`, (now) => {
    const found = page(now, colour);
    return found !== null && JSON.stringify(found) === JSON.stringify(box);
  });
}

function placeOf(desk: Desktop, colour: number): Box {
  const box = page(desk.look(), colour);
  if (!box) throw new Error(`no ${colour.toString(16)}`);
  return box;
}

test.serial('Alt and Tab change windows, most recent first, and typing follows', async (t) => {
  const desk = await Desktop.open(t);
  for (const [colour, file] of [
    [RED, 'red'],
    [GREEN, 'green'],
    [BLUE, 'blue'],
  ] as const) {
    await open(desk, colour, file);
  }
  const middle = { x: 500, y: 400 };
  const top = (colour: number) => (now: Picture) => now.at(middle.x, middle.y) === colour;
  t.true(top(BLUE)(desk.look()));
  desk.press('Alt+Tab');
  await desk.until('green on top', top(GREEN));
  desk.type('green\n');
  t.deepEqual(await desk.lines('green'), ['green']);
  desk.hold('Alt');
  desk.press('Tab');
  await desk.until('blue shown', top(BLUE));
  desk.press('Tab');
  await desk.until('red shown', top(RED));
  desk.release('Alt');
  desk.type('red\n');
  t.deepEqual(await desk.lines('red'), ['red']);
  await desk.settled();
  await desk.save('windows-alt-tab');
  desk.press('Alt+Tab');
  await desk.until('green again', top(GREEN));
});

test.serial('Super and the arrows fill halves and the whole, and come back', async (t) => {
  const desk = await Desktop.open(t);
  await open(desk, RED);
  const first = placeOf(desk, RED);
  t.deepEqual(centre(first), { x: 500, y: 350 + BAR / 2 });
  desk.press('Super+Left');
  await seen(desk, RED, { x: 0, y: BAR, width: 500, height: 700 - BAR });
  desk.press('Super+Up');
  await seen(desk, RED, { x: 0, y: BAR, width: 1000, height: 700 - BAR });
  desk.press('Super+Right');
  await seen(desk, RED, { x: 500, y: BAR, width: 500, height: 700 - BAR });
  desk.press('Super+Down');
  await seen(desk, RED, first);
});

test.serial('title bars move, maximise and close by the mouse', async (t) => {
  const desk = await Desktop.open(t);
  const red = await open(desk, RED);
  const first = placeOf(desk, RED);
  const bar = { x: first.x + 100, y: first.y - BAR / 2 };
  await desk.drag(bar, { x: bar.x - 120, y: bar.y + 90 });
  const moved = { ...first, x: first.x - 120, y: first.y + 90 };
  await seen(desk, RED, moved);
  desk.click({ x: moved.x + 100, y: moved.y - BAR / 2 }, 'left', 2);
  await seen(desk, RED, { x: 0, y: BAR, width: 1000, height: 700 - BAR });
  await desk.settled();
  await desk.save('windows-maximised');
  desk.click({ x: 300, y: BAR / 2 }, 'left', 2);
  await seen(desk, RED, moved);
  desk.click({ x: moved.x + moved.width - 18, y: moved.y - BAR / 2 });
  await red.ended();
  await desk.cleared();
  t.pass();
});

test.serial('borders and Alt with the mouse size and move a window', async (t) => {
  const desk = await Desktop.open(t);
  await open(desk, RED);
  const first = placeOf(desk, RED);
  const corner = { x: first.x + first.width + 3, y: first.y + first.height + 3 };
  await desk.drag(corner, { x: corner.x + 60, y: corner.y + 45 });
  await seen(desk, RED, { ...first, width: first.width + 60, height: first.height + 45 });
  const left = { x: first.x - 3, y: first.y + 100 };
  await desk.drag(left, { x: left.x - 50, y: left.y });
  const wide = { ...first, x: first.x - 50, width: first.width + 110, height: first.height + 45 };
  await seen(desk, RED, wide);
  await desk.save('windows-sized');
  desk.hold('Alt');
  await desk.drag(centre(wide), { x: centre(wide).x + 33, y: centre(wide).y - 44 });
  await seen(desk, RED, { ...wide, x: wide.x + 33, y: wide.y - 44 });
  desk.release('Alt');
  t.pass();
});

test.serial('a window dragged to the top fills the screen; Alt and F4 close it', async (t) => {
  const desk = await Desktop.open(t);
  const red = await open(desk, RED);
  const { x, y } = placeOf(desk, RED);
  await desk.drag({ x: x + 50, y: y - 10 }, { x: x + 50, y: 0 });
  await seen(desk, RED, { x: 0, y: BAR, width: 1000, height: 700 - BAR });
  desk.press('Alt+F4');
  await red.ended();
  await desk.cleared();
  t.pass();
});
