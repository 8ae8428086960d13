import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApplicationPlace } from '../peers/peer.ts';
import { nativeProgram } from './native-programs.ts';
import { readPictures } from './pictures.ts';
import type { OwnedProcess, Processes } from './processes.ts';

export type Scene = 'type' | 'scroll' | 'drag' | 'video' | 'idle' | 'still';

/** What is shown during a slice. */
export interface Application {
  readonly scene: string;
  /** 0 to 255, in all its barcodes */
  readonly tag: number;
  /** Ends it; resolves with all that it committed. */
  stop(): Promise<Commit[]>;
  /** The screen with these frames as it ought to be, in the order of the numbers, which must ascend. */
  render(frames: readonly number[]): Promise<Uint32Array[]>;
}

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
export class Workload implements Application {
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

  async stop(): Promise<Commit[]> {
    const died = this.#process.hasExited;
    await this.#process.stop();
    if (died) await this.#process.explain('run', Promise.reject(new Error('it ended by itself')));
    return parseCommits(await readFile(this.#logFile, 'utf8'));
  }

  render(frames: readonly number[]): Promise<Uint32Array[]> {
    return renderFrames(this.scene, this.tag, frames);
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
  return await readPictures(
    nativeProgram('workload'),
    ['render', scene, String(tag), ...frames.map(String)],
    frames.length,
  );
}
