import { PixelImage } from '../../../native/pixels/index.ts';
import { drawSvg as drawDocument } from '../../../native/svg/index.ts';

/** Draws an SVG document of ours, in a later turn of the event loop: whoever waits for this one is served first. */
export async function drawSvg(svg: string): Promise<PixelImage> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  const { width, height, pixels } = drawDocument(svg);
  return new PixelImage(width, height, pixels);
}
