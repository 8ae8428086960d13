import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Connector, parseEdid } from '../../native/drm/index.ts';
import type { Logger } from '../../protocol/node/log.ts';

const MAX_MONITORS = 64;
const MAX_KEY = 64;

/**
 * The order in which a terminal's monitors stand from left to right: the one in which they were seen first, whatever
 * sockets they are plugged into later. A monitor is known by its EDID.
 */
export class MonitorMemory {
  readonly #file: string | null;
  readonly #log: Logger;
  #known: readonly string[];

  /** @param file where it is kept; null: nowhere. One that cannot be read counts for nothing */
  constructor(file: string | null, log: Logger) {
    this.#file = file;
    this.#log = log;
    this.#known = file === null ? [] : read(file);
  }

  /** Those that are known in their order, the others behind them as they are given. */
  order<T extends { readonly connector: Connector }>(monitors: readonly T[]): T[] {
    const keys = new Map(monitors.map((monitor) => [monitor, keyOf(monitor, monitors)]));
    const place = (monitor: T): number => {
      const at = this.#known.indexOf(keys.get(monitor) ?? '');
      return at < 0 ? this.#known.length : at;
    };
    const ordered = monitors.toSorted((a, b) => place(a) - place(b));
    this.#learn(ordered.flatMap((monitor) => keys.get(monitor) ?? []));
    return ordered;
  }

  #learn(seen: readonly string[]): void {
    const fresh = seen.filter((key) => !this.#known.includes(key));
    if (fresh.length === 0) return;
    const now = new Set(seen);
    const tooMany = Math.max(0, this.#known.length + fresh.length - MAX_MONITORS);
    const gone = this.#known.filter((key) => !now.has(key)).slice(0, tooMany);
    this.#known = [...this.#known.filter((key) => !gone.includes(key)), ...fresh];
    this.#write();
  }

  #write(): void {
    if (this.#file === null) return;
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      writeFileSync(`${this.#file}.new`, `${JSON.stringify(this.#known, null, 2)}\n`, {
        mode: 0o600,
        flush: true,
      });
      renameSync(`${this.#file}.new`, this.#file);
    } catch (err) {
      this.#log.warn({ err }, 'where the monitors stand is not remembered');
    }
  }
}

/** Two that say the same of themselves, or nothing, are told apart by their sockets. */
function keyOf(
  monitor: { readonly connector: Connector },
  all: readonly { readonly connector: Connector }[],
): string {
  const own = said(monitor.connector);
  const alike = all.filter(({ connector }) => said(connector) === own);
  return own === '' || alike.length > 1 ? `${own}@${monitor.connector.name}` : own;
}

function said({ edid }: Connector): string {
  const parsed = parseEdid(edid);
  if (!parsed) return '';
  const { maker, product, serial, serialText } = parsed;
  return [maker, product.toString(16), serial, serialText].join(' ').slice(0, MAX_KEY);
}

function read(file: string): string[] {
  try {
    const known: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!Array.isArray(known)) return [];
    return known.filter((key) => typeof key === 'string').slice(0, MAX_MONITORS);
  } catch {
    return [];
  }
}
