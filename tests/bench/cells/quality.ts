import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Application } from '../host/workload.ts';
import type { Stage } from '../stage.ts';
import { peakSignalToNoiseDb } from '../statistics/picture-quality.ts';

const gapMs = 47;
const triesPerPicture = 8;

export interface Picture {
  readonly frame: number;
  readonly pixels: Uint32Array;
}

/** Saves what the viewer shows, a few times; fewer when it hardly ever shows a whole frame of the application. */
export async function takePictures(
  stage: Stage,
  application: Application,
  count: number,
): Promise<Picture[]> {
  const pictures: Picture[] = [];
  const file = join(stage.directory, 'picture');
  for (let i = 0; i < count * triesPerPicture && pictures.length < count; i++) {
    if (i > 0) await sleep(gapMs);
    const saved = await stage.observer.save(file);
    if (saved?.tag !== application.tag) continue;
    const { buffer, byteOffset, byteLength } = await readFile(file);
    const pixels = new Uint32Array(
      buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer,
    );
    // They are drawn again in the order of their numbers.
    if (saved.frame > (pictures.at(-1)?.frame ?? 0)) pictures.push({ frame: saved.frame, pixels });
  }
  await rm(file, { force: true });
  return pictures;
}

/** Compares pictures with what the application drew. @returns dB for each */
export async function comparePictures(
  application: Application,
  pictures: readonly Picture[],
): Promise<number[]> {
  const wanted = await application.render(pictures.map((picture) => picture.frame));
  return pictures.map((picture, i) =>
    peakSignalToNoiseDb(picture.pixels, wanted[i] as Uint32Array),
  );
}
