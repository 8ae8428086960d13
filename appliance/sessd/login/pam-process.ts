import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { KEEPER_FLAGS } from '../../engine-flags.ts';
import { Channel } from '../../wire/channel.ts';
import { MessageError } from '../../wire/check.ts';
import { FrameError } from '../../wire/frame.ts';
import { type Order, type Report, readReport } from '../pam/messages.ts';
import type { SessionSettings } from '../settings.ts';

const PROGRAM = fileURLToPath(new URL('../pam/main.js', import.meta.url));

export interface PamProcessListener {
  onReport(report: Report): void;
  /** The process has ended, or does not speak its protocol: called once. */
  onGone(reason: string): void;
}

/** The process of one login. */
export interface PamProcess {
  readonly pid: number | undefined;
  send(order: Order, secrets?: readonly Uint8Array[]): void;
  kill(): void;
}

export type SpawnPam = (listener: PamProcessListener) => PamProcess;

/** Its own process group and an environment of almost nothing; it survives wrsessd once a session runs. */
export function pamSpawner(settings: SessionSettings): SpawnPam {
  return (listener) => {
    const args = [...KEEPER_FLAGS, PROGRAM, JSON.stringify(settings)];
    const child = spawn(process.execPath, args, {
      cwd: '/',
      env: environment(),
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
      detached: true,
    });
    return new SpawnedPam(child, listener);
  };
}

function environment(): NodeJS.ProcessEnv {
  const kept = ['LANG', 'WAYRAY_ADDONS'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...Object.fromEntries(kept) };
}

class SpawnedPam implements PamProcess {
  readonly #child: ChildProcess;
  readonly #channel: Channel;

  constructor(child: ChildProcess, listener: PamProcessListener) {
    this.#child = child;
    child.once('error', (error) => {
      listener.onGone(error.message);
    });
    this.#channel = new Channel(child.stdio[3] as Socket, {
      onFrame: ({ head, secrets }) => {
        secrets.fill(0);
        listener.onReport(reportOf(head));
      },
      // What it said last is read before this; a process that is merely stopped does not close it.
      onClose: (error) => listener.onGone(error?.message ?? 'its process has ended'),
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(order: Order, secrets: readonly Uint8Array[] = []): void {
    this.#channel.send(order, secrets);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
    this.#channel[Symbol.dispose]();
  }
}

function reportOf(head: unknown): Report {
  try {
    return readReport(head);
  } catch (error) {
    if (error instanceof MessageError) throw new FrameError(error.message);
    throw error;
  }
}
