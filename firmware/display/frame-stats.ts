import { closeSync, openSync, writeSync } from 'node:fs';
import { EXIT, ExitError } from '../../protocol/node/cli.ts';
import type { ArrivedFrame } from '../connection/attachment.ts';
import type { Showing } from '../stage.ts';

const ENCODINGS = ['solid', 'copy', 'pixels', 'delta', 'tinted', 'video'] as const;
const REGION_STRIDE = 7;

/**
 * One JSON line per presented frame: `sequence` of the frame, which counts up for each `output`, `inputSequence` that it reflects, `bytes` of its unit,
 * `regions` by encoding, whether some of the picture is `lossy`, `view` it belongs to, `receivedNs` and `presentedNs` of CLOCK_MONOTONIC. Servers with views also
 * give a line with `type` and `timeNs` for each change of what is shown: `page` {page, code}, `session` and `greeter`
 * {view, sessionId}, `dark`.
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
    const { frame: sequence, output, inputSequence, lossy, view } = header;
    const receivedNs = receivedUs * 1000;
    this.#write({
      ...{ sequence, output, inputSequence, view, bytes, regions, lossy },
      ...{ receivedNs, presentedNs },
    });
  }

  showing(showing: Showing): void {
    const timeNs = Number(process.hrtime.bigint());
    const { what, ...rest } = showing;
    if (showing.what !== 'page') return this.#write({ type: what, timeNs, ...rest });
    const { name: page, code } = showing.page;
    this.#write({ type: what, timeNs, page, code });
  }

  #write(line: object): void {
    writeSync(this.#fd, `${JSON.stringify(line)}\n`);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
