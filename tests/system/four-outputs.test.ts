import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { Desktop } from '../helpers/desktop.ts';
import { eventually } from '../helpers/eventually.ts';
import {
  becomes,
  boxOf,
  carry,
  FOUR,
  footOf,
  isColour,
  type Spot,
  spotAt,
  Told,
} from '../helpers/four-outputs.ts';
import { type Box, centre, isLight, like, type Picture } from '../helpers/picture.ts';

const COLOURS = [0x102030, 0x304010, 0x401030, 0x103a3a] as const;
const MPV = ['mpv', '--no-config', '--vo=wlshm', '--no-audio', '--osc=no', '--osd-level=0'];
const DEBUG = { WAYLAND_DEBUG: '1' };
const NAMES = FOUR.map(({ name }) => name);

/** Puts a foot of the output's colour there; it opens where the one before is. */
async function place(desk: Desktop, index: number, opensOn: number): Promise<void> {
  const colour = COLOURS[index] as number;
  const { scale } = FOUR[index] as (typeof FOUR)[number];
  desk.run('foot', footOf(colour, '400x200', `read-${index}`));
  const first = (FOUR[opensOn] as (typeof FOUR)[number]).scale;
  const isWhole = (now: Picture): boolean => boxOf(now, colour)?.width === 400 * first;
  const seen = await desk.untilOn(opensOn, 'a window', isWhole);
  await desk.settled();
  const from = { output: opensOn, ...centre(boxOf(seen, colour) as Box) };
  await carry(desk, from, { output: index, x: 400 * scale, y: 300 * scale });
  await desk.untilOn(index, `a window on ${NAMES[index]}`, (now) => {
    const box = boxOf(now, colour);
    return box?.width === 400 * scale && box.height === 200 * scale;
  });
}

test.serial('each of four outputs shows its window in its scale, and is typed into', async (t) => {
  const desk = await Desktop.open(t, { outputs: FOUR });
  let opensOn = 0;
  for (const index of [3, 2, 1, 0]) {
    await place(desk, index, opensOn);
    opensOn = index;
  }
  for (const index of [0, 1, 2, 3]) {
    const { scale } = FOUR[index] as (typeof FOUR)[number];
    desk.move({ x: 400 * scale, y: 300 * scale }, index);
    desk.button('left', true);
    desk.button('left', false);
    desk.type(`The quick brown fox, ${index}\n`);
    t.deepEqual(await desk.lines(`read-${index}`), [`The quick brown fox, ${index}`]);
  }
  await desk.settled();
  for (const [index, { width, height, scale, name }] of FOUR.entries()) {
    const seen = (await desk.see(index)) as Picture;
    t.deepEqual([seen.width, seen.height], [width, height]);
    for (const [other, colour] of COLOURS.entries())
      t.is(boxOf(seen, colour) !== null, other === index, `${colour.toString(16)} on ${name}`);
    const box = boxOf(seen, COLOURS[index] as number) as Box;
    const line = { ...box, width: Math.round(150 * scale), height: Math.round(14 * scale) };
    t.true(seen.share(like(0xffffff, 96), line) > 0.01, `words on ${name}`);
    // Strokes reach their colour: text is drawn for this scale, not stretched.
    if (scale === 2) t.true(seen.share(isColour(0xffffff), line) > 0.01);
    await desk.save(`four-${name}`, undefined, index);
  }
});

const PAGE = `<!doctype html><title>ratio</title><body style="margin:0;background:#ffe0b0;overflow:hidden">
<canvas id=c style="position:absolute;left:0;top:0"></canvas>
<p style="position:absolute;left:20px;top:170px;font:16px sans-serif">The quick brown fox jumps over the lazy dog</p>
<script>
let told = 0;
function draw() {
  const ratio = devicePixelRatio;
  c.width = c.height = 120 * ratio;
  c.style.width = c.style.height = '120px';
  const pen = c.getContext('2d');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, c.width, c.height);
  pen.fillStyle = '#000';
  for (let x = 0; x < c.width; x += 2) pen.fillRect(x, 0, 1, c.height);
  if (told !== ratio) fetch('/tell?' + ratio);
  told = ratio;
}
draw();
setInterval(() => { if (told !== devicePixelRatio) draw(); }, 50);
</script>`;

