import type { Account } from '../../../native/process/index.ts';

export interface Launch {
  readonly session: string;
  readonly account: Account;
  /** Whether the account's home exists. */
  readonly hasHome: boolean;
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

type Command = readonly string[];

/** What a session's wrpam is to do; wrsessd has made the folders. */
export interface Plan {
  readonly command: Command;
  /** Of all commands here. */
  readonly environment: Readonly<Record<string, string>>;
  /** What wrcomp's command reads as its standard input. */
  readonly input: string;
  /** File for what wrcomp says; without it it goes where wrpam's own words go. */
  readonly log?: string;
  /** FIFO that takes wrcomp's readiness line; without it the command's descriptor 3 does. */
  readonly ready?: string;
  /** Where to read more of a failure. */
  readonly saidIn: string;
  readonly readyTimeoutMs: number;
  readonly endTimeoutMs: number;
  /** How wrcomp is ended; none: by SIGTERM, and SIGKILL after endTimeoutMs. */
  readonly stop: readonly Command[];
  /** What is to be removed, or killed, when it has ended. */
  readonly link: string;
  readonly runtime: string;
  readonly socket: string;
  readonly cgroup?: string;
  /** All processes below wrpam end with the session. */
  readonly descendants: boolean;
}

export interface Serving {
  /** wrcomp's process, or the one that started it. */
  readonly pid: number;
  /** Where wrcomp takes the broker; the broker's user may connect. */
  readonly socket: string;
  /** Commands for when it has ended. */
  readonly after: readonly Command[];
}

/** How wrcomp is started as a user, and its processes kept together. Runs in wrsessd; wrpam does it. */
export interface Launcher {
  /** Who opens the PAM session: wrpam before the launch, or the launcher by itself. */
  readonly pamSession: 'ours' | 'its own';
  /** Makes what the session needs. Rejects with an error for the administrator; nothing of it is left then. */
  prepare(launch: Launch): Promise<Plan>;
  /** When wrcomp has said that it serves. @param pid of the plan's command */
  serving(launch: Launch, pid: number): Promise<Serving>;
  /** Removes what is left of a session whose process was killed. Does nothing where nothing is left. */
  sweep(session: string): Promise<void>;
}

/** A session that does not start; the message is for the administrator. */
export class LaunchError extends Error {
  override name = 'LaunchError';
}
