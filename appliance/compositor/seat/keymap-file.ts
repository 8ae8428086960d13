import { closeSync } from 'node:fs';

/**
 * Makes a sealed memory file of `bytes`. The descriptor must be read-only: clients below wl_seat 7 map a keymap
 * MAP_SHARED, which a write seal forbids on one that was opened for writing.
 */
export type SealedFileMaker = (name: string, bytes: Uint8Array) => number;

/** A keymap as clients map it: one file for all of them. */
export class KeymapFile {
  readonly fd: number;
  /** Bytes, the terminating NUL included. */
  readonly size: number;

  constructor(text: string, createSealedFile: SealedFileMaker) {
    const bytes = Buffer.from(`${text}\0`, 'utf8');
    this.fd = createSealedFile('wayray-keymap', bytes);
    this.size = bytes.byteLength;
  }

  [Symbol.dispose](): void {
    closeSync(this.fd);
  }
}
