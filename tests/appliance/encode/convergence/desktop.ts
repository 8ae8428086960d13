import type { OutputConfig } from '../../../../appliance/compositor/output/output-config.ts';
import { composite, Framebuffer, PixelImage } from '../../../../native/pixels/index.ts';
import { Random, type Rect } from '../../../native/pixels/pictures.ts';
import { attach, Bench, type ClientSurface, SCREEN } from '../../compositor/wayland-fakes/bench.ts';

export const LOOKS = ['solid', 'noise', 'text', 'tint', 'film'] as const;
export type Look = (typeof LOOKS)[number];

const ARGB = 0;
const XRGB = 1;

interface DeskWindow {
  readonly made: ClientSurface;
  readonly opaque: boolean;
  width: number;
  height: number;
  pixels: Uint32Array;
  x: number;
  y: number;
}

export interface ScreenSize {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly scale120: number;
  readonly transform: number;
}

/** A compositor's scene and outputs with windows that change as applications and people change them. */
export class Desktop {
  readonly #bench: Bench;
  readonly #windows: DeskWindow[] = [];
  #sizes: ScreenSize[];

  constructor(size: ScreenSize) {
    this.#sizes = [size];
    this.#bench = new Bench(this.#configs());
  }

  get scene() {
    return this.#bench.scene;
  }

  get outputs() {
    return this.#bench.outputs.outputs;
  }

  /** What a terminal should show there, painted at once from nothing. */
  picture(output: (typeof this.outputs)[number]): Framebuffer {
    const { widthPx, heightPx } = output;
    const fb = new Framebuffer(widthPx, heightPx);
    const { list, sources } = this.scene.displayList(output);
    composite(fb, list, sources, Int32Array.of(0, 0, widthPx, heightPx));
    return fb;
  }

  open([x, y, width, height]: Rect, look: Look, seed: number): void {
    const opaque = seed % 3 > 0;
    const made = this.#bench.createSurface();
    const window = { made, opaque, width, height, pixels: new Uint32Array(width * height), x, y };
    paint(window, [0, 0, width, height], look, seed);
    this.#windows.push(window);
    this.#commit(window, [0, 0, width, height]);
    this.#show();
  }

  close(at: number): void {
    const window = this.#at(at);
    if (!window) return;
    this.#windows.splice(this.#windows.indexOf(window), 1);
    this.#show();
    window.made.resource.request('destroy');
  }

  move(at: number, x: number, y: number): void {
    const window = this.#at(at);
    if (!window) return;
    window.x = x;
    window.y = y;
    this.#show();
  }

  raise(at: number): void {
    const window = this.#at(at);
    if (!window) return;
    this.#windows.splice(this.#windows.indexOf(window), 1);
    this.#windows.push(window);
    this.#show();
  }

  draw(at: number, rect: Rect, look: Look, seed: number): void {
    const window = this.#at(at);
    const part = window && clip(rect, window);
    if (!part) return;
    paint(window, part, look, seed);
    this.#commit(window, part);
  }

  /** What the rectangle shows moves within it; what comes in at the edge is new. */
  scroll(at: number, rect: Rect, dx: number, dy: number, seed: number): void {
    const window = this.#at(at);
    const part = window && clip(rect, window);
    if (!part) return;
    const [x, y, w, h] = part;
    const before = window.pixels.slice();
    paint(window, part, 'text', seed);
    for (let row = Math.max(0, dy); row < Math.min(h, h + dy); row++)
      for (let column = Math.max(0, dx); column < Math.min(w, w + dx); column++)
        window.pixels[(y + row) * window.width + x + column] = before[
          (y + row - dy) * window.width + x + column - dx
        ] as number;
    this.#commit(window, part);
  }

  resizeWindow(at: number, width: number, height: number, look: Look, seed: number): void {
    const window = this.#at(at);
    if (!window) return;
    Object.assign(window, { width, height, pixels: new Uint32Array(width * height) });
    paint(window, [0, 0, width, height], look, seed);
    this.#commit(window, [0, 0, width, height]);
  }

  resizeScreen(at: number, size: ScreenSize): void {
    this.#sizes[at % this.#sizes.length] = size;
    this.#bench.outputs.apply(this.#configs());
  }

  plug(size: ScreenSize): void {
    if (this.#sizes.length >= 3) return;
    this.#sizes.push(size);
    this.#bench.outputs.apply(this.#configs());
  }

  unplug(): void {
    if (this.#sizes.length === 1) return;
    this.#sizes.pop();
    this.#bench.outputs.apply(this.#configs());
  }

  lock(): void {
    this.scene.cover(0x102030, () => {});
  }

  unlock(): void {
    this.scene.uncover();
  }

  /** Damage without a change. */
  touch(): void {
    for (const output of this.outputs) this.scene.damageAll(output);
  }

  [Symbol.dispose](): void {
    this.scene[Symbol.dispose]();
  }

  #at(at: number): DeskWindow | undefined {
    return this.#windows[at % this.#windows.length];
  }

  /** In a row; each begins where the one before ends. */
  #configs(): OutputConfig[] {
    let x = 0;
    return this.#sizes.map((size, id) => {
      const config = { ...SCREEN, ...size, id, name: `TEST-${id}`, x, refreshMhz: 1_000_000 };
      x += Math.max(1, Math.round((size.widthPx * 120) / size.scale120));
      return config;
    });
  }

  #show(): void {
    this.#bench.show(...this.#windows.map(({ made, x, y }) => ({ surface: made.surface, x, y })));
  }

  #commit({ made, width, height, pixels, opaque }: DeskWindow, rect: Rect): void {
    const buffer = this.#bench.client.createBuffer(width, height, opaque ? XRGB : ARGB);
    const { source } = new PixelImage(width, height, new Uint8Array(pixels.buffer));
    Object.assign(buffer.shm, { source });
    attach(made, buffer);
    made.resource.request('damageBuffer', ...rect);
    made.resource.request('commit');
    this.#bench.client.takeEvents();
  }
}

function clip([x, y, w, h]: Rect, { width, height }: DeskWindow): Rect | null {
  const left = x % width;
  const top = y % height;
  return [left, top, Math.min(w, width - left), Math.min(h, height - top)];
}

function paint(window: DeskWindow, [x, y, w, h]: Rect, look: Look, seed: number): void {
  const { pixels, width, opaque } = window;
  // Premultiplied: no channel above its alpha.
  const [keep, alpha] = opaque ? [0xffffff, 0xff000000] : [0x7f7f7f, 0x80000000];
  const colour = colours(look, seed);
  for (let row = y; row < y + h; row++)
    for (let column = x; column < x + w; column++)
      pixels[row * width + column] = ((colour(column, row) & keep) | alpha) >>> 0;
}

function colours(look: Look, seed: number): (x: number, y: number) => number {
  const random = new Random(seed);
  const base = random.next();
  if (look === 'noise') return () => random.next();
  if (look === 'text') return () => (random.next() < 0x30000000 ? base : 0x242424);
  if (look === 'tint') return () => (random.next() & 0xff) * 0x010001 + 0x2b00;
  if (look === 'film') return (x, y) => film(x + 3 * seed, y - 2 * seed);
  return () => base;
}

const WAVE = Int32Array.from({ length: 128 }, (_, i) =>
  Math.round(110 + 100 * Math.sin((i * Math.PI) / 64)),
);
const wave = (i: number): number => WAVE[i & 127] as number;

/** A soft texture of many colours without a background. */
const film = (x: number, y: number): number =>
  (wave(x + (y >> 1)) << 16) | (wave(y + (x >> 2)) << 8) | wave((x + y) >> 1);
