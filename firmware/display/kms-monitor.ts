import type { Connector, Mode } from '../../native/drm/index.ts';

export interface Monitor {
  readonly connector: Connector;
  readonly mode: Mode;
  readonly crtc: number;
}

/** The first monitor that can show a desktop, in the mode that it likes best; null without one. */
export function chooseMonitor(connectors: readonly Connector[]): Monitor | null {
  for (const connector of connectors) {
    const mode = bestMode(connector.modes);
    const [crtc] = connector.crtcs;
    if (connector.connected && !connector.nonDesktop && mode && crtc !== undefined)
      return { connector, mode, crtc };
  }
  return null;
}

/** The preferred one, else the largest, and of those the fastest. */
export function bestMode(modes: readonly Mode[]): Mode | null {
  const progressive = modes.filter((mode) => !mode.interlaced);
  const liked = progressive.filter((mode) => mode.preferred);
  const [best = null] = (liked.length > 0 ? liked : progressive).toSorted(
    (a, b) => b.width * b.height - a.width * a.height || b.refreshHz - a.refreshHz,
  );
  return best;
}

/** Whether a monitor that was looked at again needs nothing new. */
export function sameMonitor(a: Monitor | null, b: Monitor | null): boolean {
  if (!a || !b) return a === b;
  return (
    a.connector.id === b.connector.id &&
    a.crtc === b.crtc &&
    Buffer.compare(a.mode.raw, b.mode.raw) === 0
  );
}
