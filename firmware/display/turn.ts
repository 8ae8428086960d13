import { Framebuffer } from '../../native/pixels/index.ts';

export interface Pixels32 {
  readonly width: number;
  readonly height: number;
  /** Four bytes per pixel, rows without gaps. */
  readonly bytes: Uint8Array;
}

/**
 * Where a point of the upright picture lies in the memory of a screen that is turned.
 * @param transform wl_output.transform
 * @param size of the upright picture
 */
export function turnPoint(
  { x, y }: { readonly x: number; readonly y: number },
  transform: number,
  { width, height }: { readonly width: number; readonly height: number },
): { x: number; y: number } {
  switch (transform) {
    case 1:
      return { x: y, y: width - x };
    case 2:
      return { x: width - x, y: height - y };
    case 3:
      return { x: height - y, y: x };
    case 4:
      return { x: width - x, y };
    case 5:
      return { x: y, y: x };
    case 6:
      return { x, y: height - y };
    case 7:
      return { x: height - y, y: width - x };
    default:
      return { x, y };
  }
}

/** An upright picture in the order of the memory of a screen that is turned. */
export function turn(upright: Pixels32, transform: number): Pixels32 {
  if (transform === 0) return upright;
  const { width, height } = upright;
  const turned = transform & 1 ? { width: height, height: width } : { width, height };
  const bytes = new Uint8Array(upright.bytes.length);
  copyTurned(upright, { ...turned, bytes }, transform);
  return { ...turned, bytes };
}

/** The same for a whole screen. @returns the same one when there is nothing to turn */
export function turnScreen(upright: Framebuffer, transform: number): Framebuffer {
  if (transform === 0) return upright;
  const { width, height } = upright;
  const turned = transform & 1 ? new Framebuffer(height, width) : new Framebuffer(width, height);
  copyTurned(upright, turned, transform);
  return turned;
}

/** A screen's picture as a person sees it. @returns the same one when it is upright already */
export function uprightScreen(picture: Framebuffer, transform: number): Framebuffer {
  // Flips are their own inverse, plain quarter turns go the other way round.
  return turnScreen(picture, transform === 1 ? 3 : transform === 3 ? 1 : transform);
}

function copyTurned(from: Pixels32, to: Pixels32, transform: number): void {
  const source = words(from);
  const target = words(to);
  const { width, height } = from;
  // The pixel's middle, twice: the edges change sides with everything else.
  const place = (x: number, y: number) => {
    const at = turnPoint({ x: x + 0.5, y: y + 0.5 }, transform, { width, height });
    return Math.floor(at.y) * to.width + Math.floor(at.x);
  };
  const origin = place(0, 0);
  const right = width > 1 ? place(1, 0) - origin : 0;
  const down = height > 1 ? place(0, 1) - origin : 0;
  for (let y = 0; y < height; y++)
    for (let x = 0, at = origin + y * down; x < width; x++, at += right)
      target[at] = source[y * width + x] as number;
}

/** Bytes off the wire may lie anywhere. */
function words({ bytes, width, height }: Pixels32): Uint32Array {
  // Those off the wire are a Buffer, whose own slice() copies nothing.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, width * height);
}
