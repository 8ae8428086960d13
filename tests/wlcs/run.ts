/** Runs the Wayland conformance suite against the compositor and compares with what is known to fail. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { ExitError, parseCommandLine, runProgram } from '../../protocol/node/cli.ts';
import { readExpectedFailures } from './expected-failures.ts';
import { Report } from './report.ts';
import { Shard } from './shard.ts';
import { listTests, WLCS } from './wlcs-process.ts';

const SHARDS = 2;
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

interface Options {
  readonly filter?: string;
  readonly shards: number;
  readonly verdicts?: string;
  readonly verbose?: boolean;
}

function parseOptions(): Options {
  const command = new Command('wlcs')
    .description('Wayland conformance of the compositor')
    .option('--filter <words>', 'only tests with one of these words in the name, comma separated')
    .option('--shards <count>', 'how many run side by side', parseCount, SHARDS)
    .option('--verdicts <file>', 'write each test and its outcome there')
    .option('--verbose', 'print what failing tests printed, also the expected ones');
  return parseCommandLine<Options>(command, process.argv.slice(2));
}

function parseCount(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('expected 1 to 99.');
  return Number(text);
}

function buildModule(): void {
  if (!existsSync(WLCS)) throw new ExitError('WLCS is not installed (./setup.sh --test)');
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (!existsSync(here('build/build.ninja'))) run('meson', 'setup', here('build'), here('.'));
  run('ninja', '-C', here('build'));
}

async function chooseTests({ filter }: Options): Promise<string[]> {
  const tests = await listTests();
  const words = filter?.split(',');
  return words ? tests.filter((test) => words.some((word) => test.includes(word))) : tests;
}

async function runShards(tests: readonly string[], count: number, report: Report): Promise<void> {
  const queue = [...tests];
  const shards = Array.from(
    { length: count },
    () =>
      new Shard(
        queue,
        (verdict) => report.add(verdict),
        (text) => report.addDefect(text),
      ),
  );
  // All of them, so that each has ended its compositor before a failure ends this program.
  const ends = await Promise.allSettled(shards.map((shard) => shard.run()));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

await runProgram('wlcs', async () => {
  const options = parseOptions();
  buildModule();
  const expected = readExpectedFailures(readFileSync(here('expected-failures.txt'), 'utf8'));
  const tests = await chooseTests(options);
  const report = new Report(expected, options.verbose === true);
  await runShards(tests, options.shards, report);
  // A failure that does not happen again when the test runs alone is told, but decides nothing.
  await runShards(report.takeSurprises(), 1, report);
  if (options.verdicts) writeFileSync(options.verdicts, report.table());
  process.exitCode = report.print() ? 0 : 1;
});
