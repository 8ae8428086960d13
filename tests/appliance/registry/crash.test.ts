import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import test from 'ava';
import { openRegistry } from '../../../appliance/registry/sqlite-registry.ts';
import { repository } from '../../helpers/program.ts';
import { scratchFolder } from '../../helpers/scratch.ts';
import { SESSIONS } from './writer.ts';

const ROUNDS = 12;

function writer(folder: string, ...args: string[]): ChildProcess {
  const path = `${repository}/tests/appliance/registry/writer.ts`;
  return spawn(process.execPath, [path, folder, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Kills the writer some time after it has committed so often; returns the last count it told of. */
async function killAfter(child: ChildProcess, commits: number): Promise<number> {
  if (!child.stdout) throw new Error('no stdout');
  let last = 0;
  let left = commits;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    if (left-- === 0) child.kill('SIGKILL');
  }
  if (child.signalCode === null && child.exitCode === null) await once(child, 'exit');
  return last;
}

test('killed at any point of writing, the registry tells the truth', async (t) => {
  using folder = scratchFolder();
  let before = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const args = round % 3 === 0 ? ['lasting'] : [];
    const child = writer(folder.path, 's', '1000000', ...args);
    const told = await killAfter(child, randomInt(40));
    using registry = openRegistry(folder.path);
    const counts = (await registry.sessions.list()).map(({ attachments }) => attachments);
    const [count = 0] = counts;
    t.deepEqual(counts, Array(SESSIONS).fill(count), 'a transaction happened by half');
    t.true(count >= told, `told ${told}, found ${count}`);
    t.true(count > before, 'it went on from where it was');
    const events = await registry.events.latest(SESSIONS);
    t.deepEqual(
      events.map(({ details }) => details['count']),
      counts,
    );
    t.is(events.at(-1)?.id, count * SESSIONS, 'as many events as changes');
    before = count;
  }
});

test('a registry that is killed while it is made is made the next time', async (t) => {
  for (let round = 0; round < 6; round++) {
    using folder = scratchFolder();
    const child = writer(folder.path, 's1', '1');
    const killer = setTimeout(() => child.kill('SIGKILL'), 60 + round * 20);
    await once(child, 'exit');
    clearTimeout(killer);
    using registry = openRegistry(folder.path);
    await t.notThrowsAsync(registry.sessions.list());
  }
});

test('several processes write to one registry, from the first moment on', async (t) => {
  using folder = scratchFolder();
  const names = ['a', 'b', 'c'];
  const ends = names.map(async (name) => {
    const child = writer(folder.path, name, '20');
    child.stdout?.resume();
    const [status] = await once(child, 'exit');
    return status as number;
  });
  t.deepEqual(await Promise.all(ends), [0, 0, 0]);
  using registry = openRegistry(folder.path);
  const sessions = await registry.sessions.list();
  t.is(sessions.length, names.length * SESSIONS);
  t.true(sessions.every(({ attachments }) => attachments === 20));
  const events = await registry.events.since(0, 1000);
  t.deepEqual(
    events.map(({ id }) => id),
    Array.from({ length: names.length * SESSIONS * 20 }, (_, index) => index + 1),
  );
});
