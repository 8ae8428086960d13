import type { Display } from './display.ts';
import type { NativePicture } from './native-picture.ts';

/** A display in memory: what it shows can be read back, nobody looks at it. */
export class HeadlessDisplay implements Display {
  size: { width: number; height: number };
  readonly hostKeyboard = null;

  constructor(size: { width: number; height: number }) {
    this.size = size;
  }

  present(
    _picture: NativePicture,
    _damage: Int32Array,
    onPresented: (timeNs: number) => void,
  ): void {
    onPresented(Number(process.hrtime.bigint()));
  }

  resize(width: number, height: number): void {
    this.size = { width, height };
  }

  setCursor(): void {}
  showPage(): void {}
  close(): void {}
}
