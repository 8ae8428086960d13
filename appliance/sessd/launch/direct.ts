import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { openBoundedLog } from '../../../protocol/node/bounded-file.ts';
import { type Places, sessionLog } from '../places.ts';
import { type CgroupLimits, openCgroups, SessionCgroup } from './cgroup.ts';
import { killDescendants, killMarked } from './descendants.ts';
import { exportLines, sessionEnvironment } from './environment.ts';
import { type Launch, LaunchError, type Launched, type Launcher } from './launcher.ts';
import { wrcompReady } from './readiness.ts';
import { SessionFolders } from './session-folders.ts';
import { type CompositorSettings, compositorCommand } from './wrcomp-command.ts';

export interface DirectOptions extends CompositorSettings {
  readonly places: Places;
  readonly brokerUid: number;
  readonly limits: CgroupLimits;
  /** null: none, sessions are held together by their process tree alone. */
  readonly cgroups?: string | null;
  readonly readyTimeoutMs: number;
  /** How long wrcomp may take to end by itself. */
  readonly endTimeoutMs: number;
  readonly warn: (message: string) => void;
}

/** A log that is longer at the start of a session is put aside. */
const MAX_LOG_BYTES = 4 << 20;
/** Joins the cgroup, then is what follows. */
const JOIN = 'echo $$ >"$0"/cgroup.procs && exec "$@"';
/**
 * Runs as the user. The environment comes through standard input: given to setpriv, which is root, a user's LD_PRELOAD
 * would run as root; given as arguments, everybody could read it.
 */
const ENTER = 'eval "$(cat)"; exec </dev/null; cd "$HOME" 2>/dev/null || cd /; exec "$@"';

/** Without systemd: a cgroup where we may make one, setpriv, and our own folders. Runs in the session's wrpam. */
export class DirectLauncher implements Launcher {
  readonly pamSession = 'ours';
  readonly #options: DirectOptions;
  readonly #cgroups: string | null;

  constructor(options: DirectOptions) {
    this.#options = options;
    this.#cgroups = options.cgroups === undefined ? this.#found() : options.cgroups;
  }

  async launch(launch: Launch): Promise<Launched> {
    const folders = new SessionFolders(this.#options.places, launch.session);
    const cgroup = this.#cgroup(launch.session);
    try {
      folders.makeLink(launch.account);
      const child = this.#spawn(launch, folders, cgroup);
      const gone = endOf(child);
      const ended = gone.then(async (reason) => {
        await this.#clear(launch, cgroup, folders);
        return reason;
      });
      // Whoever awaits the start hears of it; until then nobody listens.
      ended.catch(() => {});
      return await this.#serving(launch, folders, child, gone, ended);
    } catch (error) {
      await this.#clear(launch, cgroup, folders);
      throw error;
    }
  }

  async sweep(session: string): Promise<void> {
    const folders = new SessionFolders(this.#options.places, session);
    killMarked(folders.socket);
    if (this.#cgroups !== null) await new SessionCgroup(this.#cgroups, session).remove();
    await folders.remove();
  }

  async #serving(
    launch: Launch,
    folders: SessionFolders,
    child: ChildProcess,
    gone: Promise<string>,
    ended: Promise<string>,
  ): Promise<Launched> {
    const { places, brokerUid, readyTimeoutMs, endTimeoutMs } = this.#options;
    const log = sessionLog(places, launch);
    try {
      await wrcompReady(child.stdio[3] as Readable, gone, readyTimeoutMs, log);
      folders.handOver(launch.account, brokerUid);
    } catch (error) {
      child.kill('SIGKILL');
      await ended.catch(() => {});
      throw error;
    }
    const end = async (): Promise<void> => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), endTimeoutMs);
      await ended.finally(() => clearTimeout(timer));
    };
    return { pid: child.pid as number, socket: folders.socket, ended, end };
  }

  #spawn(launch: Launch, folders: SessionFolders, cgroup: SessionCgroup | null): ChildProcess {
    const provided = launch.greeter ? undefined : launch.pamEnvironment['XDG_RUNTIME_DIR'];
    const runtime = provided ?? folders.makeRuntime(launch.account);
    const log = openLog(sessionLog(this.#options.places, launch));
    const { account } = launch;
    const ids = ['--reuid', `${account.uid}`, '--regid', `${account.gid}`, '--keep-groups'];
    const command = ['setpriv', ...ids, '--inh-caps=-all', '--', '/bin/sh', '-c', ENTER, 'sh'];
    command.push(...compositorCommand(launch, folders.socket, this.#options));
    const joined = cgroup ? ['/bin/sh', '-c', JOIN, cgroup.path, ...command] : command;
    const [program = '', ...args] = joined;
    const child = spawn(program, args, {
      cwd: '/',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      stdio: ['pipe', log, log, 'pipe'],
      detached: true,
    });
    closeSync(log);
    const input = child.stdin as Writable;
    // It may have ended already; that it has is told by its end.
    input.on('error', () => {});
    input.end(exportLines(sessionEnvironment(launch, runtime)));
    return child;
  }

  #cgroup(session: string): SessionCgroup | null {
    if (this.#cgroups === null) return null;
    const cgroup = new SessionCgroup(this.#cgroups, session);
    if (cgroup.exists) throw new LaunchError(`session ${session} has processes already`);
    const refused = cgroup.create(this.#options.limits);
    if (refused.length > 0) this.#options.warn(`limits not enforced here: ${refused.join(', ')}`);
    return cgroup;
  }

  #found(): string | null {
    const found = openCgroups();
    if (found.folder === null)
      this.#options.warn(`no cgroups (${found.reason}): a session's processes can outlive it`);
    return found.folder;
  }

  async #clear(
    { session, account }: Launch,
    cgroup: SessionCgroup | null,
    folders: SessionFolders,
  ): Promise<void> {
    await folders.endApplications(account);
    if (cgroup) await cgroup.remove();
    else await killDescendants(process.pid);
    await folders.remove().catch((error: Error) => {
      this.#options.warn(`session ${session}: a folder stays: ${error.message}`);
    });
  }
}

function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return openBoundedLog(path, MAX_LOG_BYTES);
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (status, signal) =>
      resolve(status === 0 ? 'ended' : (signal ?? `status ${status}`)),
    );
  });
}
