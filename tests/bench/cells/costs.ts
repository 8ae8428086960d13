import type { Stage, Totals } from '../stage.ts';
import type { Samples } from './metric.ts';

/** What one unit of work cost: bytes and CPU milliseconds; what a peer has not is left out. */
export function costsPer(stage: Stage, spent: Totals, units: number): Samples {
  if (units === 0) return {};
  const { serverPids, viewerPid } = stage.running;
  return {
    ...(serverPids.length > 0 && {
      downBytes: [spent.downBytes / units],
      upBytes: [spent.upBytes / units],
      downKb: [spent.downBytes / units / 1000],
      serverCpuMs: [spent.serverCpuNs / 1e6 / units],
    }),
    ...(viewerPid && { viewerCpuMs: [spent.viewerCpuNs / 1e6 / units] }),
  };
}
