import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { withDeadline } from '../host/deadline.ts';
import { LineSplitter } from '../host/line-splitter.ts';
import { readPictures } from '../host/pictures.ts';
import { Processes } from '../host/processes.ts';
import { Tail } from '../host/tail.ts';

/** Whoever was killed stays in the list of processes until its parent has asked for its end. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function untilDead(pid: number): Promise<boolean> {
  for (let i = 0; i < 200 && isAlive(pid); i++) await sleep(10);
  return !isAlive(pid);
}

const shell = (script: string) => ({ name: 'child', command: 'sh', args: ['-c', script] });

test('lines come whole however they arrive, and a line without end is cut', (t) => {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const piece of ['one\ntw', 'o\n', '\n', 'x'.repeat(3 << 20), '\nlast']) splitter.add(piece);
  splitter.end();
  t.deepEqual(
    lines.map((line) => (line.length > 99 ? line.length : line)),
    ['one', 'two', '', 1 << 20, 'last'],
  );
});

test('of what a child says the end is kept', async (t) => {
  const stream = new PassThrough();
  const tail = new Tail(stream);
  for (let i = 0; i < 5000; i++) stream.write(`line ${i}\n`);
  stream.end();
  await new Promise((resolve) => stream.once('end', resolve));
  t.true(tail.text().endsWith('line 4999\n'));
  t.true(tail.text().length <= 16 * 1024);
});

test('a child that says megabytes on stderr neither blocks nor fails, and its end is quoted', async (t) => {
  await using processes = new Processes();
  const child = processes.start(
    shell('head -c 8000000 /dev/zero | tr "\\0" x >&2; echo said; exit 1'),
  );
  t.is(await child.output.next(20_000), 'said');
  const failure = child.explain('step', child.output.next(5000));
  const error = await t.throwsAsync(failure, {
    message: /^child: step: its output has ended\nx{400}$/,
  });
  t.truthy(error);
});

test('a group ends with all its processes, and those that had left their group', async (t) => {
  await using processes = new Processes();
  const group = processes.group();
  const child = group.start(shell('setsid sleep 1000 & echo $!; wait'));
  const other = processes.start(shell('echo up; exec sleep 1000'));
  const grandchild = Number(await child.output.next(5000));
  await other.output.next(5000);
  await group[Symbol.asyncDispose]();
  t.false(isAlive(child.pid));
  t.true(await untilDead(grandchild));
  t.true(isAlive(other.pid));
  t.throws(() => group.start(shell('true')), { message: /ending/ });
});

test('the whole ends its groups', async (t) => {
  const processes = new Processes();
  const child = processes.group().start(shell('echo up; exec sleep 1000'));
  await child.output.next(5000);
  await processes[Symbol.asyncDispose]();
  t.true(child.hasExited);
});

test('no pictures are no question, and a program that writes too few is an error', async (t) => {
  t.deepEqual(await readPictures('/nowhere', [], 0), []);
  await t.throwsAsync(readPictures('true', [], 1), { message: /0 bytes are not 1 pictures/ });
});

test('work that takes too long is given up', async (t) => {
  t.is(await withDeadline(Promise.resolve(7), 1000), 7);
  await t.throwsAsync(withDeadline(new Promise(() => {}), 10), { message: /within 0.01 s/ });
});
