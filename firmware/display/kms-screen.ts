import type { BufferIndex } from '../../native/drm/index.ts';

/** Rectangles kept one by one; more become everything. */
const RECTS_MAX = 64;
const RETRY_MS = 500;

/** What of native/drm's Output a screen needs. */
export interface KmsOutput {
  readonly mode: { readonly width: number; readonly height: number };
  readonly buffers: readonly { readonly pixels: Uint8Array }[];
  light(buffer: BufferIndex): void;
  draw(
    buffer: BufferIndex,
    picture: Uint8Array,
    width: number,
    height: number,
    rects: Int32Array,
  ): void;
  flip(buffer: BufferIndex, rects: Int32Array): boolean;
}

/** Pixels to show: XRGB8888, rows without gaps. */
export interface KmsPicture {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export interface KmsScreenDeps {
  readonly output: KmsOutput;
  /** The screen could not be changed, as when another program has it; tried again until it can. */
  readonly failed: (error: Error) => void;
}

type Presented = (timeNs: number) => void;

/**
 * Shows a picture through two buffers, without tearing: what changes while a flip is under way is in the next one.
 * `flipped()` is to be called for each flip of this screen's CRTC.
 */
export class KmsScreen {
  readonly #deps: KmsScreenDeps;
  /** For each buffer what it lacks of the picture; null: everything. */
  readonly #stale: (number[] | null)[] = [null, null];
  #picture: KmsPicture | null = null;
  #shown: BufferIndex = 0;
  #lit = false;
  #flipping = false;
  #changed = false;
  #scrub = false;
  #waiting: Presented[] = [];
  #underWay: Presented[] = [];
  #retry: NodeJS.Timeout | null = null;

  constructor(deps: KmsScreenDeps) {
    this.#deps = deps;
  }

  /** @param damage of the picture that is shown already: x, y, w, h each; of another one everything is new */
  show(picture: KmsPicture, damage: Int32Array, onPresented: Presented): void {
    if (picture === this.#picture) this.#spoil(damage);
    else this.#replace(picture);
    this.#waiting.push(onPresented);
    this.#advance();
  }

  /** Overwrites both buffers with zeros, the one that is shown as soon as it is not. */
  blank(): void {
    this.#replace(null);
    this.#scrub = true;
    this.#advance();
  }

  /** @param timeNs CLOCK_MONOTONIC of the vertical blank */
  flipped(timeNs: number): void {
    if (!this.#flipping) return;
    this.#flipping = false;
    this.#presented(timeNs);
    this.#advance();
    if (!this.#scrub || this.#flipping) return;
    this.#scrub = false;
    this.#draw(other(this.#shown));
  }

  [Symbol.dispose](): void {
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
    const nowNs = monotonicNs();
    for (const onPresented of [...this.#underWay.splice(0), ...this.#waiting.splice(0)])
      onPresented(nowNs);
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
      if ((rects.length + damage.length) / 4 > RECTS_MAX) this.#stale[buffer] = null;
      else rects.push(...damage);
    });
  }

  #advance(): void {
    if (this.#flipping || this.#retry) return;
    if (!this.#changed) {
      this.#underWay.push(...this.#waiting.splice(0));
      return this.#presented(monotonicNs());
    }
    try {
      this.#change();
    } catch (error) {
      this.#failed(error as Error);
    }
  }

  #change(): void {
    const { output } = this.#deps;
    const next = this.#lit ? other(this.#shown) : this.#shown;
    const damage = this.#draw(next);
    let comes = false;
    if (this.#lit) comes = output.flip(next, damage);
    else output.light(next);
    this.#lit = true;
    this.#shown = next;
    this.#changed = false;
    this.#flipping = comes;
    this.#underWay.push(...this.#waiting.splice(0));
    if (!comes) this.#presented(monotonicNs());
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
    this.#stale[buffer] = [];
    return damage;
  }

  /** What has it now may have set another mode: the next change sets ours again, with everything drawn. */
  #failed(error: Error): void {
    this.#lit = false;
    this.#stale.fill(null);
    // Nobody sees it; but the session goes on only when its frames are acknowledged.
    this.#underWay.push(...this.#waiting.splice(0));
    this.#presented(monotonicNs());
    this.#deps.failed(error);
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#advance();
    }, RETRY_MS);
  }

  #presented(timeNs: number): void {
    for (const onPresented of this.#underWay.splice(0)) onPresented(timeNs);
  }
}

const other = (buffer: BufferIndex): BufferIndex => (buffer === 0 ? 1 : 0);
const monotonicNs = (): number => Number(process.hrtime.bigint());
