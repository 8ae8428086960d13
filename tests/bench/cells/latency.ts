import type { Observation, ShownFrame } from '../host/observer.ts';
import type { Commit } from '../host/workload.ts';

const nsPerMs = 1e6;

/**
 * Time from each key press to the first picture that shows what it did.
 * @throws Error when the application has not seen every key, as then keys and frames cannot be matched
 */
export function keyLatenciesMs(
  observation: Observation,
  commits: readonly Commit[],
  tag: number,
): number[] {
  const { keyTimesNs } = observation;
  const seen = commits.at(-1)?.keysSeen ?? 0;
  if (seen !== keyTimesNs.length)
    throw new Error(`${keyTimesNs.length} keys were typed, the application saw ${seen}`);
  const frames = observation.frames.filter((frame) => frame.tag === tag);
  return keyTimesNs.map((pressedNs, i) => {
    const commit = commits.find((candidate) => candidate.keysSeen > i);
    const shown = commit && frames.find((frame) => frame.frame >= commit.frame);
    if (!shown) throw new Error(`key ${i + 1} of ${keyTimesNs.length} was never shown`);
    return (shown.timeNs - pressedNs) / nsPerMs;
  });
}

/** Time from each frame's commit by the application to its picture, for the frames that were shown. */
export function frameLatenciesMs(
  frames: readonly ShownFrame[],
  commits: readonly Commit[],
): number[] {
  const committedNs = new Map(commits.map((commit) => [commit.frame, commit.timeNs]));
  return frames.flatMap((shown) => {
    const timeNs = committedNs.get(shown.frame);
    return timeNs === undefined ? [] : [(shown.timeNs - timeNs) / nsPerMs];
  });
}
