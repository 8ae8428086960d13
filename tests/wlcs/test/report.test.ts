import test from 'ava';
import { Report } from '../report.ts';
import type { Outcome } from '../verdicts.ts';

const expected = new Map([['Suite.known', 'the test is wrong']]);

function report(outcomes: Readonly<Record<string, Outcome>>): Report {
  const made = new Report(expected, false);
  for (const [name, outcome] of Object.entries(outcomes))
    made.add({ test: name, outcome, durationMs: 1, output: '' });
  return made;
}

test('is content when all is as expected', (t) => {
  const made = report({ 'Suite.a': 'passed', 'Suite.known': 'failed', 'Suite.b': 'skipped' });
  t.deepEqual(made.takeSurprises(), []);
  t.deepEqual(made.summary(), { passed: 1, failed: 0, skipped: 1, expectedFailures: 1 });
});

test('an unexpected failure is a failure', (t) => {
  for (const outcome of ['failed', 'crashed', 'hung'] as const) {
    const made = report({ 'Suite.a': outcome });
    t.deepEqual(made.takeSurprises(), ['Suite.a']);
    t.is(made.summary().failed, 1);
  }
});

test('an unexpected pass is a failure, so that the list shrinks', (t) => {
  const made = report({ 'Suite.a': 'passed', 'Suite.known': 'passed' });
  t.deepEqual(made.takeSurprises(), ['Suite.known']);
  t.deepEqual(made.summary(), { passed: 1, failed: 1, skipped: 0, expectedFailures: 0 });
});

test('the verdict of a second try counts', (t) => {
  const made = report({ 'Suite.a': 'failed' });
  made.takeSurprises();
  made.add({ test: 'Suite.a', outcome: 'passed', durationMs: 1, output: '' });
  t.is(made.summary().failed, 0);
});

test('nothing excuses a defect', (t) => {
  const made = report({ 'Suite.a': 'passed' });
  made.addDefect('the compositor ended');
  t.is(made.summary().failed, 1);
});
