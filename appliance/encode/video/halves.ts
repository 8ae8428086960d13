import { REGION_STRIDE, RegionEncoding, type VideoPart } from '../../../native/pixels/index.ts';

/** Rows of a macroblock: an edge elsewhere would cost one more row of them. */
const MACROBLOCK = 16;

/** The upper and the lower half of a film, as streams of their own: both sides make them on two cores at a time. */
export function halvesOf(part: VideoPart): readonly [VideoPart, VideoPart] {
  const height = Math.round(part.height / 2 / MACROBLOCK) * MACROBLOCK;
  return [
    { ...part, height },
    { ...part, stream: 1 - part.stream, y: part.y + height, height: part.height - height },
  ];
}

/** @returns the regions with each one of the film's in the half that it lies in, or in two pieces */
export function regionsOfHalves(
  regions: Int32Array,
  [upper, lower]: readonly [VideoPart, VideoPart],
): Int32Array {
  const halved: number[] = [];
  for (let at = 0; at < regions.length; at += REGION_STRIDE) {
    const region = regions.subarray(at, at + REGION_STRIDE);
    const [encoding, x, y, w, h, a] = region as unknown as readonly number[] & { length: 7 };
    if (encoding !== RegionEncoding.video || a !== upper.stream) {
      halved.push(...region);
      continue;
    }
    const top = y as number;
    const bottom = top + (h as number);
    for (const { stream, from, to } of [
      { stream: upper.stream, from: top, to: Math.min(bottom, lower.y) },
      { stream: lower.stream, from: Math.max(top, lower.y), to: bottom },
    ])
      if (to > from)
        halved.push(RegionEncoding.video, x as number, from, w as number, to - from, stream, 0);
  }
  return Int32Array.from(halved);
}
