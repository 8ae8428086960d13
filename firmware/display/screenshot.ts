import { rename } from 'node:fs/promises';
import { parse } from 'node:path';
import { Framebuffer } from '../../native/pixels/index.ts';
import type { Display } from './display.ts';

export interface Shot {
  readonly picture: Framebuffer;
  /** For the file's name; empty for the primary output. */
  readonly suffix: string;
}

/** Copies of what is on the outputs; of the dark there is none. */
export async function shotsOf(display: Display): Promise<Shot[]> {
  const shots: Shot[] = [];
  for (const [index, { id, name }] of display.outputs.entries()) {
    const shown = await display.look(id);
    if (shown) shots.push({ picture: copyOf(shown), suffix: index === 0 ? '' : `-${name}` });
  }
  return shots;
}

/** shot.png becomes shot-HDMI-A-1.png. */
export function shotFile(file: string, suffix: string): string {
  const { dir, name, ext } = parse(file);
  return suffix === '' ? file : `${dir === '' ? '' : `${dir}/`}${name}${suffix}${ext}`;
}

function copyOf(shown: Framebuffer): Framebuffer {
  const copy = new Framebuffer(shown.width, shown.height);
  copy.bytes.set(shown.bytes);
  return copy;
}

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
