/** A headline and a line of explanation, shown instead of a session. */
export interface Page {
  readonly headline: string;
  readonly detail: string;
}

/** XRGB8888 little-endian, rows top down. */
export interface Picture32 {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

const COLOURS = {
  background: '#20242c',
  banner: '#2f5d8c',
  headline: '#f2f4f8',
  detail: '#aab2c0',
};

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
  return toWire(await drawSvg(svg));
}

/** A line of text across the top of the screen. */
export async function drawBanner(text: string, width: number): Promise<Picture32> {
  const height = 36;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<rect width="100%" height="100%" fill="${COLOURS.banner}"/>` +
    `<text x="${width / 2}" y="23" font-size="15" fill="${COLOURS.headline}" text-anchor="middle" ` +
    `font-family="DejaVu Sans, sans-serif">${escapeXml(text)}</text></svg>`;
  return { width, height, bytes: toWire(await drawSvg(svg)) };
}

/** Loaded when there is something to draw: a terminal that shows its session at once never needs it. */
async function drawSvg(svg: string): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  return sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
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
