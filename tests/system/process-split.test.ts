import { readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { eventually } from '../helpers/eventually.ts';
import { lives, processesWith } from '../helpers/processes.ts';
import { Server, type ServerOptions } from '../helpers/server.ts';
import { screenshot, startTerminal } from '../helpers/terminal.ts';

const SIZE = '400x300';

/** A server whose processes all end with the test, however it went. */
async function startServer(t: ExecutionContext, options: ServerOptions = {}): Promise<Server> {
  const server = await Server.start({ size: SIZE, ...options });
  t.teardown(async () => {
    await server.stop();
    for (const pid of processesWith(server.scratch.path)) process.kill(pid, 'SIGKILL');
  });
  return server;
}

/** An application that draws, and writes its process id. */
const FOOT = 'cd && echo $$ >app.pid && exec foot sh -c "echo ready >app.ready; sleep 600"';

async function applicationPid(server: Server): Promise<number> {
  await eventually(() => readFileSync(server.file('home/app.ready')));
  return Number(readFileSync(server.file('home/app.pid'), 'utf8'));
}

test('applications outlive a killed wrsrvd, and the terminal comes back to them by itself', async (t) => {
  // Below the ports that the kernel gives away by itself.
  const port = 12_000 + (process.pid % 20_000);
  const listen = ['--listen', `127.0.0.1:${port}`];
  const server = await startServer(t, { exec: FOOT, arguments: listen });
  const application = await applicationPid(server);
  const before = await screenshot(server, { size: SIZE });
  const terminal = startTerminal(server, { size: SIZE, until: '600' });
  t.teardown(() => terminal.stop());
  await terminal.says(/session attached/, 'stderr');

  const compositor = server.sessionPid;
  await server.program.stop('SIGKILL');
  await terminal.says(/disconnected/, 'stderr');
  t.true(lives(application));
  t.true(lives(compositor));

  const again = await startServer(t, {
    scratch: { path: server.scratch.path, [Symbol.dispose]: () => {} },
    arguments: listen,
  });
  t.regex(again.program.stderr, /running session found/);
  t.is(again.sessionPid, compositor);
  await terminal.says(/session attached[\s\S]*disconnected[\s\S]*session attached/, 'stderr');
  await terminal.stop();
  // `settled` means that the checksum of the whole picture was right.
  const after = await screenshot(again, { size: SIZE });
  t.deepEqual(after.pixels, before.pixels);
  t.true(lives(application));
});

test('a killed wrcomp is reported, and the terminal gets a new session', async (t) => {
  const server = await startServer(t, { exec: FOOT });
  await applicationPid(server);
  const terminal = startTerminal(server, { size: SIZE, until: '600' });
  t.teardown(() => terminal.stop());
  await terminal.says(/session attached/, 'stderr');

  const compositor = server.sessionPid;
  process.kill(compositor, 'SIGKILL');
  await server.program.says(/"how":"SIGKILL".*the session is gone/, 'stderr');
  await terminal.says(/the session is gone \(SIGKILL\).*session failed/, 'stderr');
  await terminal.says(/session attached[\s\S]*session attached/, 'stderr');
  t.true(server.program.running);
  t.not(server.sessionPid, compositor);
  await terminal.stop();
  t.true((await screenshot(server, { size: SIZE })).colours > 1);
});

test('a wrcomp that hangs is told, and found again when it goes on', async (t) => {
  const server = await startServer(t);
  const compositor = server.sessionPid;
  process.kill(compositor, 'SIGSTOP');
  t.teardown(() => {
    if (lives(compositor)) process.kill(compositor, 'SIGCONT');
  });
  await server.program.says(/"how":"it does not answer"/, 'stderr');
  process.kill(compositor, 'SIGCONT');
  await server.program.says(/running session found/, 'stderr');
  t.is(server.sessionPid, compositor);
});
