import type { WpViewport } from '../../../protocol/wayland/client/generated/viewporter.ts';
import type { WlSurface } from '../../../protocol/wayland/client/generated/wayland.ts';
import type { XdgToplevel } from '../../../protocol/wayland/client/generated/xdg-shell.ts';
import type { ElementId, State } from '../conversation/state.ts';
import { picture, type View } from '../drawing/picture.ts';
import type { Piece } from '../drawing/piece.ts';
import { Buffers } from './buffers.ts';
import { Canvas } from './canvas.ts';
import type { Wayland } from './wayland.ts';

const SCALE_UNIT = 120;
const DEFAULT_SIZE = { width: 1280, height: 800 };
const SIDE_MAX = 16384;

/** A window over the whole screen that shows the state it was given last. */
export class LoginWindow {
  readonly surface: WlSurface;
  onClosed: () => void = () => {};
  onError: (error: unknown) => void = () => {};
  readonly #wayland: Wayland;
  readonly #toplevel: XdgToplevel;
  readonly #viewport: WpViewport | null;
  readonly #canvas = new Canvas();
  #buffers: Buffers | null = null;
  #size = DEFAULT_SIZE;
  #scale = 1;
  #configured = false;
  #state: State | null = null;
  #view: View | null = null;
  #drawing = false;
  #again = false;
  #disposed = false;

  constructor(wayland: Wayland, title: string) {
    this.#wayland = wayland;
    this.surface = wayland.compositor.createSurface();
    this.#viewport =
      wayland.fractionalScale && (wayland.viewporter?.getViewport(this.surface) ?? null);
    this.#watchScale();
    const surface = wayland.shell.getXdgSurface(this.surface);
    this.#toplevel = surface.getToplevel();
    this.#toplevel.setHandler({
      configure: (width, height) => {
        if (width > 0 && height > 0)
          this.#size = { width: Math.min(width, SIDE_MAX), height: Math.min(height, SIDE_MAX) };
      },
      close: () => this.onClosed(),
    });
    surface.setHandler({
      configure: (serial) => {
        surface.ackConfigure(serial);
        this.#configured = true;
        this.#draw();
      },
    });
    this.#toplevel.setTitle(title);
    this.#toplevel.setAppId('wrlogin');
    this.#toplevel.setFullscreen(null);
    this.surface.commit();
  }

  show(state: State): void {
    this.#state = state;
    this.#draw();
  }

  /** @param x,y in logical pixels of the surface */
  elementAt(x: number, y: number): ElementId | null {
    if (!this.#view) return null;
    const at = { x: x / this.#view.zoom, y: y / this.#view.zoom };
    const within = (piece: Piece) =>
      at.x >= piece.x &&
      at.x < piece.x + piece.width &&
      at.y >= piece.y &&
      at.y < piece.y + piece.height;
    return this.#view.pieces.findLast(within)?.element ?? null;
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#buffers?.[Symbol.dispose]();
    this.#buffers = null;
  }

  #watchScale(): void {
    const { fractionalScale } = this.#wayland;
    const take = (scale: number) => {
      if (!(scale > 0) || scale === this.#scale) return;
      this.#scale = scale;
      this.#draw();
    };
    if (fractionalScale && this.#viewport) {
      const watched = fractionalScale.getFractionalScale(this.surface);
      watched.setHandler({ preferredScale: (scale) => take(scale / SCALE_UNIT) });
    } else {
      this.surface.setHandler({ preferredBufferScale: take });
    }
  }

  #draw(): void {
    this.#again = true;
    if (this.#drawing || !this.#configured || this.#disposed) return;
    this.#drawing = true;
    this.#drawAll()
      .catch((error) => this.onError(error))
      .finally(() => {
        this.#drawing = false;
        if (this.#again && this.#buffers?.free()) this.#draw();
      });
  }

  /** What changes meanwhile is drawn afterwards, as one. */
  async #drawAll(): Promise<void> {
    while (this.#again && this.#state && !this.#disposed) {
      const buffers = this.#buffersNow();
      const buffer = buffers.free();
      // Its release comes back here.
      if (!buffer) return;
      this.#again = false;
      const view = picture(this.#state, this.#size);
      const parts = await this.#canvas.update(view, buffers, this.#scale);
      this.#view = view;
      if (this.#disposed) return;
      buffers.changed(parts);
      if (this.#buffers !== buffers || parts.length === 0) continue;
      for (const part of buffer.stale) this.#canvas.paint(buffer.pixels, part);
      buffer.stale = [];
      buffer.busy = true;
      this.#present(buffer.buffer, parts);
    }
  }

  #buffersNow(): Buffers {
    const width = Math.max(1, Math.round(this.#size.width * this.#scale));
    const height = Math.max(1, Math.round(this.#size.height * this.#scale));
    const now = this.#buffers;
    if (now?.width === width && now.height === height) return now;
    const next = new Buffers(this.#wayland.shm, width, height, () => {
      if (this.#again) this.#draw();
    });
    now?.[Symbol.dispose]();
    this.#buffers = next;
    return next;
  }

  #present(
    buffer: Parameters<WlSurface['attach']>[0],
    parts: readonly { left: number; top: number; right: number; bottom: number }[],
  ): void {
    const { surface } = this;
    surface.attach(buffer, 0, 0);
    for (const { left, top, right, bottom } of parts)
      surface.damageBuffer(left, top, right - left, bottom - top);
    if (this.#viewport) this.#viewport.setDestination(this.#size.width, this.#size.height);
    else if (Number.isInteger(this.#scale)) surface.setBufferScale(this.#scale);
    surface.commit();
    this.#wayland.connection.flush();
  }
}
