import {
  closeSync,
  fchmodSync,
  fstatSync,
  openSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';

/** Opens a log for adding to it, 0600; one that is over `maxBytes` becomes `PATH.1`. @throws the system's error */
export function openBoundedLog(path: string, maxBytes: number): number {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > maxBytes)
    renameSync(path, `${path}.1`);
  const fd = openSync(path, 'a', 0o600);
  fchmodSync(fd, 0o600);
  return fd;
}

/** A log of at most `maxBytes`, with at most as much before it in `PATH.1`. */
export class BoundedFile {
  readonly #path: string;
  readonly #maxBytes: number;
  #fd: number;
  #bytes: number;

  /** @throws the system's error */
  constructor(path: string, maxBytes: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#fd = openBoundedLog(path, maxBytes);
    this.#bytes = fstatSync(this.#fd).size;
  }

  /** What a full disk does not take is lost. */
  add(chunk: Uint8Array): void {
    try {
      if (this.#bytes > 0 && this.#bytes + chunk.length > this.#maxBytes) this.#turn();
      this.#bytes += writeSync(this.#fd, chunk);
    } catch {
      // There is nobody to tell that could make room.
    }
  }

  #turn(): void {
    renameSync(this.#path, `${this.#path}.1`);
    const before = this.#fd;
    this.#fd = openBoundedLog(this.#path, this.#maxBytes);
    this.#bytes = 0;
    closeSync(before);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
