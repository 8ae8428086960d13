import type { WlCallback } from '../../../protocol/wayland/generated/wayland.ts';
import { DamageList } from '../region/damage-list.ts';
import { Region } from '../region/region.ts';
import type { SurfaceBuffer } from './buffer.ts';
import type { PresentationFeedback } from './presentation-feedback.ts';
import type { StackEntry } from './stack.ts';

/** What a state carries since it was last emptied. */
export const Changed = {
  buffer: 1,
  offset: 2,
  scale: 4,
  transform: 8,
  viewport: 16,
  opaque: 32,
  input: 64,
  stack: 128,
} as const;

/** Boxes kept per commit; more are merged into bigger ones. */
const DAMAGE_BOXES = 16;

/**
 * One stage of a surface's double-buffered state: pending, cached (synchronised subsurfaces) or current. Plain
 * values stay what the client last said in every stage, so the newer stage can always be judged alone; `changed`
 * says which of them the next stage takes over.
 */
export class SurfaceState {
  changed = 0;
  buffer: SurfaceBuffer | null = null;
  /** Size of the last attached buffer in its own pixels, 0 without one; survives the buffer's end. */
  bufferWidth = 0;
  bufferHeight = 0;
  /** Surface-local movement of this commit (wl_surface.offset or attach). */
  dx = 0;
  dy = 0;
  scale = 1;
  transform = 0;
  /** Viewport source in surface coordinates before scaling; width -1 when unset. */
  sourceX = -1;
  sourceY = -1;
  sourceWidth = -1;
  sourceHeight = -1;
  /** Viewport destination; -1 when unset. */
  destinationWidth = -1;
  destinationHeight = -1;
  opaque: Region = Region.empty;
  /** Null: the whole surface. */
  input: Region | null = null;
  /** Surface-local. */
  readonly surfaceDamage = new DamageList(DAMAGE_BOXES);
  /** Buffer pixels. */
  readonly bufferDamage = new DamageList(DAMAGE_BOXES);
  frameCallbacks: WlCallback[] = [];
  feedbacks: PresentationFeedback[] = [];
  /** The surface and its subsurfaces bottom to top with their positions. */
  stack: readonly StackEntry[] = [];
}

/**
 * Moves what `from` carries into `into`, as a commit does, and empties `from`. Buffers move as they are: locking
 * and unlocking them is the caller's part.
 */
export function mergeState(into: SurfaceState, from: SurfaceState): void {
  const { changed } = from;
  if (changed !== 0) mergeValues(into, from, changed);
  if (!from.surfaceDamage.isEmpty) {
    into.surfaceDamage.addAll(from.surfaceDamage);
    from.surfaceDamage.clear();
  }
  if (!from.bufferDamage.isEmpty) {
    into.bufferDamage.addAll(from.bufferDamage);
    from.bufferDamage.clear();
  }
  if (from.frameCallbacks.length > 0) {
    into.frameCallbacks = moveAll(into.frameCallbacks, from.frameCallbacks);
    from.frameCallbacks = [];
  }
  if (from.feedbacks.length > 0) {
    into.feedbacks = moveAll(into.feedbacks, from.feedbacks);
    from.feedbacks = [];
  }
  into.changed |= changed;
  from.changed = 0;
}

function mergeValues(into: SurfaceState, from: SurfaceState, changed: number): void {
  if (changed & Changed.buffer) {
    into.buffer = from.buffer;
    into.bufferWidth = from.bufferWidth;
    into.bufferHeight = from.bufferHeight;
    from.buffer = null;
  }
  if (changed & Changed.offset) {
    into.dx += from.dx;
    into.dy += from.dy;
    from.dx = 0;
    from.dy = 0;
  }
  if (changed & Changed.scale) into.scale = from.scale;
  if (changed & Changed.transform) into.transform = from.transform;
  if (changed & Changed.viewport) copyViewport(into, from);
  if (changed & Changed.opaque) into.opaque = from.opaque;
  if (changed & Changed.input) into.input = from.input;
  if (changed & Changed.stack) into.stack = from.stack;
}

function copyViewport(into: SurfaceState, from: SurfaceState): void {
  into.sourceX = from.sourceX;
  into.sourceY = from.sourceY;
  into.sourceWidth = from.sourceWidth;
  into.sourceHeight = from.sourceHeight;
  into.destinationWidth = from.destinationWidth;
  into.destinationHeight = from.destinationHeight;
}

function moveAll<T>(into: T[], from: T[]): T[] {
  return into.length === 0 ? from : into.concat(from);
}
