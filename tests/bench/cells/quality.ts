import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { renderFrames, type Workload } from '../host/workload.ts';
import type { Stage } from '../stage.ts';
import { peakSignalToNoiseDb } from '../statistics/picture-quality.ts';

const gapMs = 150;

export interface Picture {
  readonly frame: number;
  readonly pixels: Uint32Array;
}

/** Saves what the viewer shows now, a few times; pictures without the workload's frame are left out. */
export async function takePictures(
  stage: Stage,
  workload: Workload,
  count: number,
): Promise<Picture[]> {
  const pictures: Picture[] = [];
  const file = join(stage.directory, 'picture');
  for (let i = 0; i < count; i++) {
    if (i > 0) await sleep(gapMs);
    const saved = await stage.observer.save(file);
    if (saved?.tag !== workload.tag) continue;
    const { buffer, byteOffset, byteLength } = await readFile(file);
    const pixels = new Uint32Array(
      buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer,
    );
    pictures.push({ frame: saved.frame, pixels });
  }
  await rm(file, { force: true });
  return pictures;
}

/** Compares pictures with what the workload drew. @returns dB for each */
export async function comparePictures(
  workload: Workload,
  pictures: readonly Picture[],
): Promise<number[]> {
  const wanted = await renderFrames(
    workload.scene,
    workload.tag,
    pictures.map((picture) => picture.frame),
  );
  return pictures.map((picture, i) =>
    peakSignalToNoiseDb(picture.pixels, wanted[i] as Uint32Array),
  );
}
