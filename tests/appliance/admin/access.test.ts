import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { promisify } from 'node:util';
import test from 'ava';
import { eventually } from '../../helpers/eventually.ts';
import { Rig } from './rig.ts';

const asRoot = process.getuid?.() === 0 ? test : test.skip;
const run = promisify(execFile);

const ASK = `
import socket, sys
s = socket.socket(socket.AF_UNIX); s.settimeout(10); s.connect(sys.argv[1])
s.sendall(b"GET " + sys.argv[2].encode() + b" HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n")
said = b""
while True:
    more = s.recv(65536)
    if not more: break
    said += more
sys.stdout.write(said.decode())`;

async function askAs(who: readonly string[], socket: string, path: string): Promise<string> {
  const { stdout } = await run('setpriv', [...who, '/usr/bin/python3', '-c', ASK, socket, path]);
  return stdout;
}

const NOBODY = ['--reuid', 'nobody', '--regid', 'nogroup'];

asRoot('other users are denied and audited', async (t) => {
  await using rig = await Rig.open();
  chmodSync(rig.folder.path, 0o711);
  const said = await askAs([...NOBODY, '--clear-groups'], rig.socket, '/v1/sessions');
  t.regex(said, /^HTTP\/1\.1 403 .*"code":"denied"/s);
  t.regex(said, /^connection: close/im);
  t.false(said.includes('anna'));
  const nothing = await askAs([...NOBODY, '--clear-groups'], rig.socket, '/nothing');
  t.regex(nothing, /^HTTP\/1\.1 403/, 'strangers are not told what there is');
  t.regex(await askAs([...NOBODY, '--clear-groups'], rig.socket, '/healthz'), /^HTTP\/1\.1 200/);
  const event = await eventually(async () => {
    const [first] = await rig.registry.events.latest();
    if (!first) throw new Error('no event');
    return first;
  });
  t.like(event, { kind: 'admin-denied', details: { peer: 'uid 65534' } });
});

asRoot('members of the group are let in by name', async (t) => {
  await using rig = await Rig.open({ config: { group: 'users' } });
  chmodSync(rig.folder.path, 0o711);
  const member = [...NOBODY, '--groups', '5,100'];
  t.regex(await askAs(member, rig.socket, '/v1/sessions'), /^HTTP\/1\.1 200 .*anna/s);
  const primary = ['--reuid', 'nobody', '--regid', 'users', '--clear-groups'];
  t.regex(await askAs(primary, rig.socket, '/v1/sessions'), /^HTTP\/1\.1 200/);
  const other = [...NOBODY, '--groups', '5'];
  t.regex(await askAs(other, rig.socket, '/v1/sessions'), /^HTTP\/1\.1 403/);
});

const CROWD = `
import socket, sys
all = []
for i in range(200):
    s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); all.append(s)
print('there', flush=True)
sys.stdin.read()`;

asRoot('a crowd of other users keeps no administrator out', async (t) => {
  await using rig = await Rig.open();
  chmodSync(rig.folder.path, 0o711);
  const who = [...NOBODY, '--clear-groups', '/usr/bin/python3', '-c', CROWD, rig.socket];
  const crowd = spawn('setpriv', who, { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(crowd.stdout, 'data');
  t.is((await rig.ask('GET', '/v1/who')).status, 200);
  crowd.stdin.end();
  await once(crowd, 'close');
  t.regex(await askAs([...NOBODY, '--clear-groups'], rig.socket, '/v1/who'), /^HTTP\/1\.1 403/);
});

test('a socket that is used or cannot be made is refused by name', async (t) => {
  await using rig = await Rig.open();
  await t.throwsAsync(Rig.open({ config: { socket: rig.socket } }), {
    message: /another server listens there/,
  });
  await t.throwsAsync(Rig.open({ config: { socket: '/proc/none/admin.sock' } }), {
    message: /cannot be used/,
  });
  t.is((await rig.ask('GET', '/v1/who')).status, 200);
});
