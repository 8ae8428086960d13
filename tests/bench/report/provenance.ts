import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';

/** What a figure must be quoted with. */
export interface Provenance {
  /** ISO 8601 */
  readonly date: string;
  readonly commit: string;
  /** The working tree held more than the commit. */
  readonly changed: boolean;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGib: number;
    readonly kernel: string;
    readonly system: string;
    /** Before the run: others at work on the machine make figures worse. */
    readonly load1: number;
  };
}

export function readProvenance(): Provenance {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  return {
    date: new Date().toISOString(),
    commit: git('rev-parse', 'HEAD'),
    changed: git('status', '--porcelain', '--untracked-files=no') !== '',
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGib: Math.round(totalmem() / 2 ** 30),
      kernel: release(),
      system: /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? '?',
      load1: loadavg()[0] ?? 0,
    },
  };
}

/** Since that commit nothing was committed that a figure could depend on. */
export function isSameProgram(commit: string): boolean {
  const parts = ['appliance', 'firmware', 'native', 'protocol', 'tests/bench', 'package-lock.json'];
  const root = new URL('../../..', import.meta.url);
  try {
    execFileSync('git', ['diff', '--quiet', commit, 'HEAD', '--', ...parts], { cwd: root });
    return true;
  } catch {
    return false;
  }
}

export function formatProvenance({ date, commit, changed, machine }: Provenance): string {
  const version = `${commit.slice(0, 12)}${changed ? ' with changes' : ''}`;
  return (
    `${date}, commit ${version}, ${machine.cores} x ${machine.cpu}, ` +
    `${machine.system}, load ${machine.load1.toFixed(2)} before the run`
  );
}
