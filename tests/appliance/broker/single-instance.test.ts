import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'ava';
import { answers } from '../../../appliance/broker/single-instance.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const ROUNDS = 8;
const MODULE = new URL('../../../appliance/broker/single-instance.ts', import.meta.url).href;

/** Tries to hold each socket that is named on its standard input at the moment that stands beside it. */
const RUNNER = `
  import { createInterface } from 'node:readline';
  import { holdStateDir } from '${MODULE}';
  createInterface({ input: process.stdin }).on('line', (line) => {
    const [path, atMs] = line.split(' ');
    while (Date.now() < Number(atMs));
    holdStateDir(path).then(() => console.log('held'), () => console.log('refused'));
  }).on('close', () => process.exit());
  console.log('ready');
`;

class Runner {
  readonly process = spawn(process.execPath, ['--input-type=module', '-e', RUNNER], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  readonly #lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();

  async says(): Promise<string> {
    return (await this.#lines.next()).value ?? 'ended';
  }

  tries(path: string, atMs: number): Promise<string> {
    this.process.stdin.write(`${path} ${atMs}\n`);
    return this.says();
  }
}

test('of several that start at the same instant over a stale socket one holds it', async (t) => {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  const runners = [new Runner(), new Runner()];
  t.teardown(() => {
    for (const one of runners) one.process.kill('SIGKILL');
  });
  await Promise.all(runners.map((one) => one.says()));
  const paths = Array.from({ length: ROUNDS }, (_, round) => join(scratch.path, `${round}.sock`));
  for (const path of paths) {
    writeFileSync(path, '');
    const atMs = Date.now() + 20;
    const said = await Promise.all(runners.map((one) => one.tries(path, atMs)));
    t.deepEqual(said.toSorted(), ['held', 'refused']);
  }
  for (const one of runners) one.process.stdin.end();
  await Promise.all(runners.map((one) => once(one.process, 'exit')));
  const left = await Promise.all(paths.map((path) => answers(path)));
  t.deepEqual(new Set(left), new Set([false]));
});

test('a socket whose owner hangs, with no room for more who wait, is not taken for stale', async (t) => {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  const path = join(scratch.path, 'full.sock');
  const LISTENER = `require('node:net').createServer().listen({ path: ${JSON.stringify(path)}, backlog: 1 }, () => console.log('ready'))`;
  const owner = spawn(process.execPath, ['-e', LISTENER], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => owner.kill('SIGKILL'));
  await once(owner.stdout, 'data');
  owner.kill('SIGSTOP');
  const waiting = Array.from({ length: 6 }, () => answers(path));
  t.deepEqual(new Set(await Promise.all(waiting)), new Set([true]));
});
