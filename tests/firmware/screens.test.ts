import { readFileSync } from 'node:fs';
import test from 'ava';
import { wrapLines } from '../../firmware/screens/lines.ts';
import { makePage } from '../../firmware/screens/page.ts';
import { PageArt } from '../../firmware/screens/page-art.ts';
import { PagePainter } from '../../firmware/screens/page-painter.ts';
import { PAGE_NUMBERS, type PageName, pageName, WORDS } from '../../firmware/screens/words.ts';
import { Framebuffer } from '../../native/pixels/index.ts';
import { PageKind } from '../../protocol/generated/control.ts';
import { Picture } from '../helpers/picture.ts';

const NAMES = Object.keys(PAGE_NUMBERS) as PageName[];
const GROUND = 0x20242c;

async function drawn(name: PageName, width: number, height: number, detail = '', code = '') {
  return new Picture(await new PageArt().draw(makePage(name, detail, code), width, height));
}

test('every page of the protocol has words, and a number of its own', (t) => {
  for (const [name, number] of Object.entries(PageKind)) t.is(pageName(number), name as PageName);
  t.is(pageName(200), 'unknownPage');
  t.is(new Set(Object.values(PAGE_NUMBERS)).size, NAMES.length);
});

test('every page is in the list of codes', (t) => {
  const listed = readFileSync('docs/on-screen-codes.md', 'utf8');
  for (const name of NAMES) {
    const row = `| WR-${PAGE_NUMBERS[name]} | ${WORDS[name].headline} |`;
    t.true(listed.includes(row), row);
  }
});

for (const [width, height] of [
  [320, 240],
  [800, 600],
  [1920, 1080],
  [3840, 2160],
  [600, 1400],
] as const) {
  test(`the longest words fit a screen of ${width} x ${height}`, async (t) => {
    const detail = 'Wörter, die lang sind und <nichts> bedeuten & doch. '.repeat(30);
    for (const name of ['replaced', 'pin'] as const) {
      const picture = await drawn(name, width, height, detail, 'WR-7-WWWWWWWWWWWWWWWWWWW');
      const box = picture.bounds((rgb) => rgb !== GROUND) ?? picture.whole;
      t.true(box.x > 0 && box.x + box.width < width, `${name} from ${box.x}, ${box.width} wide`);
      t.true(box.y >= 0 && box.y + box.height <= height);
    }
  });
}

test('lines are broken at words, long words are cut, and what is too much ends in an ellipsis', (t) => {
  t.deepEqual(wrapLines('one two three', 5, 3), ['one two', 'three']);
  t.true(wrapLines('x'.repeat(40), 10, 9).length > 1);
  const [, last = ''] = wrapLines('word '.repeat(50), 10, 2);
  t.true(last.endsWith('…'));
  t.deepEqual(wrapLines('', 10, 2), []);
});

test("a server's words are cleaned and kept within bounds", (t) => {
  const { detail, code } = makePage(
    'refused',
    `a\u0000b\u202e\ud800${'x'.repeat(5000)}`,
    'WR-3-\n1',
  );
  t.regex(detail, /^a b \ufffdx+$/);
  t.true(detail.length <= 1024);
  t.is(code, 'WR-3- 1');
});

test('of pages that come while one is drawn only the last one is shown', async (t) => {
  const put: number[] = [];
  let drawings = 0;
  const art = {
    draw: async (_page: unknown, width: number) => {
      drawings++;
      return new Framebuffer(width, 1);
    },
  } as unknown as PageArt;
  let width = 1;
  const painter = new PagePainter({
    art,
    size: () => ({ width, height: 1 }),
    put: ({ width }) => put.push(width),
  });
  painter.show(makePage('insertCard'));
  painter.show(makePage('locked'));
  width = 2;
  painter.show(makePage('ended'));
  await painter.drawn;
  t.deepEqual([put, drawings], [[2], 2]);
  painter.show(makePage('busy'));
  painter.show(null);
  await painter.drawn;
  t.deepEqual(put, [2]);
});
