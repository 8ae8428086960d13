import test from 'ava';
import { readExpectedFailures } from '../expected-failures.ts';

test('reads names with the reason of their group', (t) => {
  const text = `
# The head of the file.

# The test is wrong
# in two lines.
Suite.one
Suite.two/0

# Another.
Suite.three
`;
  t.deepEqual(
    [...readExpectedFailures(text)],
    [
      ['Suite.one', 'The test is wrong in two lines.'],
      ['Suite.two/0', 'The test is wrong in two lines.'],
      ['Suite.three', 'Another.'],
    ],
  );
});

test('a name needs a reason and stands once', (t) => {
  t.throws(() => readExpectedFailures('Suite.one\n'), { message: /without a reason: Suite\.one/ });
  t.throws(() => readExpectedFailures('# why\nSuite.one\nSuite.one\n'), { message: /twice/ });
});
