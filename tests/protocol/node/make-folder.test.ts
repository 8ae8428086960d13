import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { makeFolder } from '../../../protocol/node/make-folder.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

function folder(t: ExecutionContext): string {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  return scratch.path;
}

test('a folder is made with those above it, for the user alone', (t) => {
  const root = folder(t);
  makeFolder(join(root, 'a/b/c'));
  for (const path of ['a', 'a/b', 'a/b/c']) t.is(statSync(join(root, path)).mode & 0o777, 0o700);
});

test('a folder that is there stays as it is', (t) => {
  const path = join(folder(t), 'a');
  mkdirSync(path, { mode: 0o755 });
  makeFolder(path);
  t.is(statSync(path).mode & 0o777, 0o755);
});

test('a file in its place, a file above it, and a place without folders are errors', (t) => {
  const file = join(folder(t), 'file');
  writeFileSync(file, '');
  t.throws(() => makeFolder(file), { code: 'EEXIST' });
  t.throws(() => makeFolder(join(file, 'a')), { code: 'ENOTDIR' });
  t.throws(() => makeFolder('/proc/wayray/a'), { code: 'ENOENT' });
});
