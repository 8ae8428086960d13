import type { HeadlessOutput } from '../../firmware/display/headless-display.ts';
import type { Client, Desktop } from './desktop.ts';
import { eventually } from './eventually.ts';
import { PATIENCE_MS, type Place } from './held-terminal.ts';
import type { Box, Picture } from './picture.ts';

/** Of different size, scale and refresh; main and right above, below and corner under them, all side by side. */
export const FOUR = [
  { name: 'main', width: 1000, height: 700, scale: 1, refreshHz: 60, place: { x: 0, y: 0 } },
  { name: 'right', width: 1000, height: 750, scale: 1.25, refreshHz: 75, place: { x: 1000, y: 0 } },
  { name: 'below', width: 1200, height: 900, scale: 1.5, refreshHz: 30, place: { x: 200, y: 700 } },
  {
    name: 'corner',
    width: 1600,
    height: 1200,
    scale: 2,
    refreshHz: 144,
    place: { x: 1000, y: 600 },
  },
] as const satisfies readonly HeadlessOutput[];

/** A point of an output, in its pixels. */
export interface Spot extends Place {
  readonly output: number;
}

/** A point of one of the four by logical pixels of the layout. */
export function spotAt(index: number, x: number, y: number, output = index): Spot {
  const { place, scale } = FOUR[index] as (typeof FOUR)[number];
  return { output, x: (x - place.x) * scale, y: (y - place.y) * scale };
}

/** Takes the window under a point by that, and lets it go where the hand is then. */
export async function carry(desk: Desktop, from: Spot, to: Spot): Promise<void> {
  desk.move(from, from.output);
  desk.hold('Alt');
  desk.button('left', true);
  desk.move({ x: from.x + 3, y: from.y + 3 }, from.output);
  for (let step = 6; step >= 0; step--) desk.move({ x: to.x - step, y: to.y - step }, to.output);
  desk.button('left', false);
  desk.release('Alt');
}

export const isColour = (wanted: number) => (rgb: number) => rgb === wanted;

export function boxOf(picture: Picture | null, colour: number): Box | null {
  return picture?.bounds(isColour(colour)) ?? null;
}

/** Of one colour, without a margin; what is typed goes to a file of that name. */
export function footOf(colour: number, size: string, file: string): readonly string[] {
  const hex = colour.toString(16).padStart(6, '0');
  const look = ['-o', `colors.background=${hex}`, '-o', 'colors.foreground=ffffff'];
  return [...look, '-o', 'pad=0x0', `--window-size-pixels=${size}`, 'sh', '-c', `cat >${file}`];
}

/** What a client that runs with WAYLAND_DEBUG=1 was told last. */
export class Told {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Refresh of the screen that showed it, in Hz. */
  refreshHz(): number {
    const told = [
      ...this.#tail().matchAll(/wp_presentation_feedback@\d+\.presented\(\d+, \d+, \d+, (\d+),/g),
    ];
    return Math.round(1e9 / Number(told.at(-1)?.[1]));
  }

  /** Frame callbacks a second over the last ones. */
  paceHz(count = 60): number {
    const times = [...this.#tail().matchAll(/wl_callback@\d+\.done\((\d+)\)/g)]
      .map((match) => Number(match[1]))
      .slice(-count);
    if (times.length < count) return 0;
    return ((count - 1) * 1000) / ((times.at(-1) ?? 0) - (times[0] ?? 0));
  }

  count(pattern: RegExp): number {
    return [...this.#client.stderr.matchAll(pattern)].length;
  }

  all(pattern: RegExp): RegExpMatchArray[] {
    return [...this.#client.stderr.matchAll(pattern)];
  }

  #tail(): string {
    return this.#client.stderr.slice(-60_000);
  }
}

/** @throws Error saying what it was last, after 20 s */
export function becomes(what: string, look: () => unknown, wanted: unknown): Promise<void> {
  return eventually(() => {
    const now = look();
    if (now !== wanted) throw new Error(`${what} is ${String(now)}, not ${String(wanted)}`);
  }, PATIENCE_MS);
}
