/** What is reported for pictures without any difference, where the ratio would be infinite. */
export const exactDb = 100;

/**
 * Peak signal-to-noise ratio of two pictures of 0x..RRGGBB words, over all three colours.
 * @returns dB, exactDb when no pixel differs
 * @throws RangeError when the sizes differ
 */
export function peakSignalToNoiseDb(shown: Uint32Array, wanted: Uint32Array): number {
  if (shown.length !== wanted.length || shown.length === 0)
    throw new RangeError(`pictures of ${shown.length} and ${wanted.length} pixels`);
  let squares = 0;
  for (let i = 0; i < shown.length; i++) {
    const a = shown[i] as number;
    const b = wanted[i] as number;
    if (((a ^ b) & 0xffffff) === 0) continue;
    const red = ((a >>> 16) & 255) - ((b >>> 16) & 255);
    const green = ((a >>> 8) & 255) - ((b >>> 8) & 255);
    const blue = (a & 255) - (b & 255);
    squares += red * red + green * green + blue * blue;
  }
  if (squares === 0) return exactDb;
  return Math.min(exactDb, 10 * Math.log10((255 * 255 * 3 * shown.length) / squares));
}
