import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { eventually } from '../helpers/eventually.ts';
import { commandOf, killAll, processesWith } from '../helpers/processes.ts';
import { repository } from '../helpers/program.ts';
import { type Scratch, scratchFolder } from '../helpers/scratch.ts';

interface Group {
  readonly process: ChildProcess;
  readonly scratch: Scratch;
  readonly ended: Promise<number | null>;
  said: string;
}

/** A wrsrvd in a process group of its own, as a shell starts it, with its own XDG_RUNTIME_DIR. */
function startGroup(
  t: ExecutionContext,
  exec: string,
  wrapper: readonly string[] = [],
  listen = '127.0.0.1:0',
): Group {
  const scratch = scratchFolder();
  const args = ['--single-user', '--listen', listen, '--listen-browser', '127.0.0.1:0'];
  args.push('--state-dir', join(scratch.path, 's'), '--exec', exec);
  const [program = '', ...rest] = [
    ...wrapper,
    process.execPath,
    join(repository, 'appliance/broker/main.js'),
    ...args,
  ];
  const child = spawn(program, rest, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOME: scratch.path, XDG_RUNTIME_DIR: scratch.path },
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const group: Group = { process: child, scratch, ended, said: '' };
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      group.said += chunk.toString();
    });
  t.teardown(() => {
    killAll(processesWith(scratch.path));
    scratch[Symbol.dispose]();
  });
  return group;
}

const says = (group: Group, pattern: RegExp): Promise<void> =>
  eventually(() => {
    if (!pattern.test(group.said)) throw new Error(`no ${pattern} in ${group.said}`);
  }, 20_000);

function socketsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isSocket() || entry.name.startsWith('wayland-'))
    .map((entry) => entry.name);
}

async function leavesNothing(t: ExecutionContext, { scratch }: Group): Promise<void> {
  await eventually(() => {
    const left = processesWith(scratch.path);
    if (left.length > 0) throw new Error(`processes are left: ${left.map(commandOf)}`);
  });
  t.deepEqual(socketsIn(scratch.path), []);
}

test('Ctrl-C ends everything and leaves no process or socket behind', async (t) => {
  const group = startGroup(t, 'foot');
  await says(group, /"event":"browser"/);
  t.true(processesWith(group.scratch.path).length >= 3);
  t.not(socketsIn(group.scratch.path).length, 0);
  process.kill(-(group.process.pid as number), 'SIGINT');
  t.is(await group.ended, 0);
  await leavesNothing(t, group);
});

test('an application that ignores the polite signal is ended too', async (t) => {
  const group = startGroup(t, 'trap "" TERM HUP INT; while :; do sleep 1; done');
  await says(group, /"event":"browser"/);
  process.kill(-(group.process.pid as number), 'SIGINT');
  t.is(await group.ended, 0);
  await leavesNothing(t, group);
});

test('Ctrl-C while the session starts leaves nothing behind', async (t) => {
  const group = startGroup(t, 'foot');
  const root = join(group.scratch.path, 's');
  await eventually(() => readFileSync(join(root, 'log', 'main.log')));
  process.kill(-(group.process.pid as number), 'SIGINT');
  t.is(await group.ended, 0, group.said);
  await leavesNothing(t, group);
});

test('a session that dies while it is ended on its way up leaves nothing behind', async (t) => {
  const group = startGroup(t, 'foot');
  const compositor = await eventually(() => {
    const [pid] = processesWith(group.scratch.path).filter((one) =>
      commandOf(one).includes('session/main.js'),
    );
    if (!pid) throw new Error('no wrcomp yet');
    return pid;
  });
  process.kill(compositor, 'SIGSTOP');
  process.kill(-(group.process.pid as number), 'SIGINT');
  await says(group, /server ends/);
  process.kill(compositor, 'SIGKILL');
  t.is(await group.ended, 0, group.said);
  await leavesNothing(t, group);
});

test('a server that does not come up leaves no socket behind', async (t) => {
  const first = startGroup(t, 'foot');
  await says(first, /"event":"browser"/);
  const [, address = ''] = /"address":"([^"]+)"/.exec(first.said) ?? [];
  const second = startGroup(t, 'foot', [], address);
  t.is(await second.ended, 1, second.said);
  await leavesNothing(t, second);
});

test('Ctrl-C ends a session that hangs, too', async (t) => {
  const group = startGroup(t, 'foot');
  await says(group, /"event":"browser"/);
  const [, pid = ''] = /"sessionPid":(\d+)/.exec(group.said) ?? [];
  process.kill(Number(pid), 'SIGSTOP');
  process.kill(-(group.process.pid as number), 'SIGINT');
  t.is(await group.ended, 0);
  await eventually(() => {
    const left = processesWith(group.scratch.path);
    if (left.length > 0) throw new Error(`processes are left: ${left.map(commandOf)}`);
  });
  t.false(socketsIn(group.scratch.path).includes('main.sock'));
});

test('a terminal window that closes ends the server, although nobody reads what it says', async (t) => {
  const group = startGroup(t, 'foot');
  await says(group, /"event":"browser"/);
  group.process.stdout?.destroy();
  group.process.stderr?.destroy();
  process.kill(-(group.process.pid as number), 'SIGHUP');
  t.is(await group.ended, 0);
  await leavesNothing(t, group);
});

test('on a terminal the log is for people', async (t) => {
  const group = startGroup(t, 'foot', ['setsid', '--wait', 'sh', '-c', PTY, 'sh']);
  await says(group, /Browser: {3}https:/);
  t.regex(group.said, /Terminal: {2}wrclient --server 127\.0\.0\.1:\d+ --pin [0-9a-f]{64}/);
  t.regex(group.said, /INFO.*session started/);
  t.notRegex(group.said, /^\{"level"/m);
  const [server] = processesWith(group.scratch.path).filter((pid) =>
    /^[^\0]*node\0[^\0]*broker\/main\.js/.test(commandOf(pid)),
  );
  process.kill(server ?? Number.NaN, 'SIGTERM');
  await group.ended;
  await leavesNothing(t, group);
});

/** script(1) gives its command a terminal; quoting for its `-c`. */
const PTY = `command=; for word; do command="$command '$word'"; done; exec script -qec "$command" /dev/null`;
