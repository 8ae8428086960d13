import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { eventually } from '../helpers/eventually.ts';
import { killAll, lives, processesWith } from '../helpers/processes.ts';
import { Server, type ServerOptions } from '../helpers/server.ts';
import { screenshot, startTerminal } from '../helpers/terminal.ts';

const SIZE = '400x300';

/** A server whose processes all end with the test, however it went. */
async function startServer(t: ExecutionContext, options: ServerOptions = {}): Promise<Server> {
  const server = await Server.start({ size: SIZE, ...options });
  t.teardown(async () => {
    await server.stop();
    killAll(processesWith(server.scratch.path));
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
  await server.program.says(/session started[\s\S]*session started/, 'stderr');
  t.true(server.program.running);
  t.not(server.sessionPid, compositor);
  await terminal.stop();
  t.true((await screenshot(server, { size: SIZE })).colours > 1);
});

test('a wrcomp that hangs is told when somebody wants it, and found again when it goes on', async (t) => {
  const server = await startServer(t);
  const compositor = server.sessionPid;
  process.kill(compositor, 'SIGSTOP');
  t.teardown(() => {
    if (lives(compositor)) process.kill(compositor, 'SIGCONT');
  });
  const terminal = startTerminal(server, { until: '600' });
  t.teardown(() => terminal.stop());
  await server.program.says(/"how":"it does not answer"/, 'stderr');
  t.regex(server.program.stderr, /the session does not answer; looking for it again/);
  process.kill(compositor, 'SIGCONT');
  await server.program.says(/running session found/, 'stderr');
  t.notRegex(server.program.stderr, /starting it anew/);
  t.is(server.sessionPid, compositor);
});

test('a server that is started beside a session that hangs says which process it is', async (t) => {
  const server = await startServer(t);
  const compositor = server.sessionPid;
  await server.program.stop('SIGKILL');
  process.kill(compositor, 'SIGSTOP');
  const scratch = { path: server.scratch.path, [Symbol.dispose]: () => {} };
  const second = new Server({ scratch });
  t.teardown(() => second.stop());
  const { status, stderr } = await second.program.ended;
  t.is(status, 1);
  const words = `process ${compositor}\\) does not answer.* kill -KILL ${compositor}`;
  t.regex(stderr, new RegExp(`^wrsrvd: the session \\(${words}$`, 'm'));
  t.notRegex(stderr, /^ +at /m);
  t.true(lives(compositor));
});

test('programs without a window end with a killed wrcomp before a new session starts', async (t) => {
  const deaf = 'trap "" TERM HUP; while :; do sleep 1; done';
  const exec = `cd; (${deaf}) & setsid sleep 1001 & echo $! >>pids; echo $$ >>pids; exec sleep 1002`;
  const server = await startServer(t, { exec });
  const pids = async () =>
    eventually(() => {
      const lines = readFileSync(server.file('home/pids'), 'utf8').trim().split('\n');
      if (lines.length % 2 !== 0) throw new Error('not all are there');
      return lines.map(Number);
    });
  const before = await pids();
  t.true(before.every((pid) => lives(pid)));
  process.kill(server.sessionPid, 'SIGKILL');
  await server.program.says(/session started[\s\S]*session started/, 'stderr');
  t.false(before.some((pid) => lives(pid)));
  await eventually(() => {
    if (readFileSync(server.file('home/pids'), 'utf8').split('\n').length < 5)
      throw new Error('the new session has none');
  });
  await server.program.stop('SIGINT');
  t.deepEqual(processesWith(server.scratch.path), []);
});

test('Ctrl-C after a crash of wrcomp leaves no process behind', async (t) => {
  const exec = 'cd; trap "" TERM; setsid sleep 1003 & echo $$ >pids; while :; do sleep 1; done';
  const server = await startServer(t, { exec });
  await eventually(() => readFileSync(server.file('home/pids')));
  process.kill(server.sessionPid, 'SIGKILL');
  await server.program.says(/the session is gone/, 'stderr');
  t.is((await server.program.stop('SIGINT')).status, 0);
  t.deepEqual(processesWith(server.scratch.path), []);
});

test("what applications print is not in the session's log, which is bounded, too", async (t) => {
  const server = new Server({ size: SIZE, exec: 'echo pass-word; echo more >&2; sleep 600' });
  t.teardown(() => server.stop());
  const log = join(server.stateDir, 'log', 'main.log');
  mkdirSync(join(server.stateDir, 'log'), { recursive: true, mode: 0o700 });
  chmodSync(server.stateDir, 0o700);
  writeFileSync(log, 'x'.repeat(5 << 20), { mode: 0o644 });
  await server.program.says(/"event":"browser"/);
  const printed = join(server.stateDir, 'log', 'main.applications.log');
  await eventually(() => {
    if (readFileSync(printed, 'utf8') !== 'pass-word\nmore\n') throw new Error('not printed');
  });
  t.notRegex(server.sessionLog, /pass-word\n|xxx/);
  t.is(statSync(`${log}.1`).size, 5 << 20);
  for (const file of [log, printed]) t.is(statSync(file).mode & 0o777, 0o600);
});
