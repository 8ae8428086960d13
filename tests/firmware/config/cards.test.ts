import test from 'ava';
import fc from 'fast-check';
import { CARDS_DEFAULTS, parseCards } from '../../../firmware/config/cards.ts';
import { KeyError } from '../../../firmware/config/checks.ts';
import { parseTerminalConfig } from '../../../firmware/config/terminal-config.ts';

test('what is not said is as usual: all readers, no badge readers', (t) => {
  t.deepEqual(parseCards({}, 'cards'), CARDS_DEFAULTS);
  t.deepEqual(CARDS_DEFAULTS, { readers: ['*'], badgeReaders: [] });
});

test('the whole section', (t) => {
  const { cards, problems } = parseTerminalConfig(
    `[cards]
     readers = ["OMNIKEY", "*"]
     [[cards.badge-readers]]
     device = "0C27:3bfa"
     ask = "8f"
     id-bytes = 7
     reversed = true
     leaves = "absence"
     [[cards.badge-readers]]
     device = "1fc9:0001"
     name = "Reader"
     usage-page = 0xff00
     report-id = 2
     id-at = 3
     id-bytes-at = 1
     gone-ms = 2000`,
    'terminal.toml',
  );
  t.deepEqual(problems, []);
  t.deepEqual(cards.readers, ['OMNIKEY', '*']);
  t.deepEqual(cards.badgeReaders, [
    {
      vendorId: 0x0c27,
      productId: 0x3bfa,
      name: null,
      usagePage: null,
      reportId: 0,
      ask: Uint8Array.of(0x8f),
      answerBytes: 8,
      pollMs: 250,
      idAt: 0,
      idBytes: 7,
      reversed: true,
      goneMs: 1_000,
      leaves: 'absence',
    },
    {
      vendorId: 0x1fc9,
      productId: 1,
      name: 'Reader',
      usagePage: 0xff00,
      reportId: 2,
      ask: null,
      answerBytes: 8,
      pollMs: 250,
      idAt: 3,
      idBytes: { at: 1 },
      reversed: false,
      goneMs: 2_000,
      leaves: 'tap',
    },
  ]);
});

test('no reader at all', (t) => {
  t.deepEqual(parseCards({ readers: 'none' }, 'cards').readers, []);
});

const device = '0c27:3bfa';
const wrong: [string, object, RegExp][] = [
  ['a key that nobody knows', { reader: 'OMNIKEY' }, /^cards\.reader: expected one of the keys/],
  ['one name alone', { readers: 'OMNIKEY' }, /^cards\.readers: expected a list/],
  ['an empty name', { readers: [''] }, /^cards\.readers\[0\]: expected a part/],
  ['switched on', { 'badge-readers': true }, /^cards\.badge-readers: expected a list/],
  ['no device', { 'badge-readers': [{}] }, /^cards\.badge-readers\[0\]\.device: expected "VENDOR/],
  ['an odd length', badge({ 'id-bytes': 5 }), /\.id-bytes: expected 4, 7 or 10/],
  ['two lengths', badge({ 'id-bytes': 4, 'id-bytes-at': 1 }), /\.id-bytes: id-bytes-at is there/],
  ['half a byte', badge({ ask: '8f0' }), /\.ask: expected hexadecimal digits/],
  ['a long question', badge({ ask: '8f00', 'answer-bytes': 1 }), /\.ask: expected no more bytes/],
  ['gone too soon', badge({ ask: '8f', 'gone-ms': 200 }), /\.gone-ms: expected no less than poll/],
  ['a mistyped word', badge({ leaves: 'never' }), /\.leaves: expected "tap" or "absence"/],
  ['too many', { 'badge-readers': Array(17).fill({ device }) }, /expected a list of at most 16/],
];
for (const [title, section, message] of wrong)
  test(`refused: ${title}`, (t) => {
    t.throws(() => parseCards(section, 'cards'), { instanceOf: KeyError, message });
  });

function badge(keys: object): object {
  return { 'badge-readers': [{ device, ...keys }] };
}

test('whatever stands there, it is a section or refused', (t) => {
  const keys = fc.constantFrom('readers', 'badge-readers', 'device', 'ask', 'id-bytes', 'id-at');
  const value = fc.anything({ key: keys, maxDepth: 4, withNullPrototype: true });
  fc.assert(
    fc.property(value, (section) => {
      try {
        parseCards(section, 'cards');
      } catch (error) {
        if (!(error instanceof KeyError)) throw error;
      }
      t.pass();
    }),
    { numRuns: 10_000 },
  );
});
