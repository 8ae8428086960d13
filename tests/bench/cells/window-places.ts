import { setTimeout as sleep } from 'node:timers/promises';
import type { PlacedWindow, Windows } from '../host/windows.ts';
import type { Stage } from '../stage.ts';
import { untilQuiet } from './settle.ts';

const tries = 25;
const gapMs = 200;

/** Opens the windows over a desk that is on the screen, and waits until they are. @returns their places by number */
export async function openWindows(stage: Stage, windows: Windows): Promise<PlacedWindow[]> {
  windows.open();
  const places = await findWindows(stage, windows);
  await untilQuiet(stage);
  return places;
}

/** Where the desktop has put the application's windows, by number. */
export async function findWindows(stage: Stage, windows: Windows): Promise<PlacedWindow[]> {
  const found: PlacedWindow[] = [];
  for (const [number] of windows.shapes.entries())
    found.push({ number, ...(await findBarcode(stage, windows.cornerValue(number))) });
  return found;
}

/** Numbers of the windows from the lowest to the topmost, for windows whose middles meet. */
export async function findOrder(
  stage: Stage,
  windows: Windows,
  places: readonly PlacedWindow[],
): Promise<PlacedWindow[]> {
  for (const top of places)
    if (await stage.observer.find(windows.middleValue(top.number)))
      return [...places.filter((place) => place !== top), top];
  throw new Error('the middle of no window is shown');
}

async function findBarcode(stage: Stage, value: number) {
  for (let i = 0; i < tries; i++) {
    const place = await stage.observer.find(value);
    if (place) return place;
    await sleep(gapMs);
  }
  throw new Error('a window was never shown');
}
