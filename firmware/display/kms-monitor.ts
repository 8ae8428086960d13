import { type Connector, type Mode, parseEdid } from '../../native/drm/index.ts';
import type { OutputInfo } from '../../protocol/generated/control.ts';
import type { DisplayConfig, MonitorConfig, WantedMode } from '../config/display.ts';
import { assignCrtcs } from './kms-crtcs.ts';
import type { MonitorMemory } from './monitor-memory.ts';
import { isMatch, type NamedOutput, outputInfo } from './output-info.ts';
import { arrange } from './output-layout.ts';

/** A monitor, and how it is to be used. */
export interface Monitor {
  readonly connector: Connector;
  readonly mode: Mode;
  readonly crtc: number;
  /** What the session is told; its id is the connector's. */
  readonly info: OutputInfo;
}

type Found = Omit<Monitor, 'crtc'>;

/** Dots per inch from which on a scale is used: what is on the screen stays about as large as at 96. */
const SCALES = [
  { dpi: 180, scale: 2 },
  { dpi: 140, scale: 1.5 },
  { dpi: 116, scale: 1.25 },
] as const;
const MM_PER_INCH = 25.4;
/** Smaller or larger is no monitor but a wrong number: projectors send an aspect ratio, for example. */
const PLAUSIBLE_MM = { min: 90, max: 2500 };
/** 59.94 Hz is called 60. */
const HZ_CLOSE = 0.6;

/**
 * All monitors that can show a desktop, each with a CRTC of its own, the primary one first: the order is the file's, then
 * the one in which they stood before, then the card's.
 * @param now CRTCs that connectors have
 * @param scale for monitors of which the file says nothing; null: by their size
 * @returns also those that there is no CRTC left for
 */
export function chooseMonitors(
  connectors: readonly Connector[],
  config: DisplayConfig,
  now: ReadonlyMap<number, number>,
  scale: number | null = null,
  memory: MonitorMemory | null = null,
): { monitors: Monitor[]; without: Connector[] } {
  const all = connectors.flatMap((connector) => foundOf(connector, config, scale) ?? []);
  const found = (memory?.order(all) ?? all).sort((a, b) => rank(a, config) - rank(b, config));
  const crtcs = assignCrtcs(
    found.map(({ connector }) => ({
      crtcs: connector.crtcs,
      now: now.get(connector.id) ?? null,
    })),
  );
  const monitors = found.flatMap((each, index): Monitor[] => {
    const crtc = crtcs[index] ?? null;
    return crtc === null ? [] : [{ ...each, crtc }];
  });
  const placed = arrange(
    monitors.map(({ info }) => ({ info, place: configOf(info, config)?.place ?? null })),
  );
  return {
    monitors: monitors.map((monitor, index) => ({
      ...monitor,
      info: placed[index] ?? monitor.info,
    })),
    without: found.filter((_, index) => crtcs[index] === null).map(({ connector }) => connector),
  };
}

function foundOf(connector: Connector, config: DisplayConfig, scale: number | null): Found | null {
  if (!connector.connected || connector.nonDesktop) return null;
  const named = identify(connector);
  const wanted = configOf(named, config);
  if (wanted?.enabled === false) return null;
  const mode = modeFor(connector.modes, wanted?.mode ?? null);
  if (!mode) return null;
  const { width, height, refreshHz } = mode;
  const own = scale ?? scaleOf(connector, mode);
  const info = outputInfo({
    ...named,
    id: connector.id,
    ...{ width, height, refreshHz },
    ...{ widthMm: connector.widthMm, heightMm: connector.heightMm },
    scale: wanted?.scale ?? own,
    transform: (wanted?.rotate ?? 0) / 90,
  });
  return { connector, mode, info };
}

function identify({ name, edid }: Connector): NamedOutput {
  const { maker = '', name: model = '', product = 0 } = parseEdid(edid) ?? {};
  return { name, make: maker, model: model || (maker ? `0x${product.toString(16)}` : '') };
}

/** What the file says of it: by connector before by make. */
function configOf(named: NamedOutput, { monitors }: DisplayConfig): MonitorConfig | null {
  return (
    monitors.find(({ match }) => match === named.name) ??
    monitors.find(({ match }) => isMatch(named, match)) ??
    null
  );
}

function rank({ info }: Found, config: DisplayConfig): number {
  const wanted = configOf(info, config);
  const at = wanted ? config.monitors.indexOf(wanted) : -1;
  return at < 0 ? config.monitors.length : at;
}

/** The wanted one where the monitor has it, else the one that it likes best. */
export function modeFor(modes: readonly Mode[], wanted: WantedMode | null): Mode | null {
  if (!wanted) return bestMode(modes);
  const { width, height, refreshHz } = wanted;
  const fits = modes.filter(
    (mode) =>
      mode.width === width &&
      mode.height === height &&
      (refreshHz === null || Math.abs(mode.refreshHz - refreshHz) < HZ_CLOSE),
  );
  const [closest] = fits.toSorted((a, b) =>
    refreshHz === null
      ? Number(a.interlaced) - Number(b.interlaced) || b.refreshHz - a.refreshHz
      : Math.abs(a.refreshHz - refreshHz) - Math.abs(b.refreshHz - refreshHz),
  );
  return closest ?? bestMode(modes);
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

/** By the monitor's dots per inch; 1 where it does not know its size. */
export function scaleOf(
  { widthMm, heightMm }: { readonly widthMm: number; readonly heightMm: number },
  { width, height }: { readonly width: number; readonly height: number },
): number {
  const plausible = [widthMm, heightMm].every(
    (mm) => mm >= PLAUSIBLE_MM.min && mm <= PLAUSIBLE_MM.max,
  );
  if (!plausible) return 1;
  const dpi = Math.min(width / widthMm, height / heightMm) * MM_PER_INCH;
  return SCALES.find((each) => dpi >= each.dpi)?.scale ?? 1;
}

/** Whether a monitor that was looked at again is lit as it is to be. @param a as it is now @param b as it was lit */
export function sameMonitor(a: Monitor, b: Monitor): boolean {
  return (
    !a.connector.linkBad &&
    a.connector.id === b.connector.id &&
    a.crtc === b.crtc &&
    Buffer.compare(a.mode.raw, b.mode.raw) === 0 &&
    a.info.transform === b.info.transform
  );
}
