import type { Account } from '../../../native/process/index.ts';

export interface Launch {
  readonly session: string;
  readonly account: Account;
  /** What PAM modules want in the environment. */
  readonly pamEnvironment: Readonly<Record<string, string>>;
  readonly size: { readonly width: number; readonly height: number };
  /** Which of the sessions that the administrator has made; none: as session.toml says. */
  readonly choice?: string;
  /** For a session in which people log in. */
  readonly greeter?: GreeterLaunch;
}

export interface GreeterLaunch {
  /** Unix socket on which the broker takes the login program. */
  readonly channel: string;
  /** Null: no PAM session. */
  readonly pamService: string | null;
}

export interface Launched {
  /** wrcomp's process, or the one that started it. */
  readonly pid: number;
  /** Where wrcomp takes the broker; the broker's user may connect. */
  readonly socket: string;
  /** Resolves with a reason when nothing of the session runs any more and its folders are gone. */
  readonly ended: Promise<string>;
  /** Asks wrcomp to end, then kills what is left. Resolves with `ended`. */
  end(): Promise<void>;
}

/** Starts wrcomp as a user, and keeps its processes together. */
export interface Launcher {
  /** Who opens the PAM session: we before the launch, or the launcher by itself. */
  readonly pamSession: 'ours' | 'its own';
  /** Rejects with LaunchError when wrcomp does not serve; nothing of it is left then. */
  launch(launch: Launch): Promise<Launched>;
  /** Removes what is left of a session whose process was killed. Does nothing where nothing is left. */
  sweep(session: string): Promise<void>;
}

/** A session that does not start; the message is for the administrator. */
export class LaunchError extends Error {
  override name = 'LaunchError';
}
