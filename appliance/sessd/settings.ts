import type { CgroupLimits } from './launch/cgroup.ts';
import { DirectLauncher } from './launch/direct.ts';
import type { Launcher } from './launch/launcher.ts';
import { SystemdLauncher } from './launch/systemd.ts';
import type { Places } from './places.ts';

/** What sessions are started by. */
export interface SessionSettings {
  readonly places: Places;
  readonly launcher: 'systemd' | 'direct';
  readonly brokerUid: number;
  readonly exec: string | null;
  readonly systemConfig: string;
  readonly limits: CgroupLimits;
  readonly pamService: string;
  readonly readyTimeoutMs: number;
  readonly endTimeoutMs: number;
  /** For tests: stand-ins for wrcomp and the login program, and doing without cgroups. */
  readonly program?: string;
  readonly greeterProgram?: string;
  readonly withoutCgroups?: boolean;
}

/** @throws LaunchError where the launcher cannot work */
export function openLauncher(settings: SessionSettings, warn: (message: string) => void): Launcher {
  const { launcher, withoutCgroups, ...rest } = settings;
  if (launcher === 'systemd') return new SystemdLauncher({ ...rest, warn });
  return new DirectLauncher({ ...rest, warn, ...(withoutCgroups ? { cgroups: null } : {}) });
}
