import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openServerFolders } from '../../appliance/broker/server-folders.ts';
import { makePassage, PassageError } from '../../appliance/make-passage.ts';
import { EXIT, ExitError } from '../../protocol/node/cli.ts';
import { scratchFolder } from '../helpers/scratch.ts';

function folder(t: ExecutionContext): string {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  return scratch.path;
}

const modeOf = (path: string): number => statSync(path).mode & 0o7777;

test('what is missing is made for passing through, whatever the umask', (t) => {
  const root = folder(t);
  const umask = process.umask(0o077);
  t.teardown(() => process.umask(umask));
  makePassage(join(root, 'a/b'));
  for (const path of ['a', 'a/b']) t.is(modeOf(join(root, path)), 0o711);
  t.notThrows(() => makePassage(join(root, 'a/b')));
});

for (const mode of [0o700, 0o755, 0o777, 0o1777]) {
  test(`a folder of mode ${mode.toString(8)} that is there is refused and stays as it is`, (t) => {
    const path = join(folder(t), 'a');
    mkdirSync(path);
    chmodSync(path, mode);
    const error = t.throws(() => makePassage(path), { instanceOf: PassageError });
    t.regex(error?.message ?? '', /a: has mode \d+; expected 711: chmod 711 '/);
    t.is(modeOf(path), mode);
  });
}

test('a file in its place is refused', (t) => {
  const path = join(folder(t), 'a');
  writeFileSync(path, '');
  t.throws(() => makePassage(path), { instanceOf: PassageError, message: `${path}: is no folder` });
  t.throws(() => makePassage(join(path, 'b')), { message: /a: is no folder|ENOTDIR/ });
});

test("a server's run-dir that serves others, too, keeps its mode and is named", (t) => {
  const root = folder(t);
  const runDir = join(root, 'shared');
  mkdirSync(runDir);
  chmodSync(runDir, 0o1777);
  const config = { stateDir: join(root, 'state'), runDir } as never;
  const error = t.throws(() => openServerFolders(config), { instanceOf: ExitError });
  t.is(error?.status, EXIT.config);
  t.regex(error?.message ?? '', /^run-dir: .*shared: has mode 777; expected 711/);
  t.is(modeOf(runDir), 0o1777);
});
