import type { CgroupLimits } from './cgroup.ts';
import { greeterVariables, PATH, sessionClass } from './environment.ts';
import type { Launch } from './launcher.ts';

export interface UnitRequest {
  readonly launch: Launch;
  /** PAM service that systemd opens the session with; null: no PAM session. */
  readonly pamService: string | null;
  /** FIFO that takes wrcomp's readiness line. */
  readonly readyFifo: string;
  readonly command: readonly string[];
  readonly limits: CgroupLimits;
  readonly stopTimeoutMs: number;
}

/** cgroup files and the unit properties that stand for them. */
const PROPERTIES: Readonly<Record<string, string>> = {
  'memory.max': 'MemoryMax',
  'memory.high': 'MemoryHigh',
  'pids.max': 'TasksMax',
  'cpu.weight': 'CPUWeight',
  'io.weight': 'IOWeight',
};

/** Limits that a unit can have. */
export const unitLimits: readonly string[] = Object.keys(PROPERTIES);

/** Descriptor 3 cannot be given to a unit: the shell opens it. */
const ENTER = 'exec 3>"$1"; shift; cd "$HOME" 2>/dev/null || cd /; exec "$@"';

export const unitName = (session: string): string => `wayray-session-${session}.service`;

/**
 * The arguments of systemd-run (StartTransientUnit) that start wrcomp as a service of its user. systemd opens the PAM
 * session in the service itself, so that limits, login uid and keyring are the service's. The environment is PAM's;
 * ours is passed by name only, as arguments can be read by everybody.
 */
export function systemdRunArguments(request: UnitRequest): string[] {
  const { launch, limits } = request;
  const properties: Record<string, string> = {
    User: String(launch.account.uid),
    Group: String(launch.account.gid),
    ...(request.pamService === null ? {} : { PAMName: request.pamService }),
    KillMode: 'control-group',
    TimeoutStopSec: `${request.stopTimeoutMs}ms`,
    SyslogIdentifier: 'wrcomp',
    LogExtraFields: `SESSION_ID=${launch.session}`,
    ...limitProperties(limits),
  };
  return [
    // Not `exec`: with a PAM session such a service counts as starting for ever, and is killed for it.
    ...['--quiet', '--collect', '--wait', '--service-type=simple'],
    `--unit=${unitName(launch.session)}`,
    `--description=WayRay session ${launch.session}`,
    ...Object.entries(properties).map(([name, value]) => `--property=${name}=${value}`),
    `--setenv=PATH=${PATH}`,
    '--setenv=XDG_SESSION_TYPE=wayland',
    `--setenv=XDG_SESSION_CLASS=${sessionClass(launch)}`,
    ...(launch.greeter ? Object.keys(greeterVariables(launch.greeter)) : []).map(
      (name) => `--setenv=${name}`,
    ),
    '--',
    ...['/bin/sh', '-c', ENTER, 'sh', request.readyFifo, ...request.command].map(literal),
  ];
}

/** systemd would put variables in the place of $NAME. */
const literal = (word: string): string => word.replaceAll('$', '$$$$');

/** Limits as properties of a unit. @throws TypeError for one that units do not have */
export const limitProperties = (limits: CgroupLimits): Record<string, string> =>
  Object.fromEntries(Object.entries(limits).map(([file, value]) => limit(file, value)));

function limit(file: string, value: string): [string, string] {
  const property = PROPERTIES[file];
  if (property === undefined)
    throw new TypeError(`limit ${file}: systemd units know ${Object.keys(PROPERTIES).join(', ')}`);
  return [property, value === 'max' ? 'infinity' : value];
}
