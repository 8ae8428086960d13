import type { WlBuffer, WlCallback } from '../../../protocol/wayland/generated/wayland.ts';
import type { WaylandClient } from '../../../protocol/wayland/types.ts';
import type { Region } from '../region/region.ts';
import { SurfaceBuffer } from './buffer.ts';
import type { PresentationFeedback } from './presentation-feedback.ts';
import { Changed, SurfaceState } from './surface-state.ts';

/** More unanswered callbacks or feedbacks than this on one surface end its client. */
export const MAX_WAITING = 4096;

interface Owner {
  readonly client: WaylandClient;
  readonly onAttach: (() => void) | null;
}

/** The stage that requests write to. A request that says what is said already changes nothing. */
export class PendingState extends SurfaceState {
  readonly #surface: Owner;

  constructor(surface: Owner) {
    super();
    this.#surface = surface;
  }

  attach(buffer: WlBuffer | null): void {
    this.buffer = buffer === null ? null : SurfaceBuffer.from(buffer);
    this.bufferWidth = this.buffer?.width ?? 0;
    this.bufferHeight = this.buffer?.height ?? 0;
    this.changed |= Changed.buffer;
    if (buffer !== null) this.#surface.onAttach?.();
  }

  offset(x: number, y: number): void {
    if (x === 0 && y === 0 && (this.changed & Changed.offset) === 0) return;
    this.dx = x;
    this.dy = y;
    this.changed |= Changed.offset;
  }

  damage(x: number, y: number, width: number, height: number): void {
    this.surfaceDamage.addBox(x, y, x + width, y + height);
  }

  damageBuffer(x: number, y: number, width: number, height: number): void {
    this.bufferDamage.addBox(x, y, x + width, y + height);
  }

  addFrameCallback(callback: WlCallback): void {
    this.frameCallbacks.push(callback);
    this.#limit(this.frameCallbacks.length);
  }

  addFeedback(feedback: PresentationFeedback): void {
    this.feedbacks.push(feedback);
    this.#limit(this.feedbacks.length);
  }

  setOpaqueRegion(region: Region): void {
    if (this.opaque.equals(region)) return;
    this.opaque = region;
    this.changed |= Changed.opaque;
  }

  setInputRegion(region: Region | null): void {
    if (this.input === region || (region !== null && this.input?.equals(region))) return;
    this.input = region;
    this.changed |= Changed.input;
  }

  setBufferScale(scale: number): void {
    if (this.scale === scale) return;
    this.scale = scale;
    this.changed |= Changed.scale;
  }

  setBufferTransform(transform: number): void {
    if (this.transform === transform) return;
    this.transform = transform;
    this.changed |= Changed.transform;
  }

  /** Viewport source; width -1 unsets it. */
  setSource(x: number, y: number, width: number, height: number): void {
    const same = this.sourceX === x && this.sourceY === y && this.sourceWidth === width;
    if (same && this.sourceHeight === height) return;
    this.sourceX = x;
    this.sourceY = y;
    this.sourceWidth = width;
    this.sourceHeight = height;
    this.changed |= Changed.viewport;
  }

  /** Viewport destination; -1 unsets it. */
  setDestination(width: number, height: number): void {
    if (this.destinationWidth === width && this.destinationHeight === height) return;
    this.destinationWidth = width;
    this.destinationHeight = height;
    this.changed |= Changed.viewport;
  }

  #limit(count: number): void {
    if (count > MAX_WAITING) this.#surface.client.postNoMemory();
  }
}
