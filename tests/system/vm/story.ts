/**
 * What a person sees of a terminal that boots, in virtual machines. Its screens are left in images/build/vm/screens to be
 * looked at. Nothing timed is asserted. Words choose chapters; without any, all are played.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildVm, type VmImage } from '../../../images/vm/build.ts';
import type { Chapter } from './chapter.ts';
import { CARDS, cards } from './chapters/cards.ts';
import { biosDisk, uefiDisk } from './chapters/flashed-disk.ts';
import { hotDesk } from './chapters/hot-desk.ts';
import { noServer } from './chapters/no-server.ts';
import { legacyPictures, PICTURE, pictures } from './chapters/pictures.ts';
import { settings } from './chapters/settings.ts';
import { trouble } from './chapters/trouble.ts';
import { twoMonitors } from './chapters/two-monitors.ts';
import { closeCardHouse } from './desk.ts';
import { whyNoMachine } from './why-not.ts';

const SCREENS = fileURLToPath(new URL('../../../images/build/vm/screens', import.meta.url));
const CHAPTERS: readonly Chapter[] = [
  pictures,
  legacyPictures,
  cards,
  noServer,
  twoMonitors,
  hotDesk,
  trouble,
  settings,
  biosDisk,
  uefiDisk,
];

const totals = { passed: 0, failed: 0, skipped: 0 };
const wanted = process.argv.slice(2);
const chapters = CHAPTERS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const reason = whyNoMachine();
if (chapters.length === 0) {
  const names = CHAPTERS.map(({ name }) => name).join(', ');
  console.error(`vm: no such chapter; there are: ${names}`);
  process.exit(2);
}
if (reason === null) {
  const image = await buildVm([PICTURE, CARDS]);
  for (const chapter of chapters) await tell(chapter, image);
  await closeCardHouse();
} else for (const chapter of chapters) skip(chapter, reason);
const { passed, failed, skipped } = totals;
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
// What failed may have left something behind that would hold this process.
process.exit(failed > 0 ? 1 : 0);

async function tell(chapter: Chapter, image: VmImage): Promise<void> {
  const why = chapter.whyNot();
  if (why !== null) return skip(chapter, why);
  const folder = join(SCREENS, chapter.name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await using play = chapter.begin();
  let stopped = !(await attempt(chapter, 'begins', () => play.open({ image, folder })));
  for (const step of play.steps) {
    if (stopped) {
      note('skipped', chapter, step, 'a step before it failed');
      continue;
    }
    stopped = !(await attempt(chapter, step, () => play.play(step)));
    if (stopped) console.log(play.describe());
  }
}

async function attempt(chapter: Chapter, step: string, act: () => Promise<void>): Promise<boolean> {
  const beganMs = performance.now();
  try {
    await act();
    note('passed', chapter, step, `${((performance.now() - beganMs) / 1000).toFixed(1)} s`);
    return true;
  } catch (error) {
    note('failed', chapter, step, (error as Error).stack ?? String(error));
    return false;
  }
}

function skip(chapter: Chapter, why: string): void {
  for (const step of chapter.begin().steps) note('skipped', chapter, step, why);
}

function note(outcome: keyof typeof totals, { name }: Chapter, step: string, words: string): void {
  totals[outcome] += 1;
  console.log(`${outcome}: ${name}: ${step} (${words})`);
}
