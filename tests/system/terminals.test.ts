import assert from 'node:assert/strict';
import test from 'ava';
import { Desktop } from '../helpers/desktop.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Box, like } from '../helpers/picture.ts';

/** foot's own colour of the page, so that text and page can be told apart. */
const PAGE = 0x102030;
const FOOT = ['-o', 'colors.background=102030', '-o', 'pad=0x0'];
const TITLE_BAR_HEIGHT = 32;

const ink = (rgb: number): boolean => !like(PAGE)(rgb);

function content({ x, y, width, height }: Box): Box {
  return { x, y: y + TITLE_BAR_HEIGHT, width, height: height - TITLE_BAR_HEIGHT };
}

test.serial('text typed into foot is drawn and read', async (t) => {
  const desk = await Desktop.open(t);
  const { box } = await desk.open('foot', [...FOOT, 'sh', '-c', 'head -n 2 >lines']);
  const page = content(box);
  t.true(desk.look().share(like(PAGE), page) > 0.98);
  desk.type('Hello, WayRay!\n~{[(|)]}~ 100% "quoted"');
  const drawn = await desk.until('two lines of text', (picture) => {
    const text = picture.bounds(ink, page);
    return text !== null && text.width > 100 && text.height > 20;
  });
  const text = drawn.bounds(ink, page);
  t.true(text !== null && text.height < 40, JSON.stringify(text));
  await desk.settled();
  await desk.save('foot');
  desk.type('\n');
  t.deepEqual(await desk.lines('lines', 2), ['Hello, WayRay!', '~{[(|)]}~ 100% "quoted"']);
  await desk.until('the window gone', (picture) => picture.share(like(PAGE)) === 0);
});

test.serial('foot tells its program the size of its window, also in full screen', async (t) => {
  const desk = await Desktop.open(t, { width: 800, height: 600 });
  const watch = 'while :; do stty size >size.part; mv size.part size; sleep 0.1; done';
  const keys = ['-o', 'key-bindings.fullscreen=F11'];
  await desk.open('foot', [...FOOT, ...keys, 'sh', '-c', watch]);
  const size = async () => (await desk.lines('size'))[0] ?? '';
  const first = await size();
  desk.press('F11');
  await desk.until('foot everywhere', (picture) => picture.share(like(PAGE)) > 0.99);
  await eventually(async () => assert.notEqual(await size(), first));
  const [rows = 0, columns = 0] = (await size()).split(' ').map(Number);
  t.true(rows >= 40 && columns >= 110, await size());
  desk.press('F11');
  const back = await desk.until('a window', (picture) => picture.share(like(PAGE)) < 0.9);
  t.true(back.share(like(PAGE)) > 0.3);
  await eventually(async () => assert.equal(await size(), first));
  t.pass();
});

test.serial('text typed into weston-terminal is drawn and read', async (t) => {
  const desk = await Desktop.open(t);
  await desk.open('weston-terminal', ['--shell=/bin/sh']);
  const before = await desk.settled();
  desk.type('printf "%s\\n" wayray >line\n');
  t.deepEqual(await desk.lines('line'), ['wayray']);
  const after = await desk.settled();
  await desk.save('weston-terminal');
  const changed = after.changedSince(before);
  t.true(changed !== null && changed.width > 150 && changed.height >= 20, JSON.stringify(changed));
});
