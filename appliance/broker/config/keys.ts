import { ConfigError } from '../../../protocol/errors.ts';
import { type Check, KeyError } from '../../../protocol/node/toml-checks.ts';
import type { ConfigFiles } from './files.ts';

/** Takes keys out of files; in the end, what nobody took is an error: it may be mistyped. */
export class Keys {
  readonly #files: ConfigFiles;
  readonly #known = new Set<string>();

  constructor(files: ConfigFiles) {
    this.#files = files;
  }

  /** @throws ConfigError naming file, key and what was expected */
  take<T>(key: string, check: Check<T>, fallback: T): T {
    this.#known.add(key);
    const entry = this.#files.entries.get(key);
    if (!entry) return fallback;
    try {
      return check(entry.value, key);
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      throw new ConfigError(`${entry.file}: ${error.message}`, { cause: error });
    }
  }

  /** The file to blame for a key, for what only shows when several keys are put together. */
  fileOf(key: string): string {
    return this.#files.entries.get(key)?.file ?? this.#files.main;
  }

  /** @throws ConfigError */
  end(): void {
    for (const [key, { file }] of this.#files.entries) {
      if (this.#known.has(key)) continue;
      const near = this.#siblingsOf(key).join(', ');
      throw new ConfigError(`${file}: ${key}: there is no such key; expected one of ${near}`);
    }
  }

  #siblingsOf(key: string): string[] {
    const dot = key.lastIndexOf('.');
    const prefix = key.slice(0, dot + 1);
    const there = [...this.#known].filter(
      (known) => known.startsWith(prefix) && !known.slice(prefix.length).includes('.'),
    );
    return there.length > 0 ? there : [...this.#known];
  }
}
