import type { RawCallback, RawWindow, RawWindowClass } from '../../native/window/index.ts';

/** The numbers of native/window/queue.h. */
const KEY = 1;
const MOTION = 2;
const FOCUS = 8;
const PRESENTED = 11;

/** What WindowDisplay takes for a window, on no desktop. */
export class ScratchWindow implements RawWindow {
  readonly #callback: RawCallback;
  readonly #size: { readonly width: number; readonly height: number };
  #sequence = 0;
  #told = 0;

  /** @param opened with each that is made of the class */
  static classFor(opened: (window: ScratchWindow) => void): RawWindowClass {
    return class extends ScratchWindow {
      constructor(...given: ConstructorParameters<RawWindowClass>) {
        super(...given);
        opened(this);
      }
    };
  }

  constructor(...given: ConstructorParameters<RawWindowClass>) {
    const [, width, height, , callback] = given;
    this.#callback = callback;
    this.#size = { width, height };
  }

  key(code: number, pressed: boolean): void {
    this.#callback(KEY, monotonicNs() / 1000, code, pressed ? 1 : 0, 0, 0);
  }

  move(x: number, y: number): void {
    this.#callback(MOTION, monotonicNs() / 1000, x, y, 0, 0);
  }

  leave(): void {
    this.#callback(FOCUS, monotonicNs() / 1000, 0, 0, 0, 0);
  }

  /** What was shown last is on the screen. */
  presented(): void {
    if (this.#told === this.#sequence) return;
    this.#told = this.#sequence;
    const timeNs = monotonicNs();
    this.#callback(PRESENTED, timeNs / 1000, this.#sequence, timeNs, 0, 0);
  }

  present(): number {
    return ++this.#sequence;
  }

  size(): { width: number; height: number } {
    return { ...this.#size };
  }

  driver(): string {
    return 'none';
  }

  setCursor(): void {}
  setTitle(): void {}
  setFullscreen(): void {}
  grabKeyboard(): void {}
  resize(): void {}
  close(): void {}
}

const monotonicNs = (): number => Number(process.hrtime.bigint());
