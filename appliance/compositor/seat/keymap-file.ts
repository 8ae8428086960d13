import { closeSync, openSync } from 'node:fs';

/** Makes a sealed memory file of `bytes`; see createSealedFile of native/wayland. */
export type SealedFileMaker = (name: string, bytes: Uint8Array) => number;

/** A keymap as clients map it: one file for all of them. */
export class KeymapFile {
  readonly fd: number;
  /** Bytes, the terminating NUL included. */
  readonly size: number;

  constructor(text: string, createSealedFile: SealedFileMaker) {
    const bytes = Buffer.from(`${text}\0`, 'utf8');
    const writable = createSealedFile('wayray-keymap', bytes);
    try {
      // clients below wl_seat 7 map it MAP_SHARED, which a write seal forbids on a descriptor that was opened for writing
      this.fd = openSync(`/proc/self/fd/${writable}`, 'r');
    } finally {
      closeSync(writable);
    }
    this.size = bytes.byteLength;
  }

  [Symbol.dispose](): void {
    closeSync(this.fd);
  }
}
