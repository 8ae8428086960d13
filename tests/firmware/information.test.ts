import test from 'ava';
import { isClockWrong } from '../../firmware/information/clock.ts';
import type { Facts } from '../../firmware/information/facts.ts';
import { Information } from '../../firmware/information/information.ts';
import { sectionsOf } from '../../firmware/information/sections.ts';
import { fit } from '../../firmware/screens/list-drawing.ts';
import { makePage, type Page } from '../../firmware/screens/page.ts';
import { PageArt } from '../../firmware/screens/page-art.ts';
import { shortFingerprint } from '../../protocol/short-fingerprint.ts';
import { Picture } from '../helpers/picture.ts';

const GROUND = 0x20242c;
const KEY = '0123456789abcdef'.repeat(4);
const SERVER = { host: 'a.example.org', port: 7600, origin: 'dns', from: 'example.org' } as const;
const SCREEN = {
  ...{ id: 0, name: 'HDMI-A-1', make: 'Dell', model: 'U27', widthPx: 1920, heightPx: 1080 },
  ...{ widthMm: 0, heightMm: 0, scale120: 180, refreshMhz: 60_000, x: 0, y: 0, transform: 0 },
};
const FACTS: Facts = {
  name: 'reception',
  version: '1.2.3',
  fingerprint: KEY,
  serverFingerprint: null,
  connected: false,
  failure: 'nothing listens there',
  enrolment: '7QK2-AAAA-BBBB',
  network: {
    state: 'up',
    interfaces: [
      { name: 'eth0', link: true, addresses: ['10.0.0.2/24'] },
      { name: 'eth1', link: true, addresses: [] },
      { name: 'eth2', link: false, addresses: [] },
    ],
  },
  server: null,
  found: {
    candidates: [SERVER],
    reports: [
      { origin: 'file', outcome: 'refused', detail: 'line 1' },
      { origin: 'dns', outcome: 'found', detail: 'example.org' },
    ],
  },
  nowMs: Date.UTC(2026, 5, 1, 12, 30, 5),
  clockWrong: false,
  problems: ['f: name: expected'],
  pages: [
    { atMs: Date.UTC(2026, 5, 1, 12), code: 'WR-2-7QK2', name: 'unknownCard', headline: 'x' },
  ],
  outputs: [SCREEN],
  devices: ['Keyboard', 'Mouse'],
  readers: [],
};

test('the page tells all that is known', (t) => {
  const rows = (title: string, facts = FACTS) =>
    sectionsOf(facts).find((section) => section.title === title)?.rows;
  t.deepEqual(rows('Terminal'), [
    ['Name', 'reception'],
    ['Software', 'wrclient 1.2.3'],
    ['Fingerprint', '0123 4567 89ab cdef 0123 4567 89ab cdef'],
    ['Clock', '2026-06-01 12:30:05 UTC'],
    ['Code', '7QK2-…'],
  ]);
  t.deepEqual(rows('Network'), [
    ['eth0', '10.0.0.2/24'],
    ['eth1', 'link, no address'],
    ['eth2', 'no link'],
  ]);
  t.deepEqual(rows('Server'), [
    ['State', 'nothing listens there'],
    ['Address', 'a.example.org:7600'],
    ['Known from', 'DNS: example.org'],
  ]);
  t.deepEqual(rows('Where servers were looked for'), [
    ['File', 'wrong: line 1'],
    ['DNS', 'found: example.org'],
  ]);
  t.deepEqual(rows('Devices'), [
    ['Monitor', 'HDMI-A-1 Dell U27, 1920 x 1080, scale 1.5'],
    ['Input', 'Keyboard'],
    ['Input', 'Mouse'],
    ['Reader', 'none'],
  ]);
  t.deepEqual(rows('Last pages (UTC)'), [['12:00:00', 'WR-2-7QK2  x']]);
  t.deepEqual(rows('Problems'), [['', 'f: name: expected']]);
  t.deepEqual(rows('Server', { ...FACTS, connected: true, serverFingerprint: KEY })?.at(-1), [
    'Fingerprint',
    shortFingerprint(KEY),
  ]);
  t.deepEqual(rows('Devices', { ...FACTS, devices: Array(9).fill('Mouse') })?.at(-2), [
    '',
    'and 5 more',
  ]);
});

