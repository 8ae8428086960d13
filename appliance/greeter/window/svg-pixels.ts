import sharp from 'sharp';

// What is drawn here is kept by its user: a cache and more threads would be memory for nothing.
sharp.cache(false);
sharp.concurrency(1);

/** Draws an SVG document without transparent parts. @returns XRGB, row by row */
export async function drawPixels(svg: string): Promise<Uint32Array> {
  const { data } = await sharp(Buffer.from(svg))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = new Uint32Array(data.length / 4);
  for (let i = 0, at = 0; i < pixels.length; i++, at += 4) {
    pixels[i] =
      ((data[at] as number) << 16) | ((data[at + 1] as number) << 8) | (data[at + 2] as number);
  }
  return pixels;
}
