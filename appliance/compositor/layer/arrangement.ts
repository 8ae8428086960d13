import { ZwlrLayerSurfaceV1Anchor } from '../../../protocol/wayland/generated/layer-shell.ts';
import type { Rect, Size } from '../../wm/geometry.ts';

export interface Margin {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** What a client says of where its layer surface belongs. */
export interface LayerRules {
  /** A zwlr_layer_shell_v1.layer. */
  readonly layer: number;
  /** A mask of zwlr_layer_surface_v1.anchor. */
  readonly anchor: number;
  /** 0 in a direction: from edge to edge. */
  readonly size: Size;
  readonly margin: Margin;
  /** Logical pixels kept free of windows; 0 keeps clear of other zones, -1 does not mind them. */
  readonly zone: number;
}

export interface LayerEntry {
  readonly rules: LayerRules;
  /** It is shown, so that its zone counts. */
  readonly mapped: boolean;
}

export interface LayerArrangement {
  /** In the order of the entries. */
  readonly boxes: readonly Rect[];
  /** What is left for windows. */
  readonly usable: Rect;
}

/** However much panels ask for, windows keep this much in each direction. */
const MIN_USABLE = 64;

const { top, bottom, left, right } = ZwlrLayerSurfaceV1Anchor;
const horizontalEdges = left | right;
const verticalEdges = top | bottom;

/** By the edges it is anchored to, the one that a positive zone is measured from. */
const zoneEdges: ReadonlyMap<number, keyof Margin> = new Map([
  [top, 'top'],
  [top | horizontalEdges, 'top'],
  [bottom, 'bottom'],
  [bottom | horizontalEdges, 'bottom'],
  [left, 'left'],
  [left | verticalEdges, 'left'],
  [right, 'right'],
  [right | verticalEdges, 'right'],
]);

/** The edge that the surface reserves a zone at; null when it reserves none. */
function zoneEdge({ anchor, zone }: LayerRules): keyof Margin | null {
  return zone > 0 ? (zoneEdges.get(anchor) ?? null) : null;
}

/**
 * Places the layer surfaces of one output. Upper layers choose first, surfaces with a zone before those that only keep
 * clear of zones, older ones before newer ones.
 */
export function arrangeLayers(area: Rect, entries: readonly LayerEntry[]): LayerArrangement {
  const boxes: Rect[] = entries.map(() => area);
  const order = [...entries.keys()].sort((a, b) => rank(entries[b]) - rank(entries[a]) || a - b);
  let usable = area;
  for (const index of order) {
    const { rules, mapped } = entries[index] as LayerEntry;
    boxes[index] = placeLayer(rules, rules.zone < 0 ? area : usable);
    if (mapped) usable = less(usable, rules);
  }
  return { boxes, usable };
}

function rank(entry: LayerEntry | undefined): number {
  if (!entry) return 0;
  return entry.rules.layer + (zoneEdge(entry.rules) ? LAYER_COUNT : 0);
}
const LAYER_COUNT = 4;

/** The box of one surface within bounds. */
export function placeLayer(rules: LayerRules, bounds: Rect): Rect {
  const { anchor, size, margin } = rules;
  const x = onAxis(bounds.x, bounds.width, size.width, {
    start: anchor & left ? margin.left : null,
    end: anchor & right ? margin.right : null,
  });
  const y = onAxis(bounds.y, bounds.height, size.height, {
    start: anchor & top ? margin.top : null,
    end: anchor & bottom ? margin.bottom : null,
  });
  return { x: x.at, y: y.at, width: x.length, height: y.length };
}

/** Margins are null at edges that it is not anchored to. */
function onAxis(
  origin: number,
  room: number,
  wanted: number,
  { start, end }: { readonly start: number | null; readonly end: number | null },
): { at: number; length: number } {
  const length = wanted > 0 ? wanted : Math.max(1, room - (start ?? 0) - (end ?? 0));
  if (start !== null && (end === null || wanted === 0)) return { at: origin + start, length };
  if (end !== null && start === null) return { at: origin + room - length - end, length };
  const shift = (start ?? 0) - (end ?? 0);
  return { at: origin + Math.round((room - length + shift) / 2), length };
}

/**
 * Where a surface lies that draws itself smaller or larger than its box: in the middle where the compositor chose the
 * size, at the start where the client did and now draws another.
 */
export function alignInBox(rules: LayerRules, size: Size, box: Rect): { x: number; y: number } {
  const { width, height } = rules.size;
  return {
    x: box.x + (width === 0 ? Math.round((box.width - size.width) / 2) : 0),
    y: box.y + (height === 0 ? Math.round((box.height - size.height) / 2) : 0),
  };
}

function less(usable: Rect, rules: LayerRules): Rect {
  const edge = zoneEdge(rules);
  if (!edge) return usable;
  const wanted = rules.zone + rules.margin[edge];
  const taken = (room: number) => Math.max(0, Math.min(wanted, room - MIN_USABLE));
  const { x, y, width, height } = usable;
  const [across, down] = [taken(width), taken(height)];
  switch (edge) {
    case 'top':
      return { x, y: y + down, width, height: height - down };
    case 'bottom':
      return { x, y, width, height: height - down };
    case 'left':
      return { x: x + across, y, width: width - across, height };
    case 'right':
      return { x, y, width: width - across, height };
  }
}

/** Without an anchor at both ends a direction needs a size. */
export function hasSize({ anchor, size }: LayerRules): boolean {
  const stretchesAcross = (anchor & horizontalEdges) === horizontalEdges;
  const stretchesDown = (anchor & verticalEdges) === verticalEdges;
  return (size.width > 0 || stretchesAcross) && (size.height > 0 || stretchesDown);
}

export const ANCHOR_MASK = horizontalEdges | verticalEdges;
