import { PixelImage } from '../../../native/pixels/index.ts';

/** Draws an SVG document of ours. */
export async function drawSvg(svg: string): Promise<PixelImage> {
  const sharp = await loadSharp();
  const { data, info } = await sharp(Buffer.from(svg))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return new PixelImage(info.width, info.height, premultiplied(data));
}

/** Loaded with the first picture: a session that draws none never needs it. */
async function loadSharp() {
  const { default: sharp } = await import('sharp');
  // What is drawn here is kept by its user: a cache and more threads would be memory for nothing.
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}

/** RGBA as sharp gives it to premultiplied B, G, R, A. */
function premultiplied(pixels: Buffer): Buffer {
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = pixels[at + 3] ?? 0;
    const red = pixels[at] ?? 0;
    pixels[at] = Math.round(((pixels[at + 2] ?? 0) * alpha) / 255);
    pixels[at + 1] = Math.round(((pixels[at + 1] ?? 0) * alpha) / 255);
    pixels[at + 2] = Math.round((red * alpha) / 255);
  }
  return pixels;
}
