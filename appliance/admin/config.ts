import type { HostPort } from '../broker/options.ts';

export interface AdminConfig {
  /** Path of the Unix socket; null for none. */
  readonly socket: string | null;
  /** https; null for none. */
  readonly listen: HostPort | null;
  /** Hashes of the keys that are let in over https. */
  readonly keyFile: string;
  /** Members of this group may use the socket. */
  readonly group: string;
}

export const DEFAULT_ADMIN_CONFIG: AdminConfig = {
  socket: '/run/wayray/wrsrvd/admin.sock',
  listen: null,
  keyFile: '/var/lib/wayray/admin-keys.json',
  group: 'wayray-admin',
};
