import { mkdirSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { Program } from '../../helpers/program.ts';
import { Server } from '../../helpers/server.ts';

const SIZE = '320x200';

function terminal(server: Server, file: string, more: readonly string[] = []): Program {
  return new Program('firmware/main.js', [
    ...['--terminal-file', file, '--display', 'headless', '--size', SIZE, '--reader', 'none'],
    ...['--state-dir', server.file('terminal'), '--until', 'first-frame'],
    ...more,
  ]);
}

test.serial('a terminal without --server finds it in its file, and says from where', async (t) => {
  const server = await Server.start({ size: SIZE });
  t.teardown(() => server.stop());
  const file = server.file('terminal.toml');
  // The first one is not there: the next is taken.
  const servers = ['127.0.0.1:1', server.address].map(
    (address) => `[[servers]]\naddress = "${address}"\npin = "${server.fingerprint}"\n`,
  );
  writeFileSync(file, servers.join(''));
  const { status, stderr } = await terminal(server, file).ended;
  t.is(status, 0, stderr);
  t.regex(stderr, /"server":"127\.0\.0\.1:1",.*"msg":"not this server"/);
  t.true(stderr.includes(`"server":"${server.address}","origin":"file","from":"${file}"`), stderr);
});

test.serial('a wrong fingerprint in the file is put right while the terminal runs', async (t) => {
  const server = await Server.start({ size: SIZE });
  t.teardown(() => server.stop());
  const file = server.file('terminal.toml');
  const write = (pin: string) =>
    writeFileSync(file, `server = "${server.address}"\npin = "${pin}"\n`);
  write('0'.repeat(64));
  const program = terminal(server, file);
  await program.says(/has fingerprint [0-9a-f]{64}, expected 0{64}/, 'stderr');
  write(server.fingerprint);
  const { status, stderr } = await program.ended;
  t.is(status, 0, stderr);
});

test.serial('a run that ends by itself says what it cannot read, and ends', async (t) => {
  const server = await Server.start({ size: SIZE });
  t.teardown(() => server.stop());
  mkdirSync(server.file('terminal'));
  writeFileSync(server.file('terminal/known-servers.json'), '{');
  const { status, stderr } = await terminal(server, server.file('none.toml')).ended;
  t.is(status, 78);
  t.regex(stderr, /known-servers\.json: expected an object/);
});

test.serial('a one-time code keeps the terminal from a server without a fingerprint', async (t) => {
  const server = await Server.start({ size: SIZE });
  t.teardown(() => server.stop());
  const file = server.file('terminal.toml');
  writeFileSync(file, `server = "${server.address}"\n`);
  const program = terminal(server, file, ['--enrol', 'C0DE']);
  await program.says(/"page":"pinWanted"/, 'stderr');
  t.notRegex(program.stderr, /server answers|C0DE/);
  writeFileSync(file, `server = "${server.address}"\npin = "${server.fingerprint}"\n`);
  t.is((await program.ended).status, 0);
});

test.serial('--pin without --server is a wrong use', async (t) => {
  const { status, stderr } = await new Program('firmware/main.js', ['--pin', 'a'.repeat(64)]).ended;
  t.is(status, 2);
  t.is(stderr, 'wrclient: --pin needs --server\n');
});

test.serial('a one-time code can stand in a file', async (t) => {
  const server = await Server.start({ size: SIZE });
  t.teardown(() => server.stop());
  const code = server.file('code');
  const from = (more: readonly string[]) =>
    terminal(server, server.file('none.toml'), [
      ...['--server', server.address, '--enrol-file', code],
      ...more,
    ]);
  t.is((await from([]).ended).status, 78);
  writeFileSync(code, 'C0DE\n');
  t.is((await from(['--enrol', 'x']).ended).status, 2);
  // It counts as one: without a fingerprint nobody is told.
  const program = from([]);
  await program.says(/"page":"pinWanted"/, 'stderr');
  await program.stop('SIGTERM');
  t.is((await from(['--pin', server.fingerprint]).ended).status, 0);
});
