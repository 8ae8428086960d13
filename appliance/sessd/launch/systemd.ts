import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chownSync, constants, existsSync, openSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from '../../../native/process/index.ts';
import type { Places } from '../places.ts';
import type { CgroupLimits } from './cgroup.ts';
import { greeterVariables } from './environment.ts';
import { type Launch, LaunchError, type Launched, type Launcher } from './launcher.ts';
import { wrcompReady } from './readiness.ts';
import { SessionFolders } from './session-folders.ts';
import { limitProperties, systemdRunArguments, unitName } from './systemd-request.ts';
import { type CompositorSettings, compositorCommand } from './wrcomp-command.ts';

const run = promisify(execFile);
const CALL_TIMEOUT_MS = 30_000;

export interface SystemdOptions extends CompositorSettings {
  readonly places: Places;
  readonly brokerUid: number;
  readonly limits: CgroupLimits;
  readonly pamService: string;
  readonly readyTimeoutMs: number;
  readonly endTimeoutMs: number;
  readonly warn: (message: string) => void;
  /** What is there when systemd is the init system, as sd_booted(3) asks. */
  readonly booted?: string;
}

/** A transient service per session, which outlives wrsessd and its processes. Runs in the session's wrpam. */
export class SystemdLauncher implements Launcher {
  readonly pamSession = 'its own';
  readonly #options: SystemdOptions;

  /** @throws LaunchError where systemd is not the init system */
  constructor(options: SystemdOptions) {
    const { booted = '/run/systemd/system' } = options;
    if (!existsSync(booted))
      throw new LaunchError(`no systemd runs here (${booted} is missing); use --launcher direct`);
    this.#options = options;
  }

  async launch(launch: Launch): Promise<Launched> {
    const folders = new SessionFolders(this.#options.places, launch.session);
    try {
      const fifo = await makeFifo(folders.makeLink(launch.account), launch.account);
      return await this.#started(launch, folders, fifo);
    } catch (error) {
      await this.sweep(launch.session);
      throw error;
    }
  }

  async sweep(session: string): Promise<void> {
    const unit = unitName(session);
    // Both say no when there is no such unit.
    await systemctl('kill', '--signal=SIGKILL', unit).catch(() => {});
    await systemctl('stop', unit).catch(() => {});
    await new SessionFolders(this.#options.places, session).remove();
  }

  async #started(launch: Launch, folders: SessionFolders, fifo: string): Promise<Launched> {
    const { brokerUid, readyTimeoutMs } = this.#options;
    // For reading and writing, as otherwise it would be at its end before wrcomp has opened it.
    const pipe = new Socket({
      fd: openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK),
      writable: false,
    });
    const child = spawn('systemd-run', this.#arguments(launch, folders, fifo), {
      // Given by name alone in the arguments.
      env: { ...process.env, ...(launch.greeter ? greeterVariables(launch.greeter) : {}) },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const gone = endOf(child);
    const unit = unitName(launch.session);
    await wrcompReady(pipe, gone, readyTimeoutMs, `journalctl -u ${unit}`);
    folders.handOver(launch.account, brokerUid);
    const { stdout } = await systemctl('show', '--property=MainPID', '--value', unit);
    const scope = await this.#limitedScope(Number(stdout));
    const ended = gone.then(async (reason) => {
      await folders.endApplications(launch.account);
      if (scope !== null) await systemctl('stop', scope).catch(() => {});
      await folders.remove();
      return reason;
    });
    ended.catch(() => {});
    const end = async (): Promise<void> => {
      await systemctl('stop', unit);
      await ended;
    };
    return { pid: Number(stdout) || (child.pid as number), socket: folders.socket, ended, end };
  }

  /**
   * pam_systemd moves wrcomp out of its unit into a scope of logind's, where the unit's limits and its end do not reach
   * and what is left running stays.
   */
  async #limitedScope(pid: number): Promise<string | null> {
    const scope = sessionScope(pid);
    const limits = Object.entries(limitProperties(this.#options.limits));
    if (scope === null || limits.length === 0) return scope;
    const properties = limits.map(([name, value]) => `${name}=${value}`);
    await systemctl('set-property', '--runtime', scope, ...properties).catch((error: Error) => {
      this.#options.warn(`limits not enforced on ${scope}: ${error.message}`);
    });
    return scope;
  }

  #arguments(launch: Launch, folders: SessionFolders, readyFifo: string): string[] {
    const { limits, endTimeoutMs: stopTimeoutMs } = this.#options;
    const { greeter, account } = launch;
    const pamService = greeter ? greeter.pamService : this.#options.pamService;
    const compositor = compositorCommand(launch, folders.socket, this.#options);
    // The command's own variable wins over what pam_systemd says.
    const command = greeter
      ? ['/usr/bin/env', `XDG_RUNTIME_DIR=${folders.makeRuntime(account)}`, ...compositor]
      : compositor;
    return systemdRunArguments({ launch, pamService, readyFifo, command, limits, stopTimeoutMs });
  }
}

/** Made while the folder is root's: the user cannot put a link in its place. */
async function makeFifo(folder: string, account: Account): Promise<string> {
  const fifo = join(folder, 'ready');
  chownSync(folder, 0, 0);
  await run('mkfifo', ['-m', '0600', '--', fifo], { timeout: CALL_TIMEOUT_MS });
  chownSync(fifo, account.uid, account.gid);
  chownSync(dirname(fifo), account.uid, account.gid);
  return fifo;
}

function sessionScope(pid: number): string | null {
  try {
    const groups = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
    return /\/(session-[A-Za-z0-9]+\.scope)$/m.exec(groups)?.[1] ?? null;
  } catch {
    return null;
  }
}

function systemctl(...args: string[]): Promise<{ stdout: string }> {
  return run('systemctl', ['--quiet', ...args], { timeout: CALL_TIMEOUT_MS });
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`systemd-run: ${error.message}`));
    child.once('exit', (status, signal) =>
      resolve(status === 0 ? 'ended' : (signal ?? `status ${status}`)),
    );
  });
}
