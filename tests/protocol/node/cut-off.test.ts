import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';

const run = promisify(execFile);
const script = fileURLToPath(new URL('cut-off.ts', import.meta.url));
const mayCut = spawnSync('unshare', ['-rn', 'ip', 'link', 'set', 'dev', 'lo', 'up']).status === 0;
const needsNamespaces = mayCut ? test : test.skip;

/** Cuts a link's way; both sides must have noticed by the kernel alone. */
async function cutOff(t: ExecutionContext, ...words: string[]): Promise<void> {
  const args = ['-rn', process.execPath, script, ...words];
  const { stdout } = await run('unshare', args, { timeout: 30_000 });
  const { terminalSays, serverSays, tookMs } = JSON.parse(stdout);
  t.regex(terminalSays, words[0] === 'display' ? /the connection was lost/ : /ETIMEDOUT/);
  t.regex(serverSays, /ETIMEDOUT/);
  t.true(tookMs < 10_000, `${tookMs} ms`);
}

needsNamespaces('a way that is cut is noticed, though nobody says anything', async (t) => {
  await cutOff(t);
});

needsNamespaces('a way that is cut is noticed by what is not acknowledged', async (t) => {
  await cutOff(t, 'word');
});

needsNamespaces(
  'a way that is cut for pictures alone ends the link with the next one',
  async (t) => {
    await cutOff(t, 'display');
  },
);
