import test from 'ava';
import fc from 'fast-check';
import { badgeIn } from '../../../firmware/card/badge-report.ts';
import { parseCards } from '../../../firmware/config/cards.ts';

const config = (keys: object) => {
  const [one] = parseCards(
    { 'badge-readers': [{ device: '0c27:3bfa', ...keys }] },
    'cards',
  ).badgeReaders;
  if (!one) throw new Error('no badge reader');
  return one;
};
const hex = (text: string) => Buffer.from(text, 'hex');

const reports: [string, string, object, string | null | undefined][] = [
  ['a number at the beginning', '04a2b3c400000000', {}, '04a2b3c4'],
  ['from behind', 'c4b3a20400000000', { reversed: true }, '04a2b3c4'],
  ['behind other bytes', 'ffff04a2b3c4d5e6f7', { 'id-at': 2, 'id-bytes': 7 }, '04a2b3c4d5e6f7'],
  [
    'as long as the reader tells',
    '0704a2b3c4d5e6f7',
    { 'id-at': 1, 'id-bytes-at': 0 },
    '04a2b3c4d5e6f7',
  ],
  ["behind the report's own number", '0204a2b3c4', { 'report-id': 2 }, '04a2b3c4'],
  ['another report', '0304a2b3c4', { 'report-id': 2 }, undefined],
  ['nothing but zeros', '0000000000000000', {}, null],
  ['a length of zero', '00000000000000', { 'id-at': 1, 'id-bytes-at': 0 }, null],
  ['a length that badges do not have', '0504a2b3c4d5', { 'id-at': 1, 'id-bytes-at': 0 }, undefined],
  ['a length behind the end', '04', { 'id-at': 1, 'id-bytes-at': 3 }, undefined],
  ['a number that is cut', '04a2b3', {}, undefined],
  ['nothing', '', {}, undefined],
];
for (const [title, report, keys, badge] of reports)
  test(title, (t) => t.is(badgeIn(hex(report), config(keys)), badge));

test('whatever bytes come, they are a badge, none or nothing', (t) => {
  const keys = fc.record(
    {
      'report-id': fc.integer({ min: 0, max: 3 }),
      'id-at': fc.integer({ min: 0, max: 20 }),
      reversed: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const length = fc.oneof(
    fc.record({ 'id-bytes': fc.constantFrom(4, 7, 10) }),
    fc.record({ 'id-bytes-at': fc.integer({ min: 0, max: 20 }) }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), keys, length, (report, some, more) => {
      const before = Buffer.from(report).toString('hex');
      const badge = badgeIn(report, config({ ...some, ...more }));
      if (typeof badge === 'string') t.regex(badge, /^(?:[0-9a-f]{8}|[0-9a-f]{14}|[0-9a-f]{20})$/);
      t.is(Buffer.from(report).toString('hex'), before);
    }),
    { numRuns: 10_000 },
  );
});
