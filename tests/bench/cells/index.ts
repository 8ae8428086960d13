import { drag, scroll, video } from './animation.ts';
import type { Cell } from './cell.ts';
import { hotDeskCard, hotDeskSoftware } from './hot-desk.ts';
import { idle } from './idle.ts';
import { menu } from './menu.ts';
import { move } from './move.ts';
import { reconnect } from './reconnect.ts';
import { rest } from './rest.ts';
import { switching } from './switch.ts';
import { typing } from './typing.ts';

export const cells: readonly Cell[] = [
  ...[typing, scroll, drag, move, switching, menu, video, idle, reconnect, rest],
  ...[hotDeskSoftware, hotDeskCard],
];

/** Those of a run that names none. */
export const usualCells: readonly string[] = cells
  .filter(({ measureAlone }) => !measureAlone)
  .map(({ name }) => name);
