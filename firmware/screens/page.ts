import sharp from 'sharp';
import type { Page } from '../display/display.ts';

const COLOURS = { background: '#20242c', headline: '#f2f4f8', detail: '#aab2c0' };

/**
 * Draws a page that fills the screen.
 * @returns XRGB8888 little-endian, width * height * 4 bytes
 */
export async function drawPage(page: Page, width: number, height: number): Promise<Buffer> {
  const size = Math.max(14, Math.min(36, width / 28));
  const line = (text: string, y: number, px: number, colour: string) =>
    `<text x="${width / 2}" y="${y}" font-size="${px}" fill="${colour}" text-anchor="middle" ` +
    `font-family="DejaVu Sans, sans-serif">${escapeXml(text)}</text>`;
  const middle = height / 2;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<rect width="100%" height="100%" fill="${COLOURS.background}"/>` +
    line(page.headline, middle - size * 0.4, size, COLOURS.headline) +
    line(page.detail, middle + size * 1.2, size * 0.55, COLOURS.detail) +
    '</svg>';
  return toWire(await sharp(Buffer.from(svg)).removeAlpha().ensureAlpha().raw().toBuffer());
}

/** RGBA as sharp gives it to B, G, R, X. */
function toWire(pixels: Buffer): Buffer {
  for (let i = 0; i < pixels.length; i += 4) {
    const red = pixels[i] as number;
    pixels[i] = pixels[i + 2] as number;
    pixels[i + 2] = red;
  }
  return pixels;
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
