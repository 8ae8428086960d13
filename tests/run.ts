/** Runs every suite of `npm test`, shows their output as it comes, and ends with one line of totals. */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { failedTitles, filesToTryAgain } from './second-try.ts';

interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

interface Suite {
  name: string;
  command: readonly string[];
  /** Reads the suite's own totals from what it printed; null when it printed none. */
  read: (output: string) => Totals | null;
  /** Of what failed, to be run once more by itself; empty: its failure stays. */
  again?: (output: string) => readonly string[];
}

const root = fileURLToPath(new URL('..', import.meta.url));

const suites: readonly Suite[] = [
  {
    name: 'unit and end-to-end (ava)',
    command: ['ava', '--tap', '--concurrency', String(Math.min(2, availableParallelism()))],
    read: (output) =>
      totals(
        last(output, /^# pass (\d+)$/gm),
        last(output, /^# fail (\d+)$/gm),
        last(output, /^# skip (\d+)$/gm),
      ),
    again: (output) => {
      const files = filesToTryAgain(
        failedTitles(output),
        globSync('tests/**/*.test.ts', { cwd: root }),
      );
      return files.length === 0 ? [] : ['ava', '--tap', '--concurrency', '1', ...files];
    },
  },
  {
    name: 'native cores under ASan and UBSan (meson)',
    command: ['sh', 'tests/native/sanitize.sh'],
    read: (output) =>
      totals(
        last(output, /^Ok:\s+(\d+)/gm),
        last(output, /^Fail:\s+(\d+)/gm),
        last(output, /^Skipped:\s+(\d+)/gm),
      ),
  },
  {
    name: 'Wayland conformance (wlcs)',
    command: ['node', 'tests/wlcs/run.ts'],
    read: (output) => {
      const line = /^(\d+) passed, (\d+) failed, (\d+) skipped$/m.exec(output);
      return line && totals(Number(line[1]), Number(line[2]), Number(line[3]));
    },
  },
  {
    name: 'terminal in a virtual machine (qemu)',
    // The image's size is no matter here, the minutes for it are.
    command: [
      ...['env', 'WAYRAY_COMPRESSION=3'],
      ...['node', 'tests/system/vm/story.ts', 'no-server', 'hot-desk', 'disk-bios'],
    ],
    read: (output) => {
      const line = /^(\d+) passed, (\d+) failed, (\d+) skipped$/m.exec(output);
      return line && totals(Number(line[1]), Number(line[2]), Number(line[3]));
    },
  },
];

function last(text: string, pattern: RegExp): number | null {
  const found = [...text.matchAll(pattern)].at(-1)?.[1];
  return found === undefined ? null : Number(found);
}

function totals(
  passed: number | null,
  failed: number | null,
  skipped: number | null,
): Totals | null {
  return passed === null ? null : { passed, failed: failed ?? 0, skipped: skipped ?? 0 };
}

async function run(suite: Suite): Promise<Totals> {
  process.stdout.write(`\n== ${suite.name}\n`);
  const first = await runOnce(suite, suite.command);
  // What a run that broke off did not come to would never be run.
  const again = first.failed > 0 && first.ended ? (suite.again?.(first.output) ?? []) : [];
  if (again.length === 0) return first;
  process.stdout.write(`\n== ${suite.name}, second try: ${again.slice(4).join(' ')}\n`);
  const second = await runOnce(suite, again);
  const mended = Math.max(0, first.failed - second.failed);
  if (mended > 0) process.stdout.write(`\n${mended} of the failed passed at the second try\n`);
  return { passed: first.passed + mended, failed: second.failed, skipped: first.skipped };
}

async function runOnce(
  suite: Suite,
  command: readonly string[],
): Promise<Totals & { output: string; ended: boolean }> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    process.stdout.write(chunk);
  });
  const status = await new Promise<number>((resolve) => {
    child.on('error', (error) => {
      process.stdout.write(`${program} does not start: ${error.message}\n`);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
  const told = suite.read(output);
  const result = told ?? { passed: 0, failed: 0, skipped: 0 };
  // A suite that ends badly without naming a failed test has failed as a whole.
  if (status !== 0 && result.failed === 0) result.failed = 1;
  return { ...result, output, ended: told !== null };
}

const total: Totals = { passed: 0, failed: 0, skipped: 0 };
const only = process.argv.slice(2);
for (const suite of suites) {
  if (only.length > 0 && !only.some((word) => suite.name.includes(word))) continue;
  const result = await run(suite);
  total.passed += result.passed;
  total.failed += result.failed;
  total.skipped += result.skipped;
}
process.stdout.write(
  `\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`,
);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
