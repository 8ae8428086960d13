import { type WlPointer, WlPointerError } from '../../../protocol/wayland/generated/wayland.ts';
import type { Surface } from '../surface/surface.ts';
import type { SurfaceRole } from '../surface/surface-role.ts';
import type { CursorChoice, CursorPicture, CursorState } from './cursor.ts';
import type { Seat } from './seat.ts';
import { isNewerSerial } from './serial-history.ts';
import { pictureOf } from './surface-picture.ts';

/** How often an animated cursor may show its next picture: it is not part of any frame. */
const FRAME_MS = 16;

/** The role of a surface that is a cursor's picture; made once per surface, with a hotspot that follows set_cursor. */
export class CursorSurface implements SurfaceRole {
  readonly name = 'wl_pointer-cursor';
  readonly #surface: Surface;
  readonly #cursor: CursorState;
  readonly #clock: () => number;
  #hotspotX = 0;
  #hotspotY = 0;
  #choice: (CursorChoice & { kind: 'picture' }) | null = null;
  #frameTimer: NodeJS.Timeout | null = null;

  /** @param clock CLOCK_MONOTONIC in ms */
  constructor(surface: Surface, cursor: CursorState, clock: () => number) {
    this.#surface = surface;
    this.#cursor = cursor;
    this.#clock = clock;
  }

  afterCommit(): void {
    const { dx, dy } = this.#surface.current;
    this.#hotspotX -= dx;
    this.#hotspotY -= dy;
    this.#update();
    this.#answerFrames();
  }

  onSurfaceDestroyed(): void {
    if (this.#frameTimer) clearTimeout(this.#frameTimer);
    this.#frameTimer = null;
    this.#update();
    this.#choice = null;
  }

  show(hotspotX: number, hotspotY: number): void {
    this.#hotspotX = hotspotX;
    this.#hotspotY = hotspotY;
    if (this.#choice) {
      this.#update();
      return;
    }
    const choice: CursorChoice = {
      kind: 'picture',
      render: () => this.#picture(),
      release: () => {
        if (this.#choice === choice) this.#choice = null;
      },
    };
    this.#choice = choice;
    this.#cursor.choose(this.#surface.client, choice);
    this.#answerFrames();
  }

  #update(): void {
    if (this.#choice) this.#cursor.refresh(this.#choice);
  }

  #picture(): CursorPicture {
    const picture = pictureOf(this.#surface);
    if (!picture) return { kind: 'hidden' };
    const { width, height, scale, argb } = picture;
    return {
      kind: 'image',
      width,
      height,
      hotspotX: clamp(Math.round(this.#hotspotX * scale), width),
      hotspotY: clamp(Math.round(this.#hotspotY * scale), height),
      scale120: Math.max(1, Math.round(scale * 120)),
      argb,
    };
  }

  #answerFrames(): void {
    if (this.#frameTimer || !this.#choice || !this.#surface.awaitsFrame) return;
    this.#frameTimer = setTimeout(() => {
      this.#frameTimer = null;
      const timeMs = this.#clock();
      for (const callback of this.#surface.takeFrameCallbacks()) callback.sendDone(timeMs);
    }, FRAME_MS);
    this.#frameTimer.unref();
  }
}

function clamp(value: number, end: number): number {
  return Math.max(0, Math.min(value, end - 1));
}

/** wl_pointer.set_cursor */
export function setCursorSurface(
  host: { seat: Seat; cursor: CursorState },
  pointer: WlPointer,
  serial: number,
  surface: Surface | null,
  hotspotX: number,
  hotspotY: number,
): void {
  const { seat, cursor } = host;
  let role: CursorSurface | null = null;
  if (surface) {
    // the role is taken even where the serial is too old: it sticks to the surface either way
    if (surface.role instanceof CursorSurface) role = surface.role;
    else {
      role = new CursorSurface(surface, cursor, () => seat.now());
      if (!surface.assignRole(role, { resource: pointer, code: WlPointerError.role })) return;
    }
  }
  if (!mayChooseCursor(seat, pointer, serial)) return;
  if (role) role.show(hotspotX, hotspotY);
  else cursor.choose(pointer.client, { kind: 'hidden' });
}

/** Only the client under the pointer, and only in answer to its latest enter or something newer. */
export function mayChooseCursor(seat: Seat, pointer: WlPointer, serial: number): boolean {
  const client = seat.pointer.focus?.client ?? seat.dragOrigin;
  return client === pointer.client && !isNewerSerial(seat.pointer.enterSerial, serial);
}
