import type { CursorImage, CursorMessage } from '../../protocol/generated/cursor.ts';
import type { ArrivedFrame } from '../connection/attachment.ts';
import { CursorCache } from '../display/cursor-cache.ts';
import { Screen } from '../display/screen.ts';
import { AfterPaint } from './after-paint.ts';
import { CanvasPicture } from './canvas-picture.ts';
import { CursorStyles } from './cursor-style.ts';

export interface SessionViewElements {
  readonly screen: HTMLElement;
  readonly canvas: HTMLCanvasElement;
}

/** What the view tells the link. */
export interface SessionViewEvents {
  acknowledge(frame: ArrivedFrame, presentedUs: number): void;
  requestKeyFrame(reason: number): void;
  /** A whole picture is there. */
  shown(): void;
}

/** The picture of one session on the canvas, and its pointer. */
export class SessionView {
  readonly #elements: SessionViewElements;
  readonly #context: CanvasRenderingContext2D;
  readonly #afterPaint: AfterPaint;
  readonly #styles = new CursorStyles();
  readonly #nowUs: () => number;
  #screen: Screen<CanvasPicture> | null = null;
  readonly #cursors = new CursorCache();
  #cursor: CursorImage | null | undefined;

  constructor(elements: SessionViewElements, nowUs: () => number) {
    const context = elements.canvas.getContext('2d', { alpha: false });
    if (!context) throw new Error('this browser gives no canvas');
    this.#elements = elements;
    this.#context = context;
    this.#afterPaint = new AfterPaint();
    this.#nowUs = nowUs;
  }

  /** Begins anew for another link; nothing of the session before is left. */
  start(events: SessionViewEvents): void {
    this.clear();
    this.#screen = new Screen<CanvasPicture>({
      createPicture: (width, height) => this.#createPicture(width, height),
      draw: (picture, damage, frame) => {
        picture?.drawOn(this.#context, damage);
        this.#setBusy(true);
        if (picture && frame.header.key) events.shown();
        this.#afterPaint.call(() => events.acknowledge(frame, this.#nowUs()));
      },
      redraw: (picture, damage) => picture.drawOn(this.#context, damage),
      requestKeyFrame: (reason) => events.requestKeyFrame(reason),
      onVerified: () => this.#setBusy(false),
    });
  }

  /** Nobody may read the session from a terminal that does not show it any more. */
  clear(): void {
    this.#screen?.picture?.wipe();
    this.#screen?.[Symbol.dispose]();
    this.#screen = null;
    this.#cursors.wipe();
    this.#cursor = undefined;
    this.#elements.screen.style.cursor = '';
    const { canvas } = this.#elements;
    this.#context.clearRect(0, 0, canvas.width, canvas.height);
    this.#setBusy(true);
  }

  frame(frame: ArrivedFrame): void {
    this.#screen?.receive(frame);
  }

  cursor(message: CursorMessage): void {
    const image = this.#cursors.receive(message);
    if (image === undefined) return;
    this.#cursor = image;
    this.rescale();
  }

  /** The page was zoomed or moved to a denser screen. */
  rescale(): void {
    const scale = window.devicePixelRatio;
    const { canvas, screen } = this.#elements;
    canvas.style.width = `${canvas.width / scale}px`;
    canvas.style.height = `${canvas.height / scale}px`;
    if (this.#cursor !== undefined) screen.style.cursor = this.#styles.of(this.#cursor, scale);
  }

  #createPicture(width: number, height: number): CanvasPicture {
    this.#screen?.picture?.wipe();
    const { canvas } = this.#elements;
    canvas.width = width;
    canvas.height = height;
    this.rescale();
    return new CanvasPicture(width, height);
  }

  /** Until the picture is proved to be what the session composed. */
  #setBusy(busy: boolean): void {
    const { screen } = this.#elements;
    if (screen.ariaBusy !== String(busy)) screen.ariaBusy = String(busy);
  }
}
