import type { CursorImage } from './xcursor.ts';

// # outline, . fill; the classic arrow for systems without any cursor theme
const ARROW = [
  '#           ',
  '##          ',
  '#.#         ',
  '#..#        ',
  '#...#       ',
  '#....#      ',
  '#.....#     ',
  '#......#    ',
  '#.......#   ',
  '#........#  ',
  '#.........# ',
  '#......#####',
  '#...#..#    ',
  '#..# #..#   ',
  '#.#  #..#   ',
  '##    #..#  ',
  '      #..#  ',
  '       ##   ',
] as const;

/** An arrow drawn from the table above, enlarged by whole pixels to about `size`. */
export function drawFallbackCursor(size: number): CursorImage {
  const zoom = Math.max(1, Math.min(8, Math.round(size / 24)));
  const width = ARROW[0].length * zoom;
  const height = ARROW.length * zoom;
  const pixels = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = ARROW[Math.floor(y / zoom)] ?? '';
    for (let x = 0; x < width; x++) pixels[y * width + x] = colourOf(row[Math.floor(x / zoom)]);
  }
  const argb = new Uint8Array(pixels.buffer);
  return { nominalSize: 24 * zoom, width, height, hotspotX: 0, hotspotY: 0, argb };
}

function colourOf(mark: string | undefined): number {
  if (mark === '#') return 0xff000000;
  return mark === '.' ? 0xffffffff : 0;
}
