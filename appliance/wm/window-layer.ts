import type { SceneItem } from '../compositor/scene/scene.ts';
import { FrameOwner } from './frame-owner.ts';
import { type Point, type Rect, sameRect } from './geometry.ts';
import type { ManagedWindow } from './managed-window.ts';
import type { TitleBarLook, WindowPlacement } from './policy.ts';
import { BORDER_REACH, frameOf } from './title-bar-layout.ts';

/** Whoever can draw a title bar into this rectangle of the global space. */
export interface TitleBarPainter {
  items(owner: FrameOwner, bar: Rect, look: TitleBarLook): SceneItem[];
}

/** Puts a point on the pixel grid of the output it is on. */
export type Align = (at: Point) => Point;

const BLACK = 0xff000000;
const TRANSPARENT = 0;

/** The scene items of one window, bottom to top: backdrop, border, title bar, content, popups. */
export function windowItems(
  window: ManagedWindow,
  placement: WindowPlacement,
  painter: TitleBarPainter,
  align: Align,
): SceneItem[] {
  const { geometry, id } = window;
  const at = align(placement.at);
  const size = { width: geometry.width, height: geometry.height };
  const frame = frameOf(at, size, placement.titleBar !== null);
  const items: SceneItem[] = [];
  if (placement.backdrop) {
    const owner = new FrameOwner(id, 'content', placement.backdrop);
    items.push({ kind: 'solid', ...placement.backdrop, colour: BLACK, owner });
  }
  if (placement.border) {
    const owner = new FrameOwner(id, 'border', frame);
    items.push({ kind: 'solid', ...inflated(frame), colour: TRANSPARENT, owner });
  }
  if (placement.titleBar) {
    const owner = new FrameOwner(id, 'titleBar', frame);
    const bar = { ...frame, height: at.y - frame.y };
    items.push(...painter.items(owner, bar, placement.titleBar));
  }
  const owner = new FrameOwner(id, 'content', frame);
  const surfaceAt = { x: at.x - geometry.x, y: at.y - geometry.y };
  items.push({ kind: 'surface', surface: window.surface, ...surfaceAt, owner });
  for (const popup of window.popups) {
    const popupAt = align({ x: at.x + popup.at.x, y: at.y + popup.at.y });
    items.push({ kind: 'surface', surface: popup.surface, ...popupAt, owner });
  }
  return items;
}

function inflated(frame: Rect): Rect {
  return {
    x: frame.x - BORDER_REACH,
    y: frame.y - BORDER_REACH,
    width: frame.width + 2 * BORDER_REACH,
    height: frame.height + 2 * BORDER_REACH,
  };
}

/** Whether two lists show the same: the scene need not look for what moved. */
export function sameItems(a: readonly SceneItem[], b: readonly SceneItem[]): boolean {
  return a.length === b.length && a.every((item, index) => sameItem(item, b[index]));
}

function sameItem(a: SceneItem, b: SceneItem | undefined): boolean {
  if (!b || a.x !== b.x || a.y !== b.y || !sameOwner(a.owner, b.owner)) return false;
  if (a.kind === 'surface') return b.kind === 'surface' && a.surface === b.surface;
  if (b.kind === 'surface' || a.width !== b.width || a.height !== b.height) return false;
  if (a.kind === 'image') return b.kind === 'image' && a.image === b.image;
  return b.kind === 'solid' && a.colour === b.colour;
}

function sameOwner(a: unknown, b: unknown): boolean {
  if (!(a instanceof FrameOwner && b instanceof FrameOwner)) return a === b;
  return a.window === b.window && a.kind === b.kind && sameRect(a.frame, b.frame);
}
