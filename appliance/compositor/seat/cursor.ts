import type { WaylandClient } from '../../../protocol/wayland/types.ts';
import { Listeners } from '../surface/listeners.ts';
import type { CursorTheme } from './cursor-theme.ts';

/** What the terminal draws; pixels premultiplied, bytes B,G,R,A, at most 256 x 256. */
export type CursorPicture =
  | {
      kind: 'image';
      width: number;
      height: number;
      hotspotX: number;
      hotspotY: number;
      /** Pixels per logical pixel in 1/120. */
      scale120: number;
      argb: Uint8Array;
    }
  | { kind: 'hidden' };

/** What a client last asked for while it had the pointer. */
export type CursorChoice =
  | { kind: 'shape'; name: string }
  | { kind: 'hidden' }
  | { kind: 'picture'; render(): CursorPicture; release(): void };

const ARROW: CursorChoice = { kind: 'shape', name: 'default' };

/**
 * Which cursor the terminal shows: the compositor's own choice, else the focused client's, else the arrow.
 * Changes are told once per batch of requests: a client that sets a surface and then fills it shows no gap, and one that
 * fills it in a loop costs one picture.
 */
export class CursorState {
  readonly #theme: CursorTheme;
  readonly #changed = new Listeners<[picture: CursorPicture]>();
  readonly #scale120: () => number;
  readonly #schedule: (callback: () => void) => void;
  #scheduled = false;
  #client: WaylandClient | null = null;
  #choice: CursorChoice = ARROW;
  #serverShape: string | null = 'default';
  #override: string | null = null;
  #shown: { choice: CursorChoice | string; scale120: number } | null = null;
  #picture: CursorPicture;

  /**
   * @param scale120 the scale of the output that has the pointer
   * @param schedule runs the callback after the present batch of requests
   */
  constructor(
    theme: CursorTheme,
    scale120: () => number = () => 120,
    schedule: (callback: () => void) => void = setImmediate,
  ) {
    this.#theme = theme;
    this.#scale120 = scale120;
    this.#schedule = schedule;
    this.#picture = this.#themed('default');
  }

  /** What is shown now, e.g. for a terminal that just attached. */
  get current(): CursorPicture {
    return this.#picture;
  }

  onChange(callback: (picture: CursorPicture) => void): () => void {
    return this.#changed.add(callback);
  }

  /** Over something that is no client's; null over a client's surface. */
  setServerShape(name: string | null): void {
    this.#serverShape = name;
    this.#show();
  }

  /** For as long as an operation of the compositor (move, resize) has the pointer. */
  setOverride(name: string | null): void {
    this.#override = name;
    this.#show();
  }

  /** Another client has the pointer: what the last one chose is not for it. */
  setClient(client: WaylandClient): void {
    if (client === this.#client) return;
    this.#client = client;
    this.#choose(ARROW);
  }

  /** @param client must be the last that had the pointer, else nothing happens */
  choose(client: WaylandClient, choice: CursorChoice): void {
    if (client === this.#client) this.#choose(choice);
    else if (choice.kind === 'picture') choice.release();
  }

  /** The picture of the present choice is another one now. */
  refresh(choice: CursorChoice): void {
    if (choice !== this.#choice) return;
    this.#shown = null;
    this.#show();
  }

  /** The output's scale is another one. */
  rescale(): void {
    this.#show();
  }

  #choose(choice: CursorChoice): void {
    const previous = this.#choice;
    this.#choice = choice;
    if (previous.kind === 'picture') previous.release();
    this.#show();
  }

  #show(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#schedule(() => {
      this.#scheduled = false;
      this.#tell();
    });
  }

  #tell(): void {
    const choice = this.#override ?? this.#serverShape ?? this.#choice;
    const scale120 = this.#scale120();
    const key = typeof choice !== 'string' && choice.kind === 'shape' ? choice.name : choice;
    if (this.#shown?.choice === key && this.#shown.scale120 === scale120) return;
    this.#shown = { choice: key, scale120 };
    this.#picture = this.#pictureOf(choice);
    this.#changed.call(this.#picture);
  }

  #pictureOf(choice: CursorChoice | string): CursorPicture {
    if (typeof choice === 'string') return this.#themed(choice);
    if (choice.kind === 'picture') return choice.render();
    return choice.kind === 'shape' ? this.#themed(choice.name) : { kind: 'hidden' };
  }

  #themed(shape: string): CursorPicture {
    const scale120 = this.#scale120();
    const { nominalSize, width, height, hotspotX, hotspotY, argb } = this.#theme.image(
      shape,
      scale120,
    );
    // a theme without the wanted size gives the nearest: the terminal scales it to the same size on the screen
    const shown = Math.max(1, Math.round((120 * nominalSize) / this.#theme.size));
    return { kind: 'image', width, height, hotspotX, hotspotY, scale120: shown, argb };
  }
}
