import { closeSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { openBoundedLog } from '../../../protocol/node/bounded-file.ts';
import { type Places, sessionLog } from '../places.ts';
import { type CgroupLimits, openCgroups, SessionCgroup } from './cgroup.ts';
import { exportLines, sessionEnvironment } from './environment.ts';
import { type Launch, LaunchError, type Launcher, type Plan, type Serving } from './launcher.ts';
import { killMarked } from './marked.ts';
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

/** Without systemd: a cgroup where we may make one, setpriv, and our own folders. */
export class DirectLauncher implements Launcher {
  readonly pamSession = 'ours';
  readonly #options: DirectOptions;
  readonly #cgroups: string | null;

  constructor(options: DirectOptions) {
    this.#options = options;
    this.#cgroups = options.cgroups === undefined ? this.#found() : options.cgroups;
  }

  async prepare(launch: Launch): Promise<Plan> {
    const folders = new SessionFolders(this.#options.places, launch.session);
    const cgroup = this.#cgroup(launch.session);
    try {
      folders.makeLink(launch.account);
      return this.#plan(launch, folders, cgroup);
    } catch (error) {
      await cgroup?.remove();
      await folders.remove();
      throw error;
    }
  }

  serving({ session, account }: Launch, pid: number): Promise<Serving> {
    const folders = new SessionFolders(this.#options.places, session);
    folders.handOver(account, this.#options.brokerUid);
    return Promise.resolve({ pid, socket: folders.socket, after: [] });
  }

  async sweep(session: string): Promise<void> {
    const folders = new SessionFolders(this.#options.places, session);
    killMarked(folders.socket);
    if (this.#cgroups !== null) await new SessionCgroup(this.#cgroups, session).remove();
    await folders.remove();
  }

  #plan(launch: Launch, folders: SessionFolders, cgroup: SessionCgroup | null): Plan {
    const { account } = launch;
    const { places, readyTimeoutMs, endTimeoutMs } = this.#options;
    const provided = launch.greeter ? undefined : launch.pamEnvironment['XDG_RUNTIME_DIR'];
    const runtime = provided ?? folders.makeRuntime(account);
    const log = sessionLog(places, launch);
    startLog(log);
    const ids = ['--reuid', `${account.uid}`, '--regid', `${account.gid}`, '--keep-groups'];
    const command = ['setpriv', ...ids, '--inh-caps=-all', '--', '/bin/sh', '-c', ENTER, 'sh'];
    command.push(...compositorCommand(launch, folders.socket, this.#options));
    return {
      command: cgroup ? ['/bin/sh', '-c', JOIN, cgroup.path, ...command] : command,
      environment: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      input: exportLines(sessionEnvironment(launch, runtime)),
      ...{ log, saidIn: log, readyTimeoutMs, endTimeoutMs, stop: [] },
      ...folders.paths,
      ...(cgroup ? { cgroup: cgroup.path } : {}),
      descendants: cgroup === null,
    };
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
}

/** wrpam adds to it. */
function startLog(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openBoundedLog(path, MAX_LOG_BYTES));
}
