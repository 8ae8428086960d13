import assert from 'node:assert/strict';
import { lives } from '../../../helpers/processes.ts';
import type { Desk } from '../desk.ts';

/** Pixels of the cursor's picture to the left of and above its tip, and of rounding. */
const HOTSPOT_PX = 32;

/** The cursor follows mouse and tablet, also while nothing answers on the server. */
export async function pointerMoved({ at, house }: Desk): Promise<void> {
  const { machine, screen, pointer } = at;
  await pointer.point(0.5, 0.5);
  const middle = await machine.cursorIs('in the middle', near(640, 360));
  assert.ok(middle.image > 0, 'the cursor is shown');
  const pids = [house.server.process.pid ?? 0, ...(await house.running()).map(({ pid }) => pid)];
  assert.ok(pids.length > 1 && pids.every(lives));
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  try {
    await pointer.point(0.25, 0.75);
    const there = await machine.cursorIs('where the tablet says', near(320, 540));
    await pointer.push(60, -40);
    await machine.cursorIs('to the right and up', ({ x, y }) => x > there.x && y < there.y);
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
  await screen.keepWithCursor('pointer');
}

function near(x: number, y: number) {
  return (cursor: { readonly x: number; readonly y: number }) =>
    Math.abs(cursor.x - x) <= HOTSPOT_PX && Math.abs(cursor.y - y) <= HOTSPOT_PX;
}
