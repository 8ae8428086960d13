import type { BufferIndex } from '../../native/drm/index.ts';
import { boundsOf, type Rects, within } from './rects.ts';

/** Rectangles kept one by one; more become the one around them. */
const RECTS_MAX = 1024;
const RETRY_MS = 500;
/** Longer than the slowest monitor takes for a picture: the event of the flip is lost. */
const FLIP_MS = 1000;

/** What of native/drm's Output a screen needs. */
export interface KmsOutput {
  readonly mode: { readonly width: number; readonly height: number };
  readonly buffers: readonly { readonly pixels: Uint8Array }[];
  light(buffer: BufferIndex): void;
  sleep(): void;
  draw(
    buffer: BufferIndex,
    picture: Uint8Array,
    width: number,
    height: number,
    rects: Int32Array,
  ): void;
  blend(buffer: BufferIndex, below: KmsPicture, over: KmsPicture, x: number, y: number): void;
  flip(buffer: BufferIndex, rects: Int32Array): boolean;
}

/** Pixels to show: XRGB8888, rows without gaps. */
export interface KmsPicture {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Something small over the picture, premultiplied ARGB8888. */
export interface Overlay {
  readonly picture: KmsPicture;
  readonly x: number;
  readonly y: number;
}

export interface KmsScreenDeps {
  readonly output: KmsOutput;
  /** The screen could not be changed, as when another program has it; tried again until it can. */
  readonly failed: (error: Error) => void;
  /** It is on with our mode, for the first time or again. */
  readonly lit?: () => void;
}

type Presented = (timeNs: number) => void;

/**
 * Shows a picture through two buffers, without tearing: what changes while a flip is under way is in the next one. Only what
 * changed is copied. `flipped()` is to be called for each flip of this screen's CRTC.
 */
export class KmsScreen {
  readonly #deps: KmsScreenDeps;
  /** For each buffer what it lacks of the picture; null: everything. */
  readonly #stale: (Rects | null)[] = [null, null];
  #picture: KmsPicture | null = null;
  #overlay: Overlay | null = null;
  #shown: BufferIndex = 0;
  #lit = false;
  #rest: 'none' | 'asleep' | 'away' = 'none';
  #flipping = false;
  #changed = false;
  #scrub = false;
  #waiting: Presented[] = [];
  #underWay: Presented[] = [];
  #retry: NodeJS.Timeout | null = null;
  #overdue: NodeJS.Timeout | null = null;

  constructor(deps: KmsScreenDeps) {
    this.#deps = deps;
  }

  get lit(): boolean {
    return this.#lit;
  }

