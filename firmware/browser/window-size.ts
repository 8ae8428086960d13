import type { OutputInfo } from '../../protocol/generated/control.ts';

const MAX_SIDE_PX = 16_384;
/** While the person drags the window's edge its sizes are of no use to anybody. */
const SETTLE_MS = 120;

export interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Device pixels per CSS pixel. */
  readonly scale: number;
}

/** The size of an element in device pixels, which is what a canvas must have to be shown without scaling. */
export class WindowSize {
  readonly #element: HTMLElement;
  readonly #onChange: (size: Size) => void;
  #size: Size;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(element: HTMLElement, onChange: (size: Size) => void) {
    this.#element = element;
    this.#onChange = onChange;
    this.#size = this.#measure();
    const observer = new ResizeObserver(([entry]) => this.#changed(entry));
    try {
      observer.observe(element, { box: 'device-pixel-content-box' });
    } catch {
      // Safari knows CSS pixels only.
      observer.observe(element);
    }
    window.addEventListener('resize', () => this.#changed());
  }

  get current(): Size {
    return this.#size;
  }

  #changed(entry?: ResizeObserverEntry): void {
    const next = this.#measure(entry?.devicePixelContentBoxSize?.[0]);
    if (equal(next, this.#size)) return;
    this.#size = next;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#onChange(this.#size), SETTLE_MS);
  }

  #measure(exact?: ResizeObserverSize): Size {
    const scale = window.devicePixelRatio;
    const { width, height } = this.#element.getBoundingClientRect();
    return {
      widthPx: side(width * scale, exact?.inlineSize),
      heightPx: side(height * scale, exact?.blockSize),
      scale,
    };
  }
}

/** @param exact how the browser rounded; where it only pretends to be dense it tells of another screen */
function side(computed: number, exact = computed): number {
  const pixels = Math.abs(exact - computed) <= 1 ? exact : computed;
  return Math.max(1, Math.min(MAX_SIDE_PX, Math.round(pixels)));
}

const equal = (a: Size, b: Size): boolean =>
  a.widthPx === b.widthPx && a.heightPx === b.heightPx && a.scale === b.scale;

/** The page as a screen of a terminal. */
export function outputOf(id: number, { widthPx, heightPx, scale }: Size): OutputInfo {
  return {
    id,
    name: 'BROWSER-1',
    make: 'WayRay',
    model: 'browser',
    widthPx,
    heightPx,
    widthMm: 0,
    heightMm: 0,
    // A page can be zoomed further out than applications can be scaled.
    scale120: Math.max(60, Math.min(600, Math.round(scale * 120))),
    refreshMhz: 60_000,
    x: 0,
    y: 0,
    transform: 0,
  };
}
