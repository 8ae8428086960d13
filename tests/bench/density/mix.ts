import type { Scene } from '../host/workload.ts';

/** What people do, by their share: most look, some type, few scroll, drag or watch a film. */
const SHARES: readonly (readonly [scene: Scene, share: number])[] = [
  ['still', 0.6],
  ['type', 0.25],
  ['scroll', 0.06],
  ['drag', 0.06],
  ['video', 0.03],
];

/**
 * One scene for each session, at least one of them typing: whole numbers that come close to the shares.
 */
export function mixOf(sessions: number): Scene[] {
  const wanted = SHARES.map(([scene, share]) => ({ scene, exact: share * sessions, count: 0 }));
  for (let given = 0; given < sessions; given++) {
    const next = wanted.reduce((best, one) => (missing(one) > missing(best) ? one : best));
    next.count++;
  }
  const scenes = wanted.flatMap(({ scene, count }) => new Array<Scene>(count).fill(scene));
  if (!scenes.includes('type')) scenes[0] = 'type';
  return scenes;
}

const missing = ({ exact, count }: { exact: number; count: number }): number => exact - count;
