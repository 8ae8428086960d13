import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { loadOrCreateIdentity } from '../../protocol/node/identity.ts';
import { Program } from '../helpers/program.ts';
import { Server } from '../helpers/server.ts';
import { XDesktop } from '../native/window/x-desktop.ts';

test.serial('a terminal with a screen says that its memory is damaged, and heals', async (t) => {
  const desktop = await XDesktop.start('900x700');
  t.teardown(() => desktop.stop());
  const server = await Server.start({ size: '800x600' });
  t.teardown(() => server.stop());
  const state = server.file('terminal');
  const key = `${state}/identity/identity.key`;
  mkdirSync(state, { mode: 0o700 });
  await loadOrCreateIdentity(`${state}/identity`, { algorithm: 'ed25519', name: 'terminal' });
  const saved = readFileSync(key);
  writeFileSync(key, 'x');
  writeFileSync(`${state}/known-servers.json`, '{');
  const program = new Program(
    'firmware/main.js',
    [
      ...['--display', 'window', '--size', '800x600', '--reader', 'none'],
      ...['--server', server.address, '--state-dir', state],
      ...['--terminal-file', server.file('none.toml')],
    ],
    { ...process.env, DISPLAY: desktop.display, WAYLAND_DISPLAY: '' },
  );
  t.teardown(() => program.stop('SIGKILL'));
  await program.says(/"page":"damagedMemory"/, 'stderr');
  t.regex(program.stderr, /identity\.key.*cannot be used/);
  t.regex(program.stderr, /known-servers\.json: expected/);
  writeFileSync(key, saved);
  // Next the servers: nobody is trusted anew.
  await program.says(/no session yet.*known-servers|known-servers.*no session yet/, 'stderr');
  t.notRegex(program.stderr, /server answers/);
  writeFileSync(`${state}/known-servers.json`, '{}');
  await program.says(/session attached/, 'stderr');
  t.deepEqual(JSON.parse(readFileSync(`${state}/known-servers.json`, 'utf8')), {
    [server.address]: server.fingerprint,
  });
});
