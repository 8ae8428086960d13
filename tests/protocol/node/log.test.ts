import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { openLog } from '../../../protocol/node/log.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

for (const readable of [false, true]) {
  test(`a log (readable: ${readable}) on a full disk ends nothing`, async (t) => {
    const fd = openSync('/dev/full', 'w');
    const log = openLog({ name: 'test', level: 'info', fd, readable });
    for (let i = 0; i < 3; i++) t.notThrows(() => log.info({ i }, 'lost'));
    // Errors of streams come later.
    await new Promise((resolve) => setImmediate(resolve));
  });
}

test('secrets are left out, wherever they stand', (t) => {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  const file = join(scratch.path, 'log');
  const fd = openSync(file, 'w');
  const log = openLog({ name: 'test', level: 'info', fd, readable: false });
  const err = Object.assign(new Error('failed'), { code: 'EIO' });
  const hello = { credential: 'c2', code: 'c3' };
  log.info({ credential: 'c1', hello, code: 'c4', err, session: 'main' }, 'said');
  closeSync(fd);
  const line = readFileSync(file, 'utf8');
  t.notRegex(line, /c[1234]/);
  t.is(JSON.parse(line).err.kind, 'EIO', 'the codes of errors are no secrets');
  t.like(JSON.parse(line), { session: 'main', msg: 'said', level: 'info' });
});
