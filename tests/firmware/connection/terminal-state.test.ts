import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { TerminalState } from '../../../firmware/connection/terminal-state.ts';
import { openLog } from '../../../protocol/node/log.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const log = openLog({ level: 'silent', name: 'test', readable: false });

function bench(t: ExecutionContext) {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  const folder = scratch.path;
  const key = join(folder, 'identity/identity.key');
  const state = () => new TerminalState({ folder, name: 'hall', log });
  return { folder, key, state };
}

test('a key that cannot be used stays, and counts as soon as it is put right', async (t) => {
  const { folder, key, state } = bench(t);
  const { fingerprint } = await state().open();
  const saved = readFileSync(key);
  writeFileSync(key, 'x');
  const again = state();
  for (let i = 0; i < 2; i++)
    await t.throwsAsync(again.open(), { name: 'DamagedStateError', message: /identity\.key/ });
  t.is(again.fingerprint, undefined);
  t.regex(again.problems.join(), /identity\.key/);
  t.deepEqual(readdirSync(folder), ['identity']);
  writeFileSync(key, saved);
  t.is((await again.open()).fingerprint, fingerprint);
  t.is(again.fingerprint, fingerprint);
  t.deepEqual(again.problems, []);
});

for (const blank of ['', '\0'.repeat(119)]) {
  test(`a key of ${blank.length} zero bytes is lost: a new identity is made`, async (t) => {
    const { folder, key, state } = bench(t);
    const { fingerprint } = await state().open();
    mkdirSync(join(folder, 'identity.damaged'));
    writeFileSync(key, blank);
    const again = state();
    t.not((await again.open()).fingerprint, fingerprint);
    t.regex(again.problems.join(), /has a new identity/);
    t.deepEqual(again.damages, []);
    t.is(readFileSync(join(folder, 'identity.damaged/identity.key'), 'utf8'), blank);
    t.is(again.fingerprint, (await state().open()).fingerprint);
  });
}

test('servers that are known are read when one is asked for', async (t) => {
  const { folder, state } = bench(t);
  writeFileSync(join(folder, 'known-servers.json'), '');
  const opened = state();
  await opened.open();
  t.regex(opened.damages.join(), /known-servers\.json: expected/);
});
