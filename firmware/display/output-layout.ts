import type { OutputInfo } from '../../protocol/generated/control.ts';
import type { MonitorConfig } from '../config/display.ts';
import { isMatch, logicalSize } from './output-info.ts';

export interface ToPlace {
  readonly info: OutputInfo;
  readonly place: MonitorConfig['place'];
}

/**
 * Places outputs in the layout: where they are told to be, the others from left to right. The top left corner of it all is
 * 0,0. What would lie upon another goes to the right of everything.
 */
export function arrange(wanted: readonly ToPlace[]): OutputInfo[] {
  const placed = new Map<number, OutputInfo>();
  const put = (info: OutputInfo, x: number, y: number): void => {
    const at = { ...info, x, y };
    const free = [...placed.values()].every((other) => !overlap(at, other));
    placed.set(info.id, free ? at : { ...info, x: rightEdge([...placed.values()]), y: 0 });
  };
  for (const { info, place } of wanted) if (place && 'x' in place) put(info, place.x, place.y);
  let waiting = wanted.filter(({ info }) => !placed.has(info.id));
  // Each round places who stands next to one that is placed; in a circle nobody does, and the first begins.
  while (waiting.length > 0) {
    const next = waiting.find((each) => leftOf(each, wanted, placed) !== null) ?? waiting[0];
    if (!next) break;
    const left = leftOf(next, wanted, placed);
    if (left === null) put(next.info, rightEdge([...placed.values()]), 0);
    else if (left) put(next.info, left.x + logicalSize(left).width, left.y);
    else put(next.info, rightEdge([...placed.values()]), 0);
    waiting = waiting.filter((each) => each !== next);
  }
  return toOrigin(wanted.map(({ info }) => placed.get(info.id) ?? info));
}

/** @returns null: its neighbour waits, too; undefined: it has none */
function leftOf(
  { place, info }: ToPlace,
  wanted: readonly ToPlace[],
  placed: ReadonlyMap<number, OutputInfo>,
): OutputInfo | null | undefined {
  if (!place || !('rightOf' in place)) return undefined;
  const neighbour = wanted.find(
    (other) => other.info.id !== info.id && isMatch(other.info, place.rightOf),
  );
  return neighbour ? (placed.get(neighbour.info.id) ?? null) : undefined;
}

const rightEdge = (outputs: readonly OutputInfo[]): number =>
  Math.max(0, ...outputs.map((output) => output.x + logicalSize(output).width));

function overlap(a: OutputInfo, b: OutputInfo): boolean {
  const [one, other] = [logicalSize(a), logicalSize(b)];
  return (
    a.x < b.x + other.width &&
    b.x < a.x + one.width &&
    a.y < b.y + other.height &&
    b.y < a.y + one.height
  );
}

function toOrigin(outputs: readonly OutputInfo[]): OutputInfo[] {
  const left = Math.min(...outputs.map(({ x }) => x));
  const top = Math.min(...outputs.map(({ y }) => y));
  return outputs.map((output) => ({ ...output, x: output.x - left, y: output.y - top }));
}
