import { closeSync, openSync, writeSync } from 'node:fs';
import { EXIT, ExitError } from '../../protocol/node/cli.ts';
import type { ArrivedFrame } from '../connection/attachment.ts';

const ENCODINGS = ['solid', 'copy', 'pixels', 'delta', 'tinted'] as const;
const REGION_STRIDE = 7;

/**
 * One JSON line per presented frame: `sequence` of the frame, `inputSequence` that it reflects, `bytes` of its unit,
 * `regions` by encoding, `receivedNs` and `presentedNs` of CLOCK_MONOTONIC.
 */
export class FrameStats {
  readonly #fd: number;

  /** @throws ExitError when the file cannot be written */
  constructor(file: string) {
    try {
      this.#fd = openSync(file, 'w', 0o600);
    } catch (cause) {
      throw new ExitError(`--stats ${file}: ${(cause as Error).message}`, EXIT.failed, { cause });
    }
  }

  frame({ header, bytes, receivedUs }: ArrivedFrame, presentedNs: number): void {
    const regions: Record<string, number> = {};
    for (let i = 0; i < header.regions.length; i += REGION_STRIDE) {
      const name = ENCODINGS[header.regions[i] as number] ?? 'unknown';
      regions[name] = (regions[name] ?? 0) + 1;
    }
    const { frame: sequence, inputSequence } = header;
    const receivedNs = receivedUs * 1000;
    writeSync(
      this.#fd,
      `${JSON.stringify({ sequence, inputSequence, bytes, regions, receivedNs, presentedNs })}\n`,
    );
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
