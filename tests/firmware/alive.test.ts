import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { repository } from '../helpers/program.ts';
import { scratchFolder } from '../helpers/scratch.ts';
import { shared } from '../images/root/shared.ts';

/** Seconds between two signs, and between two looks. */
const EVERY_S = 0.4;
const PATIENCE_MS = 30_000;

/** A program watched as in the image. @param words of a shell */
function watched(t: ExecutionContext, words: string) {
  const scratch = scratchFolder();
  const { path } = scratch;
  const [signs, said] = [join(path, 'signs'), join(path, 'said')];
  writeFileSync(signs, '');
  const log = join(path, 'log');
  writeFileSync(log, `#!/bin/sh\ncat >>${said}\n`);
  const script = shared('usr/libexec/wayray-alive').replace('/usr/libexec/wayray-log', log);
  const alive = join(path, 'alive');
  writeFileSync(alive, script);
  for (const file of [log, alive]) chmodSync(file, 0o755);
  const line = `busybox sh ${alive} ${signs} >/dev/null 2>&1 & exec ${words}`;
  const env = { ...process.env, WAYRAY_ALIVE: signs, WAYRAY_ALIVE_EVERY_S: `${EVERY_S}` };
  const program = spawn('busybox', ['sh', '-c', line], { cwd: repository, env, stdio: 'ignore' });
  const ended = once(program, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  t.teardown(async () => {
    program.kill('SIGKILL');
    await ended;
    scratch[Symbol.dispose]();
  });
  return {
    ...{ program, ended, path, signs },
    said: () => readFileSync(said, 'utf8'),
  };
}

async function until(t: ExecutionContext, isSo: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    if (performance.now() > deadlineMs) t.fail('it did not come');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('a terminal that lives is left alone, one that hangs is ended', async (t) => {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  const options = `--server 127.0.0.1:9 --display headless --reader none --until 120 --state-dir ${scratch.path}`;
  const { program, ended, signs, said } = watched(
    t,
    `${process.execPath} firmware/main.js ${options}`,
  );
  // For longer than a silence may last.
  await until(t, () => Number(readFileSync(signs, 'utf8')) >= 10 || program.exitCode !== null);
  t.deepEqual([program.exitCode, program.signalCode], [null, null]);
  program.kill('SIGSTOP');
  t.deepEqual(await ended, [null, 'SIGKILL']);
  t.regex(said(), /^no sign of life, looked 6 times/);
});

test('a program that never gives a sign is ended later', async (t) => {
  const { ended, said } = watched(t, 'sleep 300');
  t.deepEqual(await ended, [null, 'SIGKILL']);
  t.regex(said(), /looked 24 times/);
});

test('who watches goes with the program', async (t) => {
  const { program, ended, path } = watched(t, 'sleep 300');
  const children = `/proc/${program.pid}/task/${program.pid}/children`;
  await until(t, () => readFileSync(children, 'utf8') !== '');
  const watcher = Number(readFileSync(children, 'utf8'));
  program.kill('SIGTERM');
  await ended;
  // Its number may be another process' soon.
  const isThere = () => {
    try {
      return readFileSync(`/proc/${watcher}/cmdline`, 'utf8').includes(path);
    } catch {
      return false;
    }
  };
  await until(t, () => !isThere());
  t.pass();
});
