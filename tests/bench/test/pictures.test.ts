import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import { nativeProgram } from '../host/native-programs.ts';
import { renderFrames, type Scene } from '../host/workload.ts';

const tag = 9;
const magic = 0xa5;
// The programs need the bench's Debian packages, which only `just bench` asks for.
const built = existsSync(nativeProgram('workload')) ? test : test.skip;

/** The barcode as the observer reads it: 32 cells of 8x8 pixels from the top left corner. */
function readBarcode(pixels: Uint32Array): number {
  let code = 0;
  for (let bit = 0; bit < 32; bit++)
    code = ((code << 1) | (((pixels[4 * 1920 + bit * 8 + 4] ?? 0) & 255) > 127 ? 1 : 0)) >>> 0;
  return code;
}

const scenes: readonly Scene[] = ['type', 'scroll', 'drag', 'video', 'idle', 'still'];
for (const scene of scenes)
  built(`${scene}: frames carry their number and are the same each time`, async (t) => {
    const frames = await renderFrames(scene, tag, [1, 5]);
    t.deepEqual(
      frames.map(readBarcode),
      [1, 5].map((frame) => ((magic << 24) | (tag << 16) | frame) >>> 0),
    );
    const [again] = await renderFrames(scene, tag, [5]);
    t.true(again && frames[1] && isDeepStrictEqual(again, frames[1]));
  });
