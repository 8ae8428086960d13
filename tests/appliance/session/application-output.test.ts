import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ApplicationOutput } from '../../../appliance/session/application-output.ts';
import { eventually } from '../../helpers/eventually.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const MAX_BYTES = 1 << 20;

function folder(t: ExecutionContext): string {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  return scratch.path;
}

function start(t: ExecutionContext, output: ApplicationOutput, command: string) {
  const child = spawn('/bin/sh', ['-c', command], { stdio: ['ignore', output.fd, output.fd] });
  t.teardown(() => child.kill('SIGKILL'));
  return child;
}

test('what applications print is in a file for the user alone, to the last word', async (t) => {
  const path = join(folder(t), 'applications.log');
  writeFileSync(path, 'before\n');
  chmodSync(path, 0o644);
  const output = new ApplicationOutput(path);
  const child = start(t, output, 'echo out; echo err >&2; echo again >/dev/stderr; echo last');
  await once(child, 'exit');
  output[Symbol.dispose]();
  t.is(readFileSync(path, 'utf8'), 'before\nout\nerr\nagain\nlast\n');
  t.is(statSync(path).mode & 0o777, 0o600);
  t.deepEqual(readdirSync(join(path, '..')), ['applications.log']);
});

test('a flood stays within its bound, and blocks neither the session nor what others print', async (t) => {
  const path = join(folder(t), 'applications.log');
  const output = new ApplicationOutput(path);
  const flood = start(t, output, 'exec yes flood');
  await eventually(() => statSync(`${path}.1`));
  const other = start(t, output, 'echo here-i-am');
  t.deepEqual(await once(other, 'exit'), [0, null]);
  await eventually(() => {
    const both = readFileSync(`${path}.1`, 'utf8') + readFileSync(path, 'utf8');
    if (!both.includes('here-i-am')) throw new Error('not printed yet');
  });
  t.is(flood.exitCode, null);
  flood.kill('SIGKILL');
  await once(flood, 'exit');
  output[Symbol.dispose]();
  for (const file of [path, `${path}.1`]) t.true(statSync(file).size <= MAX_BYTES, file);
  t.deepEqual(readdirSync(join(path, '..')).toSorted(), ['applications.log', 'applications.log.1']);
});
