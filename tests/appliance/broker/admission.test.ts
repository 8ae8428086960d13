import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Admission } from '../../../appliance/broker/admission.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
const STRANGER = { sameUser: () => false, local: () => false };

function folder(t: ExecutionContext): string {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  return scratch.path;
}

test('the first terminal from elsewhere is remembered, the second refused', (t) => {
  const root = folder(t);
  t.true(new Admission(root, []).decide({ fingerprint: A, ...STRANGER }).admitted);
  const later = new Admission(root, []);
  t.true(later.decide({ fingerprint: A, ...STRANGER }).admitted);
  const verdict = later.decide({ fingerprint: B, ...STRANGER });
  t.regex(verdict.admitted ? '' : verdict.message, new RegExp(`--allow-terminal ${B}`));
  t.is(statSync(join(root, 'terminals.json')).mode & 0o777, 0o600);
});

test('ten minutes after the start nobody unknown gets in any more', (t) => {
  let nowMs = 5;
  const admission = new Admission(folder(t), [], () => nowMs);
  t.true(admission.waitsForFirst);
  nowMs += 10 * 60_000;
  t.false(admission.waitsForFirst);
  t.false(admission.decide({ fingerprint: A, ...STRANGER }).admitted);
});

test('a terminal that was allowed gets in, and stays allowed', (t) => {
  const root = folder(t);
  new Admission(root, [B]);
  t.true(new Admission(root, []).decide({ fingerprint: B, ...STRANGER }).admitted);
  t.false(new Admission(root, []).decide({ fingerprint: A, ...STRANGER }).admitted);
});

test("the user's own terminals of this machine get in and are not written down", (t) => {
  const root = folder(t);
  const admission = new Admission(root, []);
  t.true(admission.decide({ fingerprint: A, sameUser: () => true, local: () => true }).admitted);
  t.throws(() => readFileSync(join(root, 'terminals.json')));
});

test('another user of this machine is refused, also as the first', (t) => {
  const admission = new Admission(folder(t), []);
  t.false(admission.decide({ fingerprint: A, sameUser: () => false, local: () => true }).admitted);
});

test('a terminal that cannot be remembered is refused and not half remembered', (t) => {
  const root = folder(t);
  mkdirSync(join(root, 'terminals.json.new'));
  const admission = new Admission(root, []);
  for (const fingerprint of [A, B]) {
    const verdict = admission.decide({ fingerprint, ...STRANGER });
    t.regex(verdict.admitted ? '' : verdict.message, /terminals\.json: cannot be written: EISDIR/);
  }
});

for (const text of ['', '{', '{}', '["x"]', `["${A}x"]`]) {
  test(`a list of ${JSON.stringify(text)} is refused by name`, (t) => {
    const root = folder(t);
    writeFileSync(join(root, 'terminals.json'), text);
    t.throws(() => new Admission(root, []), { message: /terminals\.json/, name: 'ExitError' });
  });
}
