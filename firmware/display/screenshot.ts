import { rename } from 'node:fs/promises';
import type { Framebuffer } from '../../native/pixels/index.ts';

/** Writes a picture as PNG; the file is complete or not there. */
export async function writeScreenshot(framebuffer: Framebuffer, file: string): Promise<void> {
  const { width, height, bytes } = framebuffer;
  const { default: sharp } = await import('sharp');
  const rgb = Buffer.alloc(width * height * 3);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = bytes[from + 2] as number;
    rgb[to + 1] = bytes[from + 1] as number;
    rgb[to + 2] = bytes[from] as number;
  }
  const temporary = `${file}.${process.pid}`;
  await sharp(rgb, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 6 })
    .toFile(temporary);
  await rename(temporary, file);
}
