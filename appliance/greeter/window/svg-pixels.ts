import { drawSvg } from '../../../native/svg/index.ts';

/** Draws an SVG document without transparent parts. @returns XRGB, row by row, with X of 255 */
export async function drawPixels(svg: string): Promise<Uint32Array> {
  const { pixels } = drawSvg(svg);
  return new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length / 4);
}