/** As much as there may ever be, in words as long as they come. */
function muchOf(): Facts {
  const long = 'x'.repeat(200);
  const many = <T>(one: T, count: number): T[] => Array(count).fill(one);
  return {
    ...FACTS,
    name: 'n'.repeat(64),
    failure: 'it is a long story '.repeat(40),
    clockWrong: true,
    network: {
      state: 'up',
      interfaces: many(
        { name: 'enx525400123456', link: true, addresses: many('2001:db8::1/64', 9) },
        16,
      ),
    },
    found: {
      candidates: [SERVER],
      reports: many({ origin: 'mdns', outcome: 'nothing', detail: long } as const, 4),
    },
    problems: many(long, 20),
    pages: many({ atMs: 0, code: 'WR-24', name: 'wrongServer', headline: long } as const, 5),
    outputs: many({ ...SCREEN, make: long, model: long }, 16),
    devices: many(long, 30),
    readers: many(long, 9),
  };
}

for (const [width, height] of [
  [800, 600],
  [1024, 768],
  [1366, 768],
  [1920, 1080],
  [3840, 2160],
  [600, 1400],
] as const) {
  test(`on ${width} x ${height} the list is within the screen and large enough`, async (t) => {
    for (const facts of [FACTS, muchOf()]) {
      const sections = sectionsOf(facts);
      const page = { ...makePage('information'), sections };
      const picture = new Picture(await new PageArt().draw(page, width, height));
      const box = picture.bounds((rgb) => rgb !== GROUND) ?? picture.whole;
      t.true(box.x > 0 && box.x + box.width < width, `from ${box.x}, ${box.width} wide`);
      t.true(box.y > 0 && box.y + box.height < height, `from ${box.y}, ${box.height} high`);
    }
    const { px, columns } = fit(sectionsOf(FACTS), width, height);
    t.true(px >= 12, `letters of ${px} px`);
    t.false(JSON.stringify(columns).includes('"…"'));
  });
}

test('hostile names of devices, pages and networks are drawn as words', async (t) => {
  const hostile = 'a\u0000b\u001b[2J\u202e<script>&amp;"\'\ud800\uffff]]>';
  const facts: Facts = {
    ...FACTS,
    name: hostile,
    failure: hostile,
    network: { state: 'up', interfaces: [{ name: hostile, link: true, addresses: [hostile] }] },
    problems: [hostile],
    outputs: [{ ...SCREEN, name: hostile, make: hostile, model: hostile }],
    devices: [hostile],
    readers: [hostile],
  };
  const page = { ...makePage('information'), sections: sectionsOf(facts) };
  await t.notThrowsAsync(() => new PageArt().draw(page, 800, 600));
  t.notRegex(JSON.stringify(page.sections), /\\u00|\u202e|\uffff|\\ud800/);
});

test('shown, drawn anew only when something is new, and closed by its keys', (t) => {
  const shown: (Page | null)[] = [];
  let facts = FACTS;
  const information = new Information({ facts: () => facts, show: (page) => shown.push(page) });
  t.teardown(() => information[Symbol.dispose]());
  information.key(1, true);
  t.deepEqual(shown, []);
  information.toggle();
  t.is(shown[0]?.name, 'information');
  information.toggle();
  t.is(shown[1], null);
  facts = { ...FACTS, name: 'other' };
  information.toggle();
  t.deepEqual(shown[2]?.sections?.[0]?.rows[0], ['Name', 'other']);
  information.key(1, true);
  t.is(shown[3], null);
  t.false(information.visible);
});

test('the last five pages are kept, each once in a row, and neither a PIN nor itself', (t) => {
  let page: Page | null = null;
  const information = new Information({
    facts: () => FACTS,
    show: (shown) => {
      page = shown;
    },
    nowMs: () => 0,
  });
  t.teardown(() => information[Symbol.dispose]());
  for (const name of ['connecting', 'noServer', 'noServer', 'pin', 'information', 'busy'] as const)
    information.pageShown(makePage(name));
  for (const code of ['WR-2-AAAA', 'WR-2-BBBB', 'WR-2-CCCC'])
    information.pageShown(makePage('unknownCard', '', code));
  information.toggle();
  const rows = (page as Page | null)?.sections?.find(
    ({ title }) => title === 'Last pages (UTC)',
  )?.rows;
  t.deepEqual(
    rows?.map(([, words]) => words.split(' ')[0]),
    ['WR-2-CCCC', 'WR-2-BBBB', 'WR-2-AAAA', 'WR-14', 'WR-21'],
  );
});

test('a clock is wrong that stands before the program was made', (t) => {
  const made = Date.UTC(2026, 10, 1);
  t.true(isClockWrong(0, 0));
  t.true(isClockWrong(Date.UTC(2026, 9, 1), made));
  t.false(isClockWrong(made, made));
  t.false(isClockWrong(Date.UTC(2026, 9, 31, 12), made));
  t.false(isClockWrong());
});
