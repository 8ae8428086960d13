import { readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { eventually } from '../helpers/eventually.ts';
import type { Program } from '../helpers/program.ts';
import { Server, type ServerOptions } from '../helpers/server.ts';
import { runTerminal, startTerminal } from '../helpers/terminal.ts';

async function startServer(t: ExecutionContext, options: ServerOptions = {}): Promise<Server> {
  const server = await Server.start({ size: '400x300', ...options });
  t.teardown(() => server.stop());
  return server;
}

test('a terminal at which somebody types notices within 8 s that its server is silent, and comes back', async (t) => {
  const server = await startServer(t, { exec: TELLS_KEYS });
  const terminal = startTerminal(server, { until: '600', script: TYPING });
  t.teardown(() => terminal.stop());
  await keyIsDown(server, terminal);
  const { pid } = server.program.process;
  if (!pid) return t.fail();
  process.kill(pid, 'SIGSTOP');
  t.teardown(() => server.program.process.kill('SIGCONT'));
  const stoppedMs = performance.now();
  await terminal.says(/the peer has been silent.*disconnected/, 'stderr');
  t.true(performance.now() - stoppedMs < 8500, `${performance.now() - stoppedMs} ms`);
  process.kill(pid, 'SIGCONT');
  await terminal.says(/session attached[\s\S]*session attached/, 'stderr');
});

test('of two terminals the last one has the session; the first is told and stays away', async (t) => {
  const server = await startServer(t);
  const first = startTerminal(server, { until: '600' });
  await first.says(/session attached/, 'stderr');
  const second = startTerminal(server, {
    until: '600',
    arguments: ['--state-dir', server.file('2')],
  });
  t.teardown(() => second.stop());
  await second.says(/session attached/, 'stderr');
  const { status, stderr } = await first.ended;
  t.is(status, 1);
  t.regex(stderr, /^wrclient: another terminal took the session over$/m);
  t.is(stderr.match(/session attached/g)?.length, 1);
  t.notRegex(second.stderr, /disconnected/);
});

/** A key five times a second, for a minute. */
const TYPING = [
  { type: 'settle' },
  ...Array.from({ length: 300 }, () => [
    { type: 'key', code: 30, pressed: true },
    { type: 'key', code: 30, pressed: false },
    { type: 'wait', ms: 200 },
  ]).flat(),
];

const HOLD = [
  { type: 'settle' },
  { type: 'key', code: 30, pressed: true },
  { type: 'wait', ms: 600_000 },
];

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test(`keys held by a terminal that ends with ${signal} are released`, async (t) => {
    const server = await startServer(t, { exec: TELLS_KEYS });
    const terminal = startTerminal(server, { until: '600', script: HOLD });
    t.teardown(() => terminal.stop());
    const events = await keyIsDown(server, terminal);
    t.notRegex(events(), KEY_UP);
    terminal.process.kill(signal);
    await eventually(() => {
      if (!KEY_UP.test(events())) throw new Error('the key is still down');
    });
    t.is((await runTerminal(server)).status, 0);
  });
}

/** Writes down what it is told. */
const TELLS_KEYS = 'cd && WAYLAND_DEBUG=1 exec foot sh -c "touch ready; sleep 600" 2>events';

/** Resolves when the application has a key, with what it was told so far. */
async function keyIsDown(server: Server, terminal: Program): Promise<() => string> {
  await eventually(() => readFileSync(server.file('home/ready')));
  const events = () => readFileSync(server.file('home/events'), 'utf8');
  await eventually(() => {
    if (!KEY_DOWN.test(events())) throw new Error(`no key: ${events()} ${terminal.stderr}`);
  });
  return events;
}

const KEY_DOWN = /wl_keyboard@\d+\.key\(\d+, \d+, 30, 1\)/;
const KEY_UP = /wl_keyboard@\d+\.key\(\d+, \d+, 30, 0\)/;
