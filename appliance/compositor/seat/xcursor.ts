/** A picture of an Xcursor file. */
export interface CursorImage {
  /** The size the theme's author gave it, e.g. 24; the picture itself may be larger. */
  nominalSize: number;
  width: number;
  height: number;
  hotspotX: number;
  hotspotY: number;
  /** Premultiplied, bytes B,G,R,A, rows top down; width * height * 4. */
  argb: Uint8Array;
}

/** A file that is no Xcursor file, or one that breaks its own rules. */
export class XcursorError extends Error {
  override readonly name = 'XcursorError';
}

const MAGIC = 0x72756358; // "Xcur"
const IMAGE_TYPE = 0xfffd0002;
const IMAGE_HEADER_BYTES = 36;
const ENTRIES_MAX = 4096;
/** Larger cursors are never shown: terminals take 256 x 256 at most. */
export const CURSOR_SIDE_MAX = 256;

interface Entry {
  nominalSize: number;
  position: number;
}

/**
 * Reads the first picture (an animation's later ones are not used) of the size nearest to `size` pixels.
 * @throws XcursorError naming what is wrong; never reads outside `file` and allocates at most 256 KB
 */
export function parseXcursor(file: Uint8Array, size: number): CursorImage {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const entries = readEntries(view);
  const nearest = pickNearest(entries, size);
  if (!nearest) throw new XcursorError('the file has no pictures');
  return readImage(view, file, nearest);
}

function readEntries(view: DataView): Entry[] {
  if (view.byteLength < 16 || view.getUint32(0, true) !== MAGIC) {
    throw new XcursorError('the file does not begin as an Xcursor file');
  }
  const headerBytes = view.getUint32(4, true);
  const count = view.getUint32(12, true);
  if (count > ENTRIES_MAX) throw new XcursorError(`the table of contents has ${count} entries`);
  if (headerBytes < 16 || headerBytes + count * 12 > view.byteLength) {
    throw new XcursorError('the table of contents ends outside the file');
  }
  const entries: Entry[] = [];
  for (let index = 0; index < count; index++) {
    const at = headerBytes + index * 12;
    if (view.getUint32(at, true) !== IMAGE_TYPE) continue;
    entries.push({
      nominalSize: view.getUint32(at + 4, true),
      position: view.getUint32(at + 8, true),
    });
  }
  return entries;
}

function pickNearest(entries: readonly Entry[], size: number): Entry | undefined {
  let best: Entry | undefined;
  for (const entry of entries) {
    if (!best || Math.abs(entry.nominalSize - size) < Math.abs(best.nominalSize - size)) {
      best = entry;
    }
  }
  return best;
}

function readImage(view: DataView, file: Uint8Array, entry: Entry): CursorImage {
  const at = entry.position;
  if (at + IMAGE_HEADER_BYTES > view.byteLength)
    throw new XcursorError('a picture lies outside the file');
  const headerBytes = view.getUint32(at, true);
  if (headerBytes < IMAGE_HEADER_BYTES || view.getUint32(at + 4, true) !== IMAGE_TYPE) {
    throw new XcursorError('a picture does not begin as one');
  }
  const [width, height] = [view.getUint32(at + 16, true), view.getUint32(at + 20, true)];
  const [hotspotX, hotspotY] = [view.getUint32(at + 24, true), view.getUint32(at + 28, true)];
  if (width < 1 || height < 1 || width > CURSOR_SIDE_MAX || height > CURSOR_SIDE_MAX) {
    throw new XcursorError(`a picture of ${width} x ${height} pixels`);
  }
  if (hotspotX > width || hotspotY > height)
    throw new XcursorError('a hotspot outside its picture');
  const pixels = at + headerBytes;
  const bytes = width * height * 4;
  if (pixels + bytes > view.byteLength) throw new XcursorError('a picture ends outside the file');
  // A Buffer's slice is a view, which would keep a whole animation of megabytes for its first picture.
  const argb = new Uint8Array(file.subarray(pixels, pixels + bytes));
  return { nominalSize: entry.nominalSize, width, height, hotspotX, hotspotY, argb };
}
