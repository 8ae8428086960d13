import type { DamageList } from '../region/damage-list.ts';
import type { Rect } from '../region/rect.ts';
import { swapsAxes, toUpright } from '../region/transform.ts';

/** The part of a surface's state that decides how its buffer becomes a picture. */
export interface BufferMapping {
  /** Buffer pixels, as attached. */
  readonly bufferWidth: number;
  readonly bufferHeight: number;
  readonly scale: number;
  readonly transform: number;
  /** Viewport source in surface coordinates before the destination scales them; width -1 when unset. */
  readonly sourceX: number;
  readonly sourceY: number;
  readonly sourceWidth: number;
  readonly sourceHeight: number;
  readonly destinationWidth: number;
  readonly destinationHeight: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The buffer's size after transform and scale; fractional where the scale does not divide it. */
export function unscaledSize(m: BufferMapping): Size {
  const swap = swapsAxes(m.transform);
  return {
    width: (swap ? m.bufferHeight : m.bufferWidth) / m.scale,
    height: (swap ? m.bufferWidth : m.bufferHeight) / m.scale,
  };
}

/** Logical size of the surface that shows the buffer. */
export function surfaceSize(m: BufferMapping): Size {
  if (m.bufferWidth <= 0 || m.bufferHeight <= 0) return { width: 0, height: 0 };
  if (m.destinationWidth > 0) return { width: m.destinationWidth, height: m.destinationHeight };
  if (m.sourceWidth > 0) return { width: m.sourceWidth, height: m.sourceHeight };
  const size = unscaledSize(m);
  return { width: Math.ceil(size.width), height: Math.ceil(size.height) };
}

/** What of the buffer is shown, in pixels of the buffer turned upright. */
export function sourceRect(m: BufferMapping): Rect {
  if (m.sourceWidth > 0)
    return {
      x: m.sourceX * m.scale,
      y: m.sourceY * m.scale,
      width: m.sourceWidth * m.scale,
      height: m.sourceHeight * m.scale,
    };
  const swap = swapsAxes(m.transform);
  return {
    x: 0,
    y: 0,
    width: swap ? m.bufferHeight : m.bufferWidth,
    height: swap ? m.bufferWidth : m.bufferHeight,
  };
}

/** Is the viewport's source inside the buffer? */
export function sourceFits(m: BufferMapping): boolean {
  if (m.sourceWidth <= 0) return true;
  const size = unscaledSize(m);
  return m.sourceX + m.sourceWidth <= size.width && m.sourceY + m.sourceHeight <= size.height;
}

/** A buffer's size must be a multiple of its scale (wl_surface.set_buffer_scale). */
export function scaleDividesBuffer(m: BufferMapping): boolean {
  return m.bufferWidth % m.scale === 0 && m.bufferHeight % m.scale === 0;
}

/** Adds damage given in buffer pixels to `out` in surface coordinates, fractional, within the surface. */
export function addBufferDamage(
  out: DamageList,
  damage: DamageList,
  m: BufferMapping,
  size: Size,
): void {
  const source = sourceRect(m);
  const scaleX = size.width / source.width;
  const scaleY = size.height / source.height;
  const { boxes } = damage;
  for (let i = 0; i < damage.length; i += 4) {
    const left = Math.max(0, boxes[i] as number);
    const top = Math.max(0, boxes[i + 1] as number);
    const right = Math.min(m.bufferWidth, boxes[i + 2] as number);
    const bottom = Math.min(m.bufferHeight, boxes[i + 3] as number);
    if (right <= left || bottom <= top) continue;
    const box = { x: left, y: top, width: right - left, height: bottom - top };
    const upright = toUpright(box, m.transform, m.bufferWidth, m.bufferHeight);
    const x = (upright.x - source.x) * scaleX;
    const y = (upright.y - source.y) * scaleY;
    addClipped(out, x, y, x + upright.width * scaleX, y + upright.height * scaleY, size);
  }
}

/** Adds damage in surface coordinates to `out`, within the surface. */
export function addSurfaceDamage(out: DamageList, damage: DamageList, size: Size): void {
  const { boxes } = damage;
  for (let i = 0; i < damage.length; i += 4)
    addClipped(
      out,
      boxes[i] as number,
      boxes[i + 1] as number,
      boxes[i + 2] as number,
      boxes[i + 3] as number,
      size,
    );
}

function addClipped(
  out: DamageList,
  left: number,
  top: number,
  right: number,
  bottom: number,
  size: Size,
): void {
  out.addBox(
    Math.max(0, left),
    Math.max(0, top),
    Math.min(size.width, right),
    Math.min(size.height, bottom),
  );
}
