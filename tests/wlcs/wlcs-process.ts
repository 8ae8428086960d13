import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { CompositorProcess } from './compositor-process.ts';
import { type Verdict, VerdictReader } from './verdicts.ts';

/** Where Debian installs it, with the name of the architecture between. */
export const WLCS = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/wlcs/wlcs`;
const MODULE = fileURLToPath(new URL('build/wayray-wlcs.so', import.meta.url));
/** WLCS itself waits 10 s for an event, in some tests for several in turn. */
const SILENCE_MS = 45_000;

/** @returns the names of all tests that WLCS has not disabled itself, in its order */
export async function listTests(): Promise<string[]> {
  const tests: string[] = [];
  let suite = '';
  for await (const line of startWlcs(['--gtest_list_tests'], {}).lines) {
    const name = line.replace(/\s+#.*$/, '');
    if (!name.startsWith(' ')) suite = name;
    else if (!/\bDISABLED_/.test(suite + name)) tests.push(suite + name.trim());
  }
  return tests;
}

/**
 * Runs these tests in one WLCS process.
 * @returns the tests without a verdict, because the process ended before their turn
 */
export async function runTests(
  tests: readonly string[],
  compositor: CompositorProcess,
  onVerdict: (verdict: Verdict) => void,
): Promise<string[]> {
  const rest = new Set(tests);
  const reader = new VerdictReader((verdict) => {
    rest.delete(verdict.test);
    onVerdict(verdict);
  });
  const { child, lines } = startWlcs([], {
    GTEST_FILTER: tests.join(':'),
    WAYRAY_WLCS_CONTROL: compositor.controlSocket,
    XDG_RUNTIME_DIR: compositor.folder,
  });
  let hung = false;
  const watchdog = setTimeout(() => {
    hung = true;
    child.kill('SIGKILL');
  }, SILENCE_MS);
  try {
    for await (const line of lines) {
      reader.line(line);
      watchdog.refresh();
    }
  } finally {
    clearTimeout(watchdog);
  }
  reader.end(hung ? 'hung' : 'crashed');
  return [...rest];
}

function startWlcs(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn('sh', ['-c', 'exec "$@" 2>&1', 'sh', WLCS, MODULE, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, lines: createInterface({ input: child.stdout }) };
}
