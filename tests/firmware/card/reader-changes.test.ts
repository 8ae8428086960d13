import test from 'ava';
import fc from 'fast-check';
import { type ReaderChange, readerChanges } from '../../../firmware/card/reader-changes.ts';
import { ReaderFlag, type ReaderState } from '../../../native/card/index.ts';

const { present, exclusive } = ReaderFlag;
const state = (flags: number, events: number, name = 'one'): ReaderState => ({
  name,
  flags,
  events,
  atr: new Uint8Array(),
});
const summary = (changes: readonly ReaderChange[]) => changes.map(({ type }) => type);

const cases: [string, ReaderState[], ReaderState[], ReaderChange['type'][]][] = [
  ['a reader comes', [], [state(0, 0)], ['readerCame']],
  ['a reader comes with a card', [], [state(present, 1)], ['readerCame', 'cardCame']],
  ['a reader goes with its card', [state(present, 1)], [], ['cardWent', 'readerWent']],
  ['a card comes', [state(0, 0)], [state(present, 1)], ['cardCame']],
  ['a card goes', [state(present, 1)], [state(0, 2)], ['cardWent']],
  ['a card stays', [state(present, 1)], [state(present, 1)], []],
  [
    'out and in between two looks',
    [state(present, 1)],
    [state(present, 3)],
    ['cardWent', 'cardCame'],
  ],
  [
    'from the second reader into the first',
    [state(0, 0, 'one'), state(present, 1, 'two')],
    [state(present, 1, 'one'), state(0, 2, 'two')],
    ['cardWent', 'cardCame'],
  ],
  ['in and out between two looks', [state(0, 2)], [state(0, 4)], []],
  [
    'the counter starts anew',
    [state(present, 65535)],
    [state(present, 1)],
    ['cardWent', 'cardCame'],
  ],
  [
    'another program takes it',
    [state(present, 1)],
    [state(present | exclusive, 1)],
    ['cardShared'],
  ],
];
for (const [title, before, after, expected] of cases) {
  test(title, (t) => {
    t.deepEqual(summary(readerChanges(before, after)), expected);
  });
}

test('whatever happens: a card comes where none is, goes where one is, and what is told adds up', (t) => {
  const reader = fc.record({
    name: fc.constantFrom('one', 'two', 'three'),
    flags: fc.constantFrom(0, present, present | exclusive),
    events: fc.integer({ min: 0, max: 5 }),
    atr: fc.constant(new Uint8Array()),
  });
  const look = fc.uniqueArray(reader, { selector: ({ name }) => name, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(look, { maxLength: 20 }), (looks) => {
      const cards = new Set<string>();
      let last: ReaderState[] = [];
      for (const now of looks) {
        for (const change of readerChanges(last, now)) {
          if (change.type === 'cardCame') {
            t.false(cards.has(change.reader.name));
            cards.add(change.reader.name);
          }
          if (change.type === 'cardWent') t.true(cards.delete(change.reader));
        }
        last = now;
        const lying = now.filter(({ flags }) => (flags & present) !== 0).map(({ name }) => name);
        t.deepEqual([...cards].sort(), lying.sort());
      }
    }),
    { numRuns: 10_000 },
  );
  t.pass();
});
