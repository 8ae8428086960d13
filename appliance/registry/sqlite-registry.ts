import { join } from 'node:path';
import { EnrolmentTable } from './enrolments.ts';
import { EventTable } from './events.ts';
import { findKeys, type KeyStore, keysInMemory } from './key-store.ts';
import { DEFAULT_LIMITS, type RegistryLimits } from './records.ts';
import type { Registry } from './registry.ts';
import { SessionTable } from './sessions.ts';
import { TerminalTable } from './terminals.ts';
import { TokenTable } from './tokens.ts';
import { Vault } from './vault.ts';

export interface RegistryOptions {
  readonly limits?: Partial<RegistryLimits>;
  /** The wall clock in milliseconds. */
  readonly now?: () => number;
  /** How long to wait for another process that writes; 2 s if absent. */
  readonly busyMs?: number;
}

/**
 * Opens the registry in a folder that exists and is private, or makes a new one: `registry.db` and, unless systemd
 * gives them, its keys `registry.keys`.
 * @param credentialsDirectory $CREDENTIALS_DIRECTORY
 * @throws RegistryError naming the file
 */
export function openRegistry(
  folder: string,
  options: RegistryOptions & { readonly credentialsDirectory?: string | undefined } = {},
): Registry {
  const keys = findKeys(join(folder, 'registry.keys'), options.credentialsDirectory);
  return openFile(join(folder, 'registry.db'), keys, options);
}

/** A registry that goes with the process. */
export function openMemoryRegistry(options: RegistryOptions = {}): Registry {
  return openFile(':memory:', keysInMemory(), options);
}

function openFile(file: string, keys: KeyStore, options: RegistryOptions): Registry {
  const { busyMs, now = Date.now } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const vault = Vault.open(file, keys, busyMs === undefined ? {} : { busyMs });
  const events = new EventTable(vault, limits, now);
  const terminals = new TerminalTable(vault, limits, now);
  return {
    events,
    terminals,
    sessions: new SessionTable(vault, events, limits),
    tokens: new TokenTable(vault, limits, now),
    enrolments: new EnrolmentTable(vault, terminals, limits, now),
    rotateKeys: () => vault.rotate(),
    [Symbol.dispose]: () => vault.db[Symbol.dispose](),
  };
}
