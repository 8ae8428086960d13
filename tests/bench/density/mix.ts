import type { Scene } from '../host/workload.ts';

/** What people do, by their share of the time: most look, some type, few scroll, drag or watch a film. The busiest first. */
const SHARES: readonly (readonly [scene: Scene, share: number])[] = [
  ['video', 0.03],
  ['drag', 0.06],
  ['scroll', 0.06],
  ['type', 0.25],
  ['still', 0.6],
];

/**
 * What each session does in each stretch of time: over the whole, whole numbers that come close to the shares,
 * dealt out so that no stretch is much busier than another, to other people each time; somebody types.
 * @returns a list for each session, as long as there are stretches
 */
export function mixOf(sessions: number, stretches: number): Scene[][] {
  const dealt = countsOf(sessions * stretches);
  const people = Array.from({ length: sessions }, () => new Array<Scene>(stretches).fill('still'));
  // Neighbours in time get what is busy at other places, so that it comes around.
  const stride = Math.max(1, Math.floor(sessions / stretches));
  for (const [i, scene] of dealt.entries()) {
    const stretch = i % stretches;
    const person = (Math.floor(i / stretches) + stretch * stride) % sessions;
    (people[person] as Scene[])[stretch] = scene;
  }
  return people;
}

function countsOf(places: number): Scene[] {
  const wanted = SHARES.map(([scene, share]) => ({ scene, exact: share * places, count: 0 }));
  for (let given = 0; given < places; given++) {
    const next = wanted.reduce((best, one) => (missing(one) > missing(best) ? one : best));
    next.count++;
  }
  const scenes = wanted.flatMap(({ scene, count }) => new Array<Scene>(count).fill(scene));
  if (!scenes.includes('type')) scenes[0] = 'type';
  return scenes;
}

const missing = ({ exact, count }: { exact: number; count: number }): number => exact - count;
