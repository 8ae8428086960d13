import test from 'ava';
import { abbreviated, age, plain, table, wrap } from '../../../appliance/admin/wradm/table.ts';

test('the widest flexible columns give way, others never', (t) => {
  const columns = [
    { title: 'ID' },
    { title: 'A', flexible: true },
    { title: 'B', flexible: true },
  ] as const;
  const rows = [['0123456789', 'a'.repeat(40), 'b'.repeat(20)]];
  t.is(
    table(columns, rows, 50),
    [
      'ID          A                   B',
      `0123456789  ${'a'.repeat(17)}…  ${'b'.repeat(17)}…`,
    ].join('\n'),
  );
  t.is(table(columns, [], 50), 'ID  A  B');
  const narrow = table(columns, rows, 10).split('\n')[1];
  t.true(narrow?.startsWith('0123456789  aaaaaaa…'), 'an id is never cut');
});

test('ids are as short as they can be told apart', (t) => {
  const short = abbreviated(['abcdefgh1x', 'abcdefgh2x', 'zz', 'abc']);
  t.deepEqual(['abcdefgh1x', 'abcdefgh2x', 'zz', 'abc', 'other'].map(short), [
    'abcdefgh1',
    'abcdefgh2',
    'zz',
    'abc',
    'other',
  ]);
});

test('what a terminal emulator would obey is shown as a question mark', (t) => {
  t.is(plain('a\u001b[31mb\u009bc\u202ed\ne'), 'a?[31mb?c?d?e');
});

test('ages and long lines', (t) => {
  const now = 1e12;
  const ages = [0, 59_999, 60_000, 3_599_999, 3_600_000, 86_400_000 * 3].map((ms) =>
    age(now - ms, now),
  );
  t.deepEqual(ages, ['now', 'now', '1 min', '59 min', '1 h', '3 d']);
  t.is(age(now + 5, now), 'now');
  t.is(age(null, now), '-');
  t.is(wrap(['aaa', 'bbb', 'ccc'], 8), 'aaa bbb\n    ccc');
});
