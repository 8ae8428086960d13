import test from 'ava';
import { type Verdict, VerdictReader } from '../verdicts.ts';

function read(lines: readonly string[], end?: 'crashed' | 'hung'): Verdict[] {
  const verdicts: Verdict[] = [];
  const reader = new VerdictReader((verdict) => verdicts.push(verdict));
  for (const line of lines) reader.line(line);
  if (end) reader.end(end);
  return verdicts;
}

const outcomes = (verdicts: readonly Verdict[]) =>
  verdicts.map(({ test, outcome, output }) => ({ test, outcome, output }));

test('reads what became of each test', (t) => {
  const verdicts = read([
    '[----------] 2 tests from Suite',
    '[ RUN      ] Suite.good',
    '[       OK ] Suite.good (0 ms)',
    '[ RUN      ] All/Suite.bad/3',
    './tests/bad.cpp:1: Failure',
    '[  FAILED  ] All/Suite.bad/3, where GetParam() = (1, 2) (4 ms)',
    '[ RUN      ] Suite.absent',
    '[          ] Missing extension: wl_shell>= 1',
    '[     SKIP ] Suite.absent (0ms)',
    '[  FAILED  ] 1 test failed:',
    '[  FAILED  ] All/Suite.bad/3',
  ]);
  t.deepEqual(outcomes(verdicts), [
    { test: 'Suite.good', outcome: 'passed', output: '' },
    { test: 'All/Suite.bad/3', outcome: 'failed', output: './tests/bad.cpp:1: Failure' },
    {
      test: 'Suite.absent',
      outcome: 'skipped',
      output: '[          ] Missing extension: wl_shell>= 1',
    },
  ]);
});

test('a test that was running when WLCS ended has crashed', (t) => {
  const lines = ['[ RUN      ] Suite.deadly', 'no answer'];
  t.deepEqual(outcomes(read(lines, 'crashed')), [
    { test: 'Suite.deadly', outcome: 'crashed', output: 'no answer' },
  ]);
});

test('an end between two tests belongs to none of them', (t) => {
  const lines = ['[ RUN      ] Suite.good', '[       OK ] Suite.good (0 ms)'];
  t.is(read(lines, 'hung').length, 1);
});
