import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import { nativeProgram } from '../host/native-programs.ts';
import { readPictures } from '../host/pictures.ts';
import { menuPlace, type WindowScene } from '../host/windows.ts';
import { renderFrames, type Scene } from '../host/workload.ts';

const tag = 9;
const magic = 0xa5;
// The programs need the bench's Debian packages, which only `just bench` asks for.
const built = existsSync(nativeProgram('windows')) ? test : test.skip;

/** The barcode as the observer reads it: 32 cells of 8x8 pixels from this corner. */
function readBarcode(pixels: Uint32Array, x = 0, y = 0): number {
  let code = 0;
  for (let bit = 0; bit < 32; bit++)
    code =
      ((code << 1) | (((pixels[(y + 4) * 1920 + x + bit * 8 + 4] ?? 0) & 255) > 127 ? 1 : 0)) >>> 0;
  return code;
}

const scenes: readonly Scene[] = ['type', 'scroll', 'drag', 'video', 'idle', 'still'];
for (const scene of scenes)
  built(`${scene}: frames carry their number and are the same each time`, async (t) => {
    const frames = await renderFrames(scene, tag, [1, 5]);
    t.deepEqual(
      frames.map((frame) => readBarcode(frame)),
      [1, 5].map((frame) => ((magic << 24) | (tag << 16) | frame) >>> 0),
    );
    const [again] = await renderFrames(scene, tag, [5]);
    t.true(again && frames[1] && isDeepStrictEqual(again, frames[1]));
  });

const innerMarks: readonly [Scene, number, number][] = [
  ['scroll', 1920 - 256, 1080 - 8],
  ['video', 320 + 1280 - 256, 160 + 720 - 8],
  // Four steps from 200, 200.
  ['drag', 200 + 4 * 11 + 800 - 256, 200 + 4 * 7 + 600 - 8],
];
for (const [scene, x, y] of innerMarks)
  built(`${scene}: the far corner of what changes carries the number too`, async (t) => {
    const [frame] = await renderFrames(scene, tag, [5]);
    t.truthy(frame);
    if (frame) t.is(readBarcode(frame, x, y), ((magic << 24) | (tag << 16) | 5) >>> 0);
  });

const withWindows: readonly [WindowScene, readonly number[], number, number][] = [
  ['move', [0, 100, 50], 100, 50],
  ['switch', [1, 600, 90, 0, 300, 290], 300, 290],
  ['menu', [0, menuPlace.x, menuPlace.y], menuPlace.x, menuPlace.y],
];
for (const [scene, words, x, y] of withWindows)
  built(`${scene}: the screen is drawn with windows in their places`, async (t) => {
    const args = ['render', scene, String(tag), ...words.map(String)];
    const [picture] = await readPictures(nativeProgram('windows'), args, 1);
    t.truthy(picture);
    if (!picture) return;
    t.is(readBarcode(picture), ((magic << 24) | (tag << 16) | 1) >>> 0);
    t.is(readBarcode(picture, x, y), ((magic << 24) | (tag << 16) | 2) >>> 0);
  });
