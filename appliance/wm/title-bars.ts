import type { PixelImage } from '../../native/pixels/index.ts';
import { drawSvg } from '../compositor/scene/draw-svg.ts';
import type { SceneItem } from '../compositor/scene/scene.ts';
import type { FrameOwner } from './frame-owner.ts';
import type { Rect } from './geometry.ts';
import type { TitleBarLook, WindowId } from './policy.ts';
import { BUTTONS_WIDTH } from './title-bar-layout.ts';
import {
  buttonsSvg,
  CAP_WIDTH,
  capSvg,
  type HoveredButton,
  labelSvg,
  paletteOf,
  roomForTitle,
  shownTitle,
} from './title-bar-svg.ts';
import type { TitleBarPainter } from './window-layer.ts';

/** A label is drawn this much at a time wider or narrower, so that a resize seldom needs a new one. */
const LABEL_STEP = 64;
const MAX_IMAGES = 256;

export interface TitleBarsDeps {
  /** Pixels per logical pixel where this rectangle is. */
  scaleAt(rect: Rect): number;
  /** Pictures that were missing have been drawn. */
  onReady(): void;
  onError(error: unknown): void;
}

/**
 * Draws title bars from parts: round left end, label, plain middle, buttons. Only the label belongs to one window; a
 * resize draws nothing anew. A part that is not drawn yet shows the bar's colour, or the label's last picture.
 */
export class TitleBars implements TitleBarPainter {
  readonly #deps: TitleBarsDeps;
  /** By what they show; the least recently used is dropped. */
  readonly #images = new Map<string, PixelImage | 'drawing'>();
  /** Windows whose label is being drawn: a title that never stops changing gets one picture at a time. */
  readonly #labelling = new Set<WindowId>();
  #drawing = 0;
  readonly #labels = new Map<WindowId, { image: PixelImage; width: number; active: boolean }>();
  #hover: { window: WindowId; button: HoveredButton } | null = null;

  constructor(deps: TitleBarsDeps) {
    this.#deps = deps;
  }

  get isDrawing(): boolean {
    return this.#drawing > 0;
  }

  get drawingCount(): number {
    return this.#drawing;
  }

  /** @returns whether a picture changes by it */
  setHover(window: WindowId | null, button: HoveredButton): boolean {
    const same = this.#hover?.window === window && this.#hover.button === button;
    if (same || (this.#hover === null && button === null)) return false;
    this.#hover = window === null || button === null ? null : { window, button };
    return true;
  }

  forget(window: WindowId): void {
    this.#labels.delete(window);
    if (this.#hover?.window === window) this.#hover = null;
  }

  items(owner: FrameOwner, bar: Rect, look: TitleBarLook): SceneItem[] {
    const colour = 0xff000000 | Number.parseInt(paletteOf(look.active).bar.slice(1), 16);
    const solid: SceneItem = { kind: 'solid', ...bar, colour: colour >>> 0, owner };
    if (bar.width < BUTTONS_WIDTH + CAP_WIDTH) return [solid];
    const scale = this.#deps.scaleAt(bar);
    const left = look.maximized ? 0 : CAP_WIDTH;
    const middle = { ...bar, x: bar.x + left, width: bar.width - left - BUTTONS_WIDTH };
    const buttonsAt = { ...bar, x: bar.x + bar.width - BUTTONS_WIDTH, width: BUTTONS_WIDTH };
    const capAt = { ...bar, width: CAP_WIDTH };
    const items: SceneItem[] = [{ ...solid, ...middle }];
    const cap = look.maximized ? null : this.#cap(look.active, scale);
    if (cap) items.push({ kind: 'image', image: cap, ...capAt, owner });
    const buttons = this.#buttons(owner.window, look, scale);
    items.push(
      buttons ? { kind: 'image', image: buttons, ...buttonsAt, owner } : { ...solid, ...buttonsAt },
    );
    const labelAt = { ...bar, x: bar.x + CAP_WIDTH, width: buttonsAt.x - bar.x - CAP_WIDTH };
    const label = this.#label(owner.window, look, labelAt.width, scale);
    if (label) {
      items.push({ kind: 'image', image: label.image, ...labelAt, width: label.width, owner });
    }
    return items;
  }

  #cap(active: boolean, scale: number): PixelImage | null {
    return this.#image(`cap ${active} ${scale}`, () => capSvg(active, scale));
  }

  #buttons(window: WindowId, look: TitleBarLook, scale: number): PixelImage | null {
    const hovered = this.#hover?.window === window ? this.#hover.button : null;
    const { active, maximized } = look;
    return this.#image(`buttons ${active} ${maximized} ${hovered} ${scale}`, () =>
      buttonsSvg(active, maximized, hovered, scale),
    );
  }

  #label(window: WindowId, { title, active }: TitleBarLook, room: number, scale: number) {
    const width = Math.min(Math.floor(room / LABEL_STEP) * LABEL_STEP, labelWidth(title));
    if (width <= 0 || title === '') return null;
    const key = `label ${active} ${width} ${scale} ${shownTitle(title)}`;
    const image = this.#labelling.has(window)
      ? this.#known(key)
      : this.#image(key, () => labelSvg(title, width, active, scale), window);
    if (image) this.#labels.set(window, { image, width, active });
    const label = this.#labels.get(window);
    return label && label.width <= room && label.active === active ? label : null;
  }

  #known(key: string): PixelImage | null {
    const known = this.#images.get(key);
    if (!known || known === 'drawing') return null;
    this.#images.delete(key);
    this.#images.set(key, known);
    return known;
  }

  #image(key: string, svg: () => string, labelled?: WindowId): PixelImage | null {
    if (this.#images.has(key)) return this.#known(key);
    this.#images.set(key, 'drawing');
    for (const oldest of this.#images.keys()) {
      if (this.#images.size <= MAX_IMAGES) break;
      this.#images.delete(oldest);
    }
    void this.#draw(key, svg(), labelled);
    return null;
  }

  async #draw(key: string, svg: string, labelled: WindowId | undefined): Promise<void> {
    this.#drawing += 1;
    if (labelled !== undefined) this.#labelling.add(labelled);
    try {
      const image = await drawSvg(svg);
      if (this.#images.has(key)) this.#images.set(key, image);
    } catch (error) {
      this.#deps.onError(error);
    } finally {
      this.#drawing -= 1;
      if (labelled !== undefined) this.#labelling.delete(labelled);
      this.#deps.onReady();
    }
  }
}

function labelWidth(title: string): number {
  return Math.ceil(roomForTitle(title) / LABEL_STEP) * LABEL_STEP;
}
