/** Ten minutes and more: pictures of one stream are never so far apart that the difference is in doubt. */
const WRAP_MS = 2 ** 20;

/** VideoPicture.time of a picture. @param ms of any clock that runs evenly */
export function videoTime(ms: number): number {
  return 1 + (Math.round(ms) & (WRAP_MS - 1));
}

/** Milliseconds from one VideoPicture.time to another, -2^19 to 2^19; null when one is not known. */
export function videoTimeBetween(from: number, to: number): number | null {
  if (from === 0 || to === 0) return null;
  const passed = (to - from) & (WRAP_MS - 1);
  return passed < WRAP_MS / 2 ? passed : passed - WRAP_MS;
}
