import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Application } from '../host/workload.ts';
import type { Stage } from '../stage.ts';
import { peakSignalToNoiseDb } from '../statistics/picture-quality.ts';

const gapMs = 50;

export interface Picture {
  readonly frame: number;
  readonly pixels: Uint32Array;
}

/** Saves what the viewer shows now, a few times; pictures without the application's frame are left out. */
export async function takePictures(
  stage: Stage,
  application: Application,
  count: number,
): Promise<Picture[]> {
  const pictures: Picture[] = [];
  const file = join(stage.directory, 'picture');
  for (let i = 0; i < count; i++) {
    if (i > 0) await sleep(gapMs);
    const saved = await stage.observer.save(file);
    if (saved?.tag !== application.tag) continue;
    const { buffer, byteOffset, byteLength } = await readFile(file);
    const pixels = new Uint32Array(
      buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer,
    );
    pictures.push({ frame: saved.frame, pixels });
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
