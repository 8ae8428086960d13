import { statSync } from 'node:fs';
import { findKey, type KeyRecord } from './key.ts';
import { readKeys } from './key-file.ts';

/** The keys in a file as it is now: what `wradm key` changes holds from the next request on. */
export class KnownKeys {
  readonly #path: string;
  #keys: readonly KeyRecord[] = [];
  #version = '';

  /** @throws ConfigError */
  constructor(path: string) {
    this.#path = path;
    this.#refresh();
  }

  /** @throws ConfigError when the file cannot be used any more: then nobody is let in */
  find(key: string): KeyRecord | null {
    this.#refresh();
    return findKey(this.#keys, key);
  }

  #refresh(): void {
    const version = versionOf(this.#path);
    if (version === this.#version) return;
    this.#keys = readKeys(this.#path);
    this.#version = version;
  }
}

function versionOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stat ? `${stat.ino} ${stat.mtimeNs} ${stat.size} ${stat.mode}` : '';
}
