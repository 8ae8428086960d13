import type { SeenView } from '../../helpers/recording/recorder.ts';

/** What recorders found, over any number of terminals. */
export interface Verdict {
  readonly views: number;
  readonly sessionViews: number;
  readonly frames: number;
  readonly cursors: number;
  /** The longest that something came after the View that ended its own. */
  readonly lateMs: number;
  /** Each a sentence; none is wanted. */
  readonly leaks: readonly string[];
}

/**
 * Looks for what nobody should have been sent: somebody's colours in a greeter or in another person's session, frames or
 * cursors of a view that shows nothing.
 * @param ownerOf name of the person whose session it is, as in the recorder's colours
 */
export function judge(
  views: readonly SeenView[],
  ownerOf: (sessionId: string) => string | undefined,
): Verdict {
  const leaks = views.flatMap((seen) => leaksOf(seen, ownerOf));
  return {
    views: views.length,
    sessionViews: views.filter(({ kind }) => kind === 'session').length,
    frames: views.reduce((sum, { frames }) => sum + frames, 0),
    cursors: views.reduce((sum, { cursors }) => sum + cursors, 0),
    lateMs: Math.max(0, ...views.map(({ lateMs }) => lateMs)),
    leaks,
  };
}

function leaksOf(seen: SeenView, ownerOf: (sessionId: string) => string | undefined): string[] {
  const where = `view ${seen.view} (${seen.kind} ${seen.sessionId})`;
  const leaks = seen.wrong.map((what) => `${where}: ${what}`);
  if (seen.kind === 'none' && seen.frames + seen.cursors > 0)
    leaks.push(`${where}: ${seen.frames} frames and ${seen.cursors} cursors of nothing`);
  const owner = seen.kind === 'session' ? ownerOf(seen.sessionId) : undefined;
  if (seen.kind === 'session' && !owner) leaks.push(`${where}: a session that nobody knows`);
  for (const [what, found] of [
    ['pixels', seen.pixels],
    ['pointers', seen.cursorPixels],
  ] as const)
    for (const [name, runs] of found)
      if (name !== owner) leaks.push(`${where}: ${runs} runs of ${what} of ${name}`);
  return leaks;
}
