import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import test from 'ava';
import { openRegistry } from '../../../appliance/registry/sqlite-registry.ts';
import { repository } from '../../helpers/program.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

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
    const told = await killAfter(writer(folder.path, 's1', '1000000', 'lasting'), randomInt(60));
    using registry = openRegistry(folder.path);
    const session = await registry.sessions.get('s1');
    const { attachments = 0, revision = 0 } = session ?? {};
    t.true(attachments >= told, `told ${told}, found ${attachments}`);
    t.true(attachments > before, 'it went on from where it was');
    t.is(revision, attachments);
    const events = await registry.events.latest(1000);
    t.is(events.at(-1)?.details['count'], attachments);
    t.is(events.at(-1)?.id, attachments, 'as many events as changes');
    before = attachments;
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
    const child = writer(folder.path, name, '50');
    child.stdout?.resume();
    const [status] = await once(child, 'exit');
    return status as number;
  });
  t.deepEqual(await Promise.all(ends), [0, 0, 0]);
  using registry = openRegistry(folder.path);
  const sessions = await registry.sessions.list();
  t.deepEqual(
    sessions.map(({ id, attachments }) => `${id} ${attachments}`),
    ['a 50', 'b 50', 'c 50'],
  );
  const events = await registry.events.since(0, 1000);
  t.deepEqual(
    events.map(({ id }) => id),
    Array.from({ length: 150 }, (_, index) => index + 1),
  );
});
