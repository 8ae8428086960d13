import { randomBytes } from 'node:crypto';
import type { SessionRecord } from '../../../appliance/registry/records.ts';
import type { Registry } from '../../../appliance/registry/registry.ts';
import { openMemoryRegistry, openRegistry } from '../../../appliance/registry/sqlite-registry.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

export const KINDS = ['file', 'memory'] as const;

export interface Opened {
  readonly registry: Registry;
  /** The registry's clock: tests move it. */
  readonly clock: { nowMs: number };
  [Symbol.dispose](): void;
}

/** A new registry of either kind, which goes with the test. */
export function open(kind: (typeof KINDS)[number], limits = {}): Opened {
  const clock = { nowMs: 1_700_000_000_000 };
  const options = { limits, now: () => clock.nowMs };
  const folder = scratchFolder();
  const registry =
    kind === 'file' ? openRegistry(folder.path, options) : openMemoryRegistry(options);
  return {
    registry,
    clock,
    [Symbol.dispose]() {
      registry[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

export const session = (changes: Partial<SessionRecord> = {}): SessionRecord => ({
  id: 's1',
  revision: 0,
  user: 'ann',
  exclusive: true,
  state: 'suspended',
  terminal: null,
  token: null,
  lock: 'none',
  attachments: 0,
  createdAtMs: 1,
  shownAtMs: null,
  details: {},
  ...changes,
});

export const fingerprint = (): string => randomBytes(32).toString('hex');
