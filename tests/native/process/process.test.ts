import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import {
  findAccount,
  findAccountOf,
  findGroup,
  peerGroupsOf,
  peerOf,
} from '../../../native/process/index.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

test('who connected a Unix socket', async (t) => {
  using scratch = scratchFolder();
  const path = join(scratch.path, 's');
  const server = createServer().listen(path);
  await once(server, 'listening');
  const client = connect(path);
  const [socket] = (await once(server, 'connection')) as [Socket];
  t.deepEqual(peerOf(socket), {
    pid: process.pid,
    uid: process.getuid?.() ?? -1,
    gid: process.getgid?.() ?? -1,
  });
  const ours = process.getgroups?.() ?? [];
  t.deepEqual(
    new Set([...peerGroupsOf(socket), process.getgid?.()]),
    new Set([...ours, process.getgid?.()]),
  );
  socket.destroy();
  client.destroy();
  t.throws(() => peerOf(socket), { code: 'EBADF' });
  t.throws(() => peerGroupsOf(socket), { code: 'EBADF' });
  server.close();
});

test('accounts are found by name', (t) => {
  const uid = Number(execFileSync('id', ['-u', 'nobody']));
  const account = findAccount('nobody');
  t.is(account?.uid, uid);
  t.is(account?.name, 'nobody');
  t.is(findAccount('no such user'), null);
  t.is(findAccount(''), null);
  t.deepEqual(findAccountOf(uid), account);
  t.is(findAccountOf(0x7ffffff0), null);
  t.is(findGroup('root'), 0);
  t.is(findGroup('no such group'), null);
  t.throws(() => findAccount('a\0b'));
  t.throws(() => findGroup('a\0b'));
  t.throws(() => findAccountOf(-1));
});

test('programs that are started get no descriptors but those that are meant for them', (t) => {
  const url = new URL('../../../native/process/index.ts', import.meta.url).href;
  const look = `import { spawnSync } from 'node:child_process';
    spawnSync('readlink', ['/proc/self/fd/100'], { stdio: ['ignore', 'inherit', 'ignore'] });`;
  // Node itself sees to low ones; 100 is what somebody's shell has left open.
  const shell = ['-c', 'exec 100</dev/zero; exec "$@"', 'bash', process.execPath];
  const seenBy = (code: string): string =>
    execFileSync('bash', [...shell, '--input-type=module', '-e', code], { encoding: 'utf8' });
  t.is(seenBy(look), '/dev/zero\n');
  t.is(seenBy(`import { keepDescriptors } from '${url}'; keepDescriptors(); ${look}`), '');
});
