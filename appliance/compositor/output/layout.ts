import type { Display, Global } from '../../../native/wayland/index.ts';
import { type WlOutput, wlOutput } from '../../../protocol/wayland/generated/wayland.ts';
import { containsPoint, equalRects, type Rect } from '../region/rect.ts';
import { Listeners } from '../surface/listeners.ts';
import { Output } from './output.ts';
import { checkOutputConfig, equalConfigs, type OutputConfig } from './output-config.ts';

const MAX_OUTPUTS = 16;

export type OutputEvent =
  | { readonly kind: 'added'; readonly output: Output }
  | { readonly kind: 'changed'; readonly output: Output }
  | { readonly kind: 'removed'; readonly output: Output }
  /** Panels leave windows another part of it. */
  | { readonly kind: 'usable'; readonly output: Output }
  /** A client bound a wl_output. */
  | { readonly kind: 'bound'; readonly output: Output; readonly resource: WlOutput };

/** The screens of the terminal side by side in the global space. The first one is primary. */
export class OutputLayout {
  readonly #display: Display;
  #entries: { readonly output: Output; readonly global: Global }[] = [];
  readonly #events = new Listeners<[event: OutputEvent]>();

  constructor(display: Display) {
    this.#display = display;
  }

  get outputs(): readonly Output[] {
    return this.#entries.map((entry) => entry.output);
  }

  get primary(): Output | null {
    return this.#entries[0]?.output ?? null;
  }

  onEvent(callback: (event: OutputEvent) => void): () => void {
    return this.#events.add(callback);
  }

  byId(id: number): Output | null {
    return this.#entries.find((entry) => entry.output.id === id)?.output ?? null;
  }

  /**
   * Takes the terminal's screens as they are now: adds, changes and removes outputs, in this order.
   * @throws RangeError when a description makes no sense; nothing is changed then
   */
  apply(configs: readonly OutputConfig[]): void {
    checkConfigs(configs);
    const before = new Map(this.#entries.map((entry) => [entry.output.id, entry]));
    const events: OutputEvent[] = [];
    this.#entries = configs.map((config) => {
      const known = before.get(config.id);
      before.delete(config.id);
      if (known === undefined) {
        const added = this.#add(config);
        events.push({ kind: 'added', output: added.output });
        return added;
      }
      if (!equalConfigs(known.output.config, config)) {
        known.output.change(config);
        events.push({ kind: 'changed', output: known.output });
      }
      return known;
    });
    for (const { output, global } of before.values()) {
      output.remove();
      global.destroy();
      events.push({ kind: 'removed', output });
    }
    for (const event of events) this.#events.call(event);
  }

  /** What panels leave for windows; null: all of it. */
  setUsable(output: Output, usable: Rect | null): void {
    if (equalRects(output.usable, usable ?? output.logical)) return;
    output.setUsable(usable);
    this.#events.call({ kind: 'usable', output });
  }

  /** The output that shows a point of the global space, or null between and beyond them. */
  outputAt(x: number, y: number): Output | null {
    return this.outputs.find((output) => containsPoint(output.logical, x, y)) ?? null;
  }

  /** The nearest point that some output shows; the same point where there is none at all. */
  clamp(x: number, y: number): { x: number; y: number } {
    let best = { x, y };
    let bestDistance = Number.POSITIVE_INFINITY;
    for (const { logical } of this.outputs) {
      const point = nearestInside(logical, x, y);
      const distance = (point.x - x) ** 2 + (point.y - y) ** 2;
      if (distance >= bestDistance) continue;
      best = point;
      bestDistance = distance;
    }
    return best;
  }

  #add(config: OutputConfig): { output: Output; global: Global } {
    const output = new Output(config);
    const global = this.#display.createGlobal(wlOutput, 4, (resource: WlOutput) => {
      output.bind(resource);
      this.#events.call({ kind: 'bound', output, resource });
    });
    return { output, global };
  }
}

/** Fixed-point coordinates of the protocol are this fine: the last point inside an edge. */
const LAST_INSIDE = 1 / 256;

function nearestInside(rect: Rect, x: number, y: number): { x: number; y: number } {
  return {
    x: Math.min(Math.max(x, rect.x), rect.x + rect.width - LAST_INSIDE),
    y: Math.min(Math.max(y, rect.y), rect.y + rect.height - LAST_INSIDE),
  };
}

function checkConfigs(configs: readonly OutputConfig[]): void {
  if (configs.length === 0 || configs.length > MAX_OUTPUTS)
    throw new RangeError(`${configs.length} outputs are not within 1..${MAX_OUTPUTS}`);
  for (const config of configs) checkOutputConfig(config);
  if (new Set(configs.map((config) => config.id)).size !== configs.length)
    throw new RangeError('two outputs have the same id');
}
