import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { programPath } from '../../../native/load.ts';
import { Channel } from '../../wire/channel.ts';
import { MessageError } from '../../wire/check.ts';
import { FrameError } from '../../wire/frame.ts';
import type { Launcher } from '../launch/launcher.ts';
import { SessionStart } from '../launch/start.ts';
import { type Order, type Report, readReport } from '../pam/messages.ts';
import type { Places } from '../places.ts';

/** What a login or a greeter hears; the rest of a session's start is done here. */
export type Told = Exclude<Report, { type: 'opened' | 'ready' }>;

export interface PamProcessListener {
  onReport(report: Told): void;
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
export function pamSpawner(launcher: Launcher, places: Places): SpawnPam {
  const program = programPath('wrpam');
  return (listener) => {
    const child = spawn(program, [], {
      cwd: '/',
      env: environment(),
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
      detached: true,
    });
    return new SpawnedPam(child, listener, launcher, places);
  };
}

function environment(): NodeJS.ProcessEnv {
  const { LANG } = process.env;
  return { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...(LANG === undefined ? {} : { LANG }) };
}

class SpawnedPam implements PamProcess {
  readonly #child: ChildProcess;
  readonly #channel: Channel;
  readonly #launcher: Launcher;
  readonly #places: Places;
  #start: SessionStart | null = null;

  constructor(
    child: ChildProcess,
    listener: PamProcessListener,
    launcher: Launcher,
    places: Places,
  ) {
    this.#child = child;
    this.#launcher = launcher;
    this.#places = places;
    child.once('error', (error) => {
      listener.onGone(error.message);
    });
    this.#channel = new Channel(child.stdio[3] as Socket, {
      onFrame: ({ head, secrets }) => {
        secrets.fill(0);
        const report = reportOf(head);
        if (report.type !== 'opened' && report.type !== 'ready') return listener.onReport(report);
        if (!this.#start) throw new FrameError('a session starts that nobody has asked for');
        void this.#start.take(report);
      },
      // What it said last is read before this; a process that is merely stopped does not close it.
      onClose: (error) => listener.onGone(error?.message ?? 'its process has ended'),
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(order: Order, secrets: readonly Uint8Array[] = []): void {
    if (order.type !== 'start' && order.type !== 'greet') return this.#channel.send(order, secrets);
    this.#start = new SessionStart(order, this.#launcher, this.#places, (next) =>
      this.#channel.send(next),
    );
    this.#channel.send(this.#start.order);
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
