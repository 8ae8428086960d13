import type { OutputInfo } from '../../protocol/generated/control.ts';
import type { CursorImage } from '../../protocol/generated/cursor.ts';
import type { Card, CardOutput } from './kms-card.ts';
import { KmsCursor } from './kms-cursor.ts';
import type { Monitor } from './kms-monitor.ts';
import { type KmsPicture, KmsScreen } from './kms-screen.ts';

export interface KmsHeadDeps {
  readonly card: Card;
  readonly monitor: Monitor;
  /** The screen or its pointer could not be changed. */
  readonly failed: (what: 'screen' | 'pointer', error: Error) => void;
  readonly lit: () => void;
}

/** One monitor that shows something. */
export class KmsHead {
  readonly monitor: Monitor;
  readonly screen: KmsScreen;
  readonly cursor: KmsCursor;
  /** Its place in the layout may change while it stays lit. */
  info: OutputInfo;
  readonly #output: CardOutput;

  /** @throws DeviceError */
  constructor({ card, monitor, failed, lit }: KmsHeadDeps) {
    const { connector, crtc, mode, info } = monitor;
    this.monitor = monitor;
    this.info = info;
    this.#output = card.openOutput(connector, crtc, mode);
    this.screen = new KmsScreen({
      output: this.#output,
      failed: (error) => failed('screen', error),
      lit: () => {
        this.cursor.restore();
        lit();
      },
    });
    this.cursor = new KmsCursor({
      plane: this.#output,
      planeSize: card.cursorSize,
      screen: this.screen,
      output: info,
      failed: (error) => failed('pointer', error),
    });
  }

  /** All of a picture, also of one that is shown already; nothing: the dark. */
  show(picture: KmsPicture | null): void {
    if (!picture) return this.screen.blank();
    const { width, height } = picture;
    this.screen.show(picture, Int32Array.of(0, 0, width, height), () => {});
  }

  point(image: CursorImage | null, at: { x: number; y: number } | null): void {
    this.cursor.show(image);
    this.cursor.move(at);
  }

  [Symbol.dispose](): void {
    this.screen[Symbol.dispose]();
    this.#output[Symbol.dispose]();
  }
}
