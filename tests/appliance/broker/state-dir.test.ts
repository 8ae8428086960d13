import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { checkCommand } from '../../../appliance/broker/check-command.ts';
import { processEnds, processLives } from '../../../appliance/broker/process-end.ts';
import { holdStateDir } from '../../../appliance/broker/single-instance.ts';
import { openStateDir } from '../../../appliance/broker/state-dir.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

function folder(t: ExecutionContext): string {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  return scratch.path;
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test('what is missing is made, for the user alone', (t) => {
  const root = join(folder(t), 'a/b');
  const dir = openStateDir(root, {});
  for (const path of [root, dir.identity, dir.logs, dir.run]) t.is(modeOf(path), 0o700);
  t.is(dir.runtime, dir.run);
});

test('a directory that is there keeps its mode', (t) => {
  const root = folder(t);
  chmodSync(root, 0o755);
  openStateDir(root, {});
  t.is(modeOf(root), 0o755);
});

const refused: readonly [string, RegExp, (root: string) => void][] = [
  [
    'others may write',
    /is open to others \(mode 777\): chmod 700/,
    (root) => chmodSync(root, 0o777),
  ],
  [
    'others may see into a folder of it',
    /run is open to others/,
    (root) => {
      mkdirSync(join(root, 'run'));
      chmodSync(join(root, 'run'), 0o755);
    },
  ],
  [
    'a folder of it is a file',
    /log cannot be written: EEXIST/,
    (root) => writeFileSync(join(root, 'log'), '', { mode: 0o700 }),
  ],
  [
    'a folder of it leads nowhere',
    /cannot be written: EEXIST/,
    (root) => symlinkSync('/nowhere/x', join(root, 'run')),
  ],
];
for (const [what, message, prepare] of refused) {
  test(`a directory is refused when ${what}`, (t) => {
    const root = folder(t);
    prepare(root);
    t.throws(() => openStateDir(root, {}), { message, name: 'ExitError' });
  });
}

test("the user's own runtime directory is used only when it is private", (t) => {
  const root = folder(t);
  const runtime = join(root, 'runtime');
  mkdirSync(runtime, { mode: 0o700 });
  t.is(openStateDir(join(root, 's'), { XDG_RUNTIME_DIR: runtime }).runtime, runtime);
  chmodSync(runtime, 0o755);
  t.not(openStateDir(join(root, 's'), { XDG_RUNTIME_DIR: runtime }).runtime, runtime);
});

test('a state directory is held by one at a time; what a dead one left is no obstacle', async (t) => {
  const path = join(folder(t), 'lock.sock');
  writeFileSync(path, '');
  const lock = await holdStateDir(path);
  await t.throwsAsync(() => holdStateDir(path), { message: /another wrsrvd/ });
  lock.release();
  const again = await holdStateDir(path);
  again.release();
  t.false(existsSync(path));
});

test('a lock that cannot be made is an error for people', async (t) => {
  const path = join(folder(t), 'lock.sock');
  mkdirSync(path);
  await t.throwsAsync(() => holdStateDir(path), { name: 'ExitError', message: /cannot be used/ });
});

test('commands are looked up as the shell does', (t) => {
  for (const good of ['sh', 'LANG=C sh -c x', 'cd && sh', '/bin/sh', '"$SHELL" -c x', 'exec sh'])
    t.notThrows(() => checkCommand(good), good);
  for (const bad of ['', '  ', 'no-such-program x', '/bin/no-such', 'A=1'])
    t.throws(() => checkCommand(bad), { name: 'ExitError' }, bad);
});

test('the end of a process is seen, also of one that is not our child', async (t) => {
  t.true(processLives(process.pid));
  t.false(await processEnds(process.pid, 30));
  t.true(await processEnds(0x7ffffff, 1000));
});