  /** @param damage of the picture that is shown already: x, y, w, h each; of another one everything is new */
  show(picture: KmsPicture, damage: Int32Array, onPresented: Presented): void {
    if (picture === this.#picture) this.#spoil(damage);
    else this.#replace(picture);
    this.#waiting.push(onPresented);
    this.#advance();
  }

  /** Draws this over whatever picture there is, in software; null: nothing any more. */
  cover(overlay: Overlay | null): void {
    if (!overlay && !this.#overlay) return;
    for (const each of [this.#overlay, overlay]) if (each) this.#spoil(this.#areaOf(each));
    this.#overlay = overlay;
    this.#advance();
  }

  /** Overwrites both buffers with zeros, the one that is shown as soon as it is not. */
  blank(): void {
    this.#replace(null);
    this.#scrub = true;
    this.#advance();
  }

  /** The monitor saves power. Whatever changes meanwhile is shown when it wakes. */
  sleep(): void {
    if (this.#rest !== 'none') return;
    this.#rest = 'asleep';
    if (!this.#flipping) this.#goToSleep();
  }

  /** Another program has the screen by arrangement: nothing is tried until wake(). */
  leave(): void {
    this.#rest = 'away';
    this.#flipping = false;
    this.#unlit();
    this.#presentAll();
  }

  /** Goes on after sleep() and leave(), and tries at once what failed. */
  wake(): void {
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
    if (this.#rest === 'none' && this.#lit) return;
    this.#rest = 'none';
    this.#unlit();
    this.#advance();
  }

  /** @param timeNs CLOCK_MONOTONIC of the vertical blank */
  flipped(timeNs: number): void {
    if (!this.#flipping) return;
    this.#flipping = false;
    if (this.#overdue) clearTimeout(this.#overdue);
    this.#presented(timeNs);
    if (this.#rest === 'asleep') this.#goToSleep();
    this.#advance();
    this.#scrubOther();
  }

  [Symbol.dispose](): void {
    if (this.#retry) clearTimeout(this.#retry);
    if (this.#overdue) clearTimeout(this.#overdue);
    this.#retry = null;
    this.#rest = 'away';
    this.#presentAll();
  }

  #replace(picture: KmsPicture | null): void {
    this.#picture = picture;
    this.#stale.fill(null);
    this.#changed = true;
  }

  #spoil(damage: Int32Array): void {
    this.#changed ||= damage.length > 0;
    this.#stale.forEach((rects, buffer) => {
      if (!rects) return;
      rects.push(...damage);
      if (rects.length / 4 > RECTS_MAX) this.#stale[buffer] = boundsOf(rects);
    });
  }

  #areaOf({ picture: { width, height }, x, y }: Overlay): Int32Array {
    return within([x, y, width, height], this.#deps.output.mode);
  }

  #advance(): void {
    if (this.#rest !== 'none' || this.#retry) return this.#presentAll();
    if (this.#flipping) return;
    if (!this.#changed) return this.#presentAll();
    try {
      this.#change();
    } catch (error) {
      this.#failed(error as Error);
    }
  }

  #change(): void {
    const { output, lit } = this.#deps;
    const wasLit = this.#lit;
    const next = wasLit ? other(this.#shown) : this.#shown;
    const damage = this.#draw(next);
    let comes = false;
    if (wasLit) comes = output.flip(next, damage);
    else output.light(next);
    this.#lit = true;
    this.#shown = next;
    this.#changed = false;
    this.#flipping = comes;
    this.#underWay.push(...this.#waiting.splice(0));
    if (comes) this.#expectFlip();
    else this.#presented(monotonicNs());
    if (!wasLit) lit?.();
    this.#scrubOther();
  }

  /** Of what was blanked nothing stays in the buffer that is not shown. */
  #scrubOther(): void {
    if (!this.#scrub || this.#flipping || this.#changed) return;
    this.#scrub = false;
    this.#draw(other(this.#shown));
  }

  #expectFlip(): void {
    if (this.#overdue) clearTimeout(this.#overdue);
    // A program that was busy for that long finds the timer before the event that has come meanwhile.
    this.#overdue = setTimeout(() => {
      const late = this.#overdue;
      setImmediate(() => {
        if (this.#flipping && this.#overdue === late) this.#giveUpFlip();
      });
    }, FLIP_MS);
  }

  #giveUpFlip(): void {
    this.#flipping = false;
    this.#failed(new Error(`no vertical blank within ${FLIP_MS} ms`));
  }

  /** @returns what was drawn */
  #draw(buffer: BufferIndex): Int32Array {
    const { output } = this.#deps;
    const { width, height } = output.mode;
    const whole = new Int32Array([0, 0, width, height]);
    const stale = this.#stale[buffer];
    const picture = this.#picture;
    const covers = picture !== null && picture.width >= width && picture.height >= height;
    if (!stale && !covers) output.buffers[buffer]?.pixels.fill(0);
    const damage = stale ? Int32Array.from(stale) : whole;
    if (picture) output.draw(buffer, picture.bytes, picture.width, picture.height, damage);
    const over = this.#overlay;
    if (picture && over) output.blend(buffer, picture, over.picture, over.x, over.y);
    this.#stale[buffer] = [];
    return damage;
  }

  #goToSleep(): void {
    const wasLit = this.#lit;
    this.#unlit();
    this.#presentAll();
    if (!wasLit) return;
    try {
      this.#deps.output.sleep();
    } catch (error) {
      this.#deps.failed(error as Error);
    }
  }

  /** The next change sets the mode, with everything drawn: whoever had the screen meanwhile may have changed all of it. */
  #unlit(): void {
    this.#lit = false;
    this.#stale.fill(null);
    this.#changed = true;
  }

  #failed(error: Error): void {
    this.#unlit();
    // Nobody sees it; but the session goes on only when its frames are acknowledged.
    this.#presentAll();
    this.#deps.failed(error);
    if (this.#rest !== 'none') return;
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      this.#advance();
    }, RETRY_MS);
  }

  #presentAll(): void {
    this.#underWay.push(...this.#waiting.splice(0));
    this.#presented(monotonicNs());
  }

  #presented(timeNs: number): void {
    for (const onPresented of this.#underWay.splice(0)) onPresented(timeNs);
  }
}

const other = (buffer: BufferIndex): BufferIndex => (buffer === 0 ? 1 : 0);
const monotonicNs = (): number => Number(process.hrtime.bigint());