async function page(t: ExecutionContext): Promise<{ url: string; ratios: string[] }> {
  const ratios: string[] = [];
  const server = createServer((request, response) => {
    const [path, query = ''] = (request.url ?? '').split('?');
    if (path === '/tell') ratios.push(query);
    response.setHeader('content-type', 'text/html');
    response.end(path === '/' ? PAGE : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  t.teardown(() => server.closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, ratios };
}

const PAPER = 0xffe0b0;

/** Lines of one physical pixel each are black and white, without any grey. */
function linesAreSharp(now: Picture, scale: number): boolean {
  const paper = boxOf(now, PAPER);
  if (!paper) return false;
  const side = Math.floor(100 * scale);
  const lines = { x: paper.x + 2, y: paper.y + 8, width: side, height: side };
  const black = now.share(isColour(0), lines);
  return Math.abs(black - 0.5) < 0.02 && black + now.share(isColour(0xffffff), lines) === 1;
}

test.serial('Chromium learns each scale as it is moved, and is sharp in it', async (t) => {
  const desk = await Desktop.open(t, { outputs: FOUR });
  const { url, ratios } = await page(t);
  const flags = [
    '--no-sandbox',
    '--disable-gpu',
    '--ozone-platform=wayland',
    '--no-first-run',
    '--test-type',
  ];
  const size = ['--window-size=500,400', '--user-data-dir=chromium', `--app=${url}`];
  await desk.show('chromium', [...flags, ...size]);
  await desk.untilOn(0, 'sharp lines', (now) => linesAreSharp(now, 1));
  // The page tells it by a request of its own, which may come after the picture.
  const told = (scale: number) =>
    t.notThrowsAsync(becomes('the ratio', () => ratios.at(-1), String(scale)));
  await told(1);
  let from: Spot | null = null;
  for (const index of [1, 3, 2, 0]) {
    const { scale, name } = FOUR[index] as (typeof FOUR)[number];
    const before: Spot = from ?? { output: 0, ...centre(boxOf(desk.look(), PAPER) as Box) };
    const to: Spot = { output: index, x: 400 * scale, y: 320 * scale };
    await carry(desk, before, to);
    from = to;
    await desk.untilOn(index, `sharp lines on ${name}`, (now) => linesAreSharp(now, scale));
    await told(scale);
    await desk.save(`four-chromium-${name}`, undefined, index);
  }
});

test.serial('GTK draws for the whole scale above that of its output', async (t) => {
  const desk = await Desktop.open(t, { outputs: FOUR });
  const client = await desk.open('gtk4-demo', [], DEBUG);
  const told = new Told(client);
  const [, surface] =
    told.all(/get_xdg_surface\(new id xdg_surface@\d+, wl_surface@(\d+)\)/g)[0] ?? [];
  const scales = new RegExp(`wl_surface@${surface}\\.set_buffer_scale\\((\\d)\\)`, 'g');
  const drawn = () => told.all(scales).at(-1)?.[1];
  const box = (await desk.see(0))?.bounds(isLight) as Box;
  let from: Spot = { output: 0, x: box.x + box.width / 2, y: box.y + 22 };
  for (const index of [1, 2, 3, 0]) {
    const { scale, name } = FOUR[index] as (typeof FOUR)[number];
    const to: Spot = { output: index, x: 400 * scale, y: 60 * scale };
    await carry(desk, from, to);
    from = to;
    const width = Math.round(box.width * scale);
    await desk.untilOn(index, `all of it on ${name}`, (now) => {
      const seen = now.bounds(isLight);
      return seen !== null && Math.abs(seen.width - width) <= 2;
    });
    await becomes(`scale of GTK on ${name}`, drawn, String(Math.ceil(scale)));
    await desk.settled();
    await desk.save(`four-gtk-${name}`, undefined, index);
  }
  t.pass();
});

const ANCHOR = 0x505010;

/** What is opened on main is found beside the window that gives main the focus. */
const BESIDE = { x: 260, y: 0, width: 740, height: 600 };

async function anchored(t: ExecutionContext): Promise<Desktop> {
  const desk = await Desktop.open(t, { outputs: FOUR });
  await desk.open('foot', footOf(ANCHOR, '160x80', 'read'));
  const from = { output: 0, ...centre(boxOf(desk.look(), ANCHOR) as Box) };
  await carry(desk, from, { output: 0, x: 140, y: 640 });
  await desk.until('it in its corner', (now) => boxOf(now, ANCHOR)?.x === 60);
  await desk.settled();
  return desk;
}

/** Opens something that moves by itself on main, and carries it to another output. */
async function send(desk: Desktop, index: number, program: readonly string[]): Promise<Told> {
  desk.click({ x: 140, y: 640 });
  const before = (await desk.see(0)) as Picture;
  const [command = '', ...args] = program;
  const client = desk.run(command, args, DEBUG);
  const isThere = (now: Picture): boolean => now.changedShare(before, BESIDE) > 0.08;
  const seen = await desk.untilOn(0, `a window of ${command}`, isThere);
  const { scale } = FOUR[index] as (typeof FOUR)[number];
  const at = centre(seen.changedSince(before, BESIDE) as Box);
  await carry(desk, { output: 0, ...at }, { output: index, x: 400 * scale, y: 300 * scale });
  return new Told(client);
}

test.serial('applications draw at the pace of the output that shows them', async (t) => {
  const desk = await anchored(t);
  const told: Told[] = [];
  for (const index of [3, 2, 1, 0]) told[index] = await send(desk, index, ['weston-simple-shm']);
  for (const [index, { refreshHz, name }] of FOUR.entries()) {
    const pace = await eventually(() => {
      const now = told[index]?.paceHz() ?? 0;
      if (!(now > refreshHz * 0.8 && now < refreshHz * 1.05))
        throw new Error(`${name} draws at ${now} Hz`);
      return now;
    }, 20_000);
    t.log(`${name}: ${pace.toFixed(1)} of ${refreshHz} Hz`);
  }
  // A mode of another refresh, while it is looked at.
  desk.change(3, { ...FOUR[3], refreshHz: 50 });
  await eventually(() => {
    const now = told[3]?.paceHz() ?? 0;
    if (!(now > 40 && now < 52.5)) throw new Error(`it draws at ${now} Hz`);
  }, 20_000);
  t.pass();
});

test.serial('a player learns the refresh of each output that it is moved to', async (t) => {
  const desk = await anchored(t);
  const film = 'av://lavfi:testsrc=size=800x600:rate=20';
  const told = await send(desk, 0, [...MPV, film]);
  await becomes('refresh on main', () => told.refreshHz(), 60);
  let from: Spot = { output: 0, x: 400, y: 300 };
  for (const index of [2, 3, 1, 0]) {
    const { scale, refreshHz, name } = FOUR[index] as (typeof FOUR)[number];
    const to = { output: index, x: 400 * scale, y: 300 * scale };
    await carry(desk, from, to);
    from = to;
    await becomes(`refresh on ${name}`, () => told.refreshHz(), refreshHz);
  }
  desk.change(0, { ...FOUR[0], refreshHz: 48 });
  await becomes('refresh of main in another mode', () => told.refreshHz(), 48);
  t.pass();
});

test.serial('a window on two outputs has its parts at their scales, and one pointer', async (t) => {
  const desk = await Desktop.open(t, { outputs: FOUR });
  const colour = COLOURS[0];
  const client = await desk.open('foot', footOf(colour, '400x200', 'read'), DEBUG);
  const told = new Told(client);
  const box = boxOf(desk.look(), colour) as Box;
  // Its middle onto the edge; the hand is off it, where nothing snaps.
  const { x, y } = centre(box);
  await carry(desk, { output: 0, x: x + 100, y }, spotAt(1, 1100, 300));
  const left = await desk.untilOn(0, 'its left half', (now) => boxOf(now, colour)?.width === 200);
  const right = await desk.untilOn(1, 'its right half', (now) => boxOf(now, colour)?.width === 250);
  t.deepEqual(boxOf(left, colour), { x: 800, y: 200, width: 200, height: 200 });
  t.deepEqual(boxOf(right, colour), { x: 0, y: 250, width: 250, height: 250 });
  await desk.settled();
  await desk.save('four-span-left');
  await desk.save('four-span-right', undefined, 1);
  const leaves = told.count(/wl_pointer@\d+\.leave/g);
  const before = told.count(/wl_pointer@\d+\.motion/g);
  for (let x = 900; x < 1000; x += 10) desk.move(spotAt(0, x, 300), 0);
  for (let x = 1000; x < 1100; x += 10) desk.move(spotAt(1, x, 300), 1);
  const motions = await eventually(() => {
    const seen = told
      .all(/wl_pointer@\d+\.motion\(\d+, ([\d.]+), ([\d.]+)\)/g)
      .slice(before)
      .map(([, x]) => Number(x));
    if (!seen.includes(290)) throw new Error(`pointer at ${seen.join(' ')}`);
    return seen;
  }, 20_000);
  t.deepEqual(
    motions.slice(-19),
    Array.from({ length: 19 }, (_, i) => 110 + i * 10),
  );
  t.is(told.count(/wl_pointer@\d+\.leave/g), leaves);
  desk.type('on both\n');
  t.deepEqual(await desk.lines('read'), ['on both']);
});
