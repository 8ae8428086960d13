import { drag, scroll, video } from './animation.ts';
import type { Cell } from './cell.ts';
import { hotDeskCard, hotDeskSoftware } from './hot-desk.ts';
import { idle } from './idle.ts';
import { reconnect } from './reconnect.ts';
import { typing } from './typing.ts';

export const cells: readonly Cell[] = [
  ...[typing, scroll, drag, video, idle, reconnect],
  ...[hotDeskSoftware, hotDeskCard],
];

/** Those of a run that names none. */
export const usualCells: readonly string[] = cells
  .filter(({ measureAlone }) => !measureAlone)
  .map(({ name }) => name);
