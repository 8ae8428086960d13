import type { LogLevel } from '../../../protocol/node/log.ts';
import type { ShutdownCommands } from '../host.ts';
import type { CgroupLimits } from '../launch/cgroup.ts';

/** What wrsessd goes by, from its file and its command line; does not change while it runs. */
export interface SessdConfig {
  readonly socket: string;
  readonly runDir: string;
  readonly logDir: string;
  readonly brokerUser: string;
  readonly logLevel: LogLevel;
  readonly launcher: 'systemd' | 'direct';
  /** Shell command; null: what session.toml says. */
  readonly exec: string | null;
  readonly systemConfig: string;
  readonly limits: CgroupLimits;
  readonly minUid: number;
  readonly maxLogins: number;
  /** Null: where libpam looks. */
  readonly pamConfdir: string | null;
  readonly greeterUser: string;
  readonly maxGreeters: number;
  readonly shutdown: ShutdownCommands;
}

export const DEFAULT_CONFIG_FILE = '/etc/wayray/wrsessd.toml';
export const DEFAULT_CONFIG: SessdConfig = {
  socket: '/run/wayray/wrsessd.sock',
  runDir: '/run/wayray/sessd',
  logDir: '/var/log/wayray',
  brokerUser: 'wayray',
  logLevel: 'info',
  launcher: 'systemd',
  exec: null,
  systemConfig: '/etc/wayray',
  limits: {},
  minUid: 1000,
  maxLogins: 64,
  pamConfdir: null,
  greeterUser: 'wayray-greeter',
  maxGreeters: 64,
  shutdown: {},
};
