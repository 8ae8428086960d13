import type { ApplicationPlace } from '../peers/peer.ts';
import { nativeProgram } from './native-programs.ts';
import { readPictures } from './pictures.ts';
import type { OwnedProcess, Processes } from './processes.ts';
import type { Application, Commit } from './workload.ts';

export type WindowScene = 'move' | 'switch' | 'menu';

/** The upper left corner on the screen. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** A window by its number in the scene, or the menu. */
export interface PlacedWindow extends Place {
  readonly number: number;
}

/** Where the menu opens. */
export const menuPlace: Place = { x: 700, y: 300 };

interface WindowShape {
  readonly width: number;
  readonly height: number;
}

const shapes: Readonly<Record<WindowScene, readonly WindowShape[]>> = {
  move: [{ width: 800, height: 600 }],
  switch: [
    { width: 1200, height: 500 },
    { width: 600, height: 900 },
  ],
  menu: [],
};

const barcodeWidth = 256;

/** An application whose windows the desktop places, raises and moves, and which never draws again: on a desk that was seen before. */
export class Windows implements Application {
  readonly scene: WindowScene;
  readonly tag: number;
  /** What the screen shows now, from the lowest to the topmost; set by who knows. */
  stack: readonly PlacedWindow[] = [];
  readonly #process: OwnedProcess;

  private constructor(scene: WindowScene, tag: number, process: OwnedProcess) {
    this.scene = scene;
    this.tag = tag;
    this.#process = process;
  }

  static start(
    processes: Processes,
    place: ApplicationPlace,
    scene: WindowScene,
    tag: number,
  ): Windows {
    const child = processes.start({
      name: 'windows',
      command: nativeProgram('windows'),
      args: [place.kind, scene, String(tag)],
      env: place.env,
    });
    return new Windows(scene, tag, child);
  }

  /** Opens the windows; until then there is the backdrop alone. */
  open(): void {
    this.#process.signal('SIGUSR1');
  }

  get shapes(): readonly WindowShape[] {
    return shapes[this.scene];
  }

  /** Of the barcode at the window's upper left corner, which nothing covers at first; the menu's is 0's. */
  cornerValue(number: number): number {
    return this.tag * 0x10000 + 2 + 2 * number;
  }

  /** Of the barcode in the window's middle. */
  middleValue(number: number): number {
    return this.tag * 0x10000 + 3 + 2 * number;
  }

  /** Where the barcode in the middle is while the window is at this place. */
  middlePlace({ number, x, y }: PlacedWindow): Place {
    const { width, height } = this.shapes[number] as WindowShape;
    return { x: x + Math.trunc((width - barcodeWidth) / 2), y: y + Math.trunc(height / 2) };
  }

  async stop(): Promise<Commit[]> {
    const died = this.#process.hasExited;
    await this.#process.stop();
    if (died) await this.#process.explain('run', Promise.reject(new Error('it ended by itself')));
    return [];
  }

  async render(frames: readonly number[]): Promise<Uint32Array[]> {
    const words = this.stack.flatMap(({ number, x, y }) => [number, x, y]).map(String);
    const args = ['render', this.scene, String(this.tag), ...words];
    const [picture] = await readPictures(nativeProgram('windows'), args, 1);
    return frames.map(() => picture as Uint32Array);
  }
}
