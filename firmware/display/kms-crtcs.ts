/** A monitor that wants one of the graphics card's CRTCs. */
export interface Seeker {
  readonly crtcs: readonly number[];
  /** The one that it has: kept where that leaves nobody without. */
  readonly now: number | null;
}

/**
 * Gives each monitor a CRTC of its own, as many monitors as there is a way for; earlier ones come first.
 * @returns one for each seeker, null for none
 */
export function assignCrtcs(seekers: readonly Seeker[]): (number | null)[] {
  const takenBy = new Map<number, number>();
  const wishes = seekers.map(({ crtcs, now }) =>
    now !== null && crtcs.includes(now) ? [now, ...crtcs.filter((crtc) => crtc !== now)] : crtcs,
  );
  // Whoever has one already is seated first, so that a newcomer moves nobody without need.
  const order = [...seekers.keys()].sort(
    (a, b) => Number(seekers[a]?.now === null) - Number(seekers[b]?.now === null) || a - b,
  );
  for (const seeker of order) seat(seeker, wishes, takenBy, new Set());
  const given = seekers.map((): number | null => null);
  for (const [crtc, seeker] of takenBy) given[seeker] = crtc;
  return given;
}

/** Where nobody sits, else by an augmenting path: whoever sits there moves on if there is another place. */
function seat(
  seeker: number,
  wishes: readonly (readonly number[])[],
  takenBy: Map<number, number>,
  asked: Set<number>,
): boolean {
  const wished = wishes[seeker] ?? [];
  const free = wished.find((crtc) => !takenBy.has(crtc));
  for (const crtc of free === undefined ? wished : [free]) {
    if (asked.has(crtc)) continue;
    asked.add(crtc);
    const holder = takenBy.get(crtc);
    if (holder !== undefined && !seat(holder, wishes, takenBy, asked)) continue;
    takenBy.set(crtc, seeker);
    return true;
  }
  return false;
}
