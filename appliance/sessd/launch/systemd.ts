import { execFile } from 'node:child_process';
import { chownSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from '../../../native/process/index.ts';
import type { Places } from '../places.ts';
import type { CgroupLimits } from './cgroup.ts';
import { greeterVariables } from './environment.ts';
import { type Launch, LaunchError, type Launcher, type Plan, type Serving } from './launcher.ts';
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

/** A transient service per session, which outlives wrsessd and its processes. */
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

  async prepare(launch: Launch): Promise<Plan> {
    const { account, session } = launch;
    const folders = new SessionFolders(this.#options.places, session);
    try {
      const fifo = await makeFifo(folders.makeLink(account), account);
      return this.#plan(launch, folders, fifo);
    } catch (error) {
      await this.sweep(session);
      throw error;
    }
  }

  async serving({ session, account }: Launch, pid: number): Promise<Serving> {
    const folders = new SessionFolders(this.#options.places, session);
    folders.handOver(account, this.#options.brokerUid);
    const { stdout } = await systemctl('show', '--property=MainPID', '--value', unitName(session));
    const scope = await this.#limitedScope(Number(stdout));
    const after = scope === null ? [] : [['systemctl', '--quiet', 'stop', scope]];
    return { pid: Number(stdout) || pid, socket: folders.socket, after };
  }

  async sweep(session: string): Promise<void> {
    const unit = unitName(session);
    // Both say no when there is no such unit.
    await systemctl('kill', '--signal=SIGKILL', unit).catch(() => {});
    await systemctl('stop', unit).catch(() => {});
    await new SessionFolders(this.#options.places, session).remove();
  }

  #plan(launch: Launch, folders: SessionFolders, ready: string): Plan {
    const { readyTimeoutMs, endTimeoutMs } = this.#options;
    const unit = unitName(launch.session);
    return {
      command: ['systemd-run', ...this.#arguments(launch, folders, ready)],
      // Given by name alone in the arguments.
      environment: {
        ...ownVariables(),
        ...(launch.greeter ? greeterVariables(launch.greeter) : {}),
      },
      input: '',
      ...{ ready, saidIn: `journalctl -u ${unit}`, readyTimeoutMs, endTimeoutMs },
      stop: [['systemctl', '--quiet', 'stop', unit]],
      ...folders.paths,
      descendants: false,
    };
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

function ownVariables(): Record<string, string> {
  const { PATH = '/usr/sbin:/usr/bin:/sbin:/bin', LANG } = process.env;
  return { PATH, ...(LANG === undefined ? {} : { LANG }) };
}
