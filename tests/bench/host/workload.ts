import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ApplicationPlace } from '../peers/peer.ts';
import { nativeProgram } from './native-programs.ts';
import type { OwnedProcess, Processes } from './processes.ts';

export type Scene = 'type' | 'scroll' | 'drag' | 'video' | 'idle' | 'still';

export const frameWidth = 1920;
export const frameHeight = 1080;
const frameBytes = frameWidth * frameHeight * 4;

/** A frame that the application handed to its display server. */
export interface Commit {
  readonly frame: number;
  /** CLOCK_MONOTONIC */
  readonly timeNs: number;
  /** Key presses that the application has seen since its start. */
  readonly keysSeen: number;
  /** Frames of the clock since the start that were not drawn, as the display server was not ready. */
  readonly ticksMissed: number;
}

/** The application whose pictures travel: deterministic, so that every frame can be drawn again. */
export class Workload {
  readonly scene: Scene;
  readonly tag: number;
  readonly #process: OwnedProcess;
  readonly #logFile: string;

  private constructor(scene: Scene, tag: number, process: OwnedProcess, logFile: string) {
    this.scene = scene;
    this.tag = tag;
    this.#process = process;
    this.#logFile = logFile;
  }

  static start(
    processes: Processes,
    directory: string,
    place: ApplicationPlace,
    scene: Scene,
    tag: number,
  ): Workload {
    const logFile = join(directory, `workload-${tag}.log`);
    const child = processes.start({
      name: 'workload',
      command: nativeProgram('workload'),
      args: [place.kind, scene, String(tag), logFile],
      env: place.env,
    });
    return new Workload(scene, tag, child, logFile);
  }

  /** Ends the application; resolves with all that it committed. */
  async stop(): Promise<Commit[]> {
    const died = this.#process.hasExited;
    await this.#process.stop();
    if (died) await this.#process.explain('run', Promise.reject(new Error('it ended by itself')));
    return parseCommits(await readFile(this.#logFile, 'utf8'));
  }
}

export function parseCommits(log: string): Commit[] {
  return log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [frame, timeNs, keysSeen, ticksMissed] = line.split(' ').map(Number);
      if (ticksMissed === undefined || Number.isNaN(ticksMissed))
        throw new Error(`workload: log line "${line}"`);
      return { frame, timeNs, keysSeen, ticksMissed } as Commit;
    });
}

/** Draws frames again: 0x00RRGGBB words per frame, in the order of the numbers, which must ascend. */
export async function renderFrames(
  scene: Scene,
  tag: number,
  frames: readonly number[],
): Promise<Uint32Array[]> {
  const { stdout } = await promisify(execFile)(
    nativeProgram('workload'),
    ['render', scene, String(tag), ...frames.map(String)],
    { encoding: 'buffer', maxBuffer: frames.length * frameBytes + 1 },
  );
  return frames.map((_, i) => {
    const copy = stdout.buffer.slice(
      stdout.byteOffset + i * frameBytes,
      stdout.byteOffset + (i + 1) * frameBytes,
    );
    return new Uint32Array(copy as ArrayBuffer);
  });
}
