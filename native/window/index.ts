import { loadAddon } from '../load.ts';
import type { RawKeyboardNames, RawWindow, WindowAddon } from './binding.d.ts';
import { eventOf, type WindowEvent } from './events.ts';

export type { RawCallback, RawWindow } from './binding.d.ts';
export type { WindowEvent } from './events.ts';

const addon = loadAddon<WindowAddon>('window');

export type RawWindowClass = WindowAddon['Window'];

const sizeMax = 16384;
const rectsMax = 4096;

export interface WindowOptions {
  title: string;
  /** Pixels, 1 to 16384. */
  width: number;
  height: number;
  fullscreen?: boolean;
  /** Called in the order of what happened, never from within a Window's method. */
  onEvent: (event: WindowEvent) => void;
}

export interface CursorImage {
  /** Pixels, 1 to 256. */
  width: number;
  height: number;
  hotspotX: number;
  hotspotY: number;
  /** Premultiplied ARGB8888, little-endian (bytes B, G, R, A), width * height * 4. */
  argb: Uint8Array;
}

/** A window on the X11 or Wayland desktop of this process's environment, one at a time per process. */
export class Window {
  readonly #raw: RawWindow;

  /**
   * @param Raw stands in for the addon's
   * @throws Error when there is no display, or it does not answer within 10 s; TypeError or RangeError for bad options
   */
  constructor(options: WindowOptions, Raw: RawWindowClass = addon.Window) {
    const { title, onEvent } = options;
    if (typeof title !== 'string') throw new TypeError('a window title must be a string');
    if (typeof onEvent !== 'function') throw new TypeError('onEvent must be a function');
    const width = checkInteger('width', options.width, 1, sizeMax);
    const height = checkInteger('height', options.height, 1, sizeMax);
    this.#raw = withoutInputMethod(
      () =>
        new Raw(title, width, height, options.fullscreen === true, (...numbers) => {
          const event = eventOf(...numbers);
          if (event) onEvent(event);
        }),
    );
  }

  /** 'x11' or 'wayland'. */
  get driver(): string {
    return this.#raw.driver();
  }

  /**
   * Copies rectangles of a picture and has them on the screen at once; a 'presented' event follows. A picture of another size
   * than the window is drawn 1:1 from the top left, with black around it.
   * @param bytes the whole picture, XRGB8888 little-endian (bytes B, G, R, X), width * height * 4
   * @param rects [x, y, width, height]* in pixels of the picture, clipped to it; all of it after a change of size
   * @returns the sequence that a 'presented' event (this one's or a later one's) will name
   */
  present(bytes: Uint8Array, width: number, height: number, rects: Int32Array): number {
    checkInteger('picture width', width, 1, sizeMax);
    checkInteger('picture height', height, 1, sizeMax);
    if (!(bytes instanceof Uint8Array) || bytes.length < width * height * 4) {
      throw new RangeError(`a picture of ${width}x${height} needs ${width * height * 4} bytes`);
    }
    if (!(rects instanceof Int32Array) || rects.length % 4 !== 0 || rects.length > rectsMax * 4) {
      throw new RangeError(`rects must be an Int32Array of up to ${rectsMax} times four numbers`);
    }
    return this.#raw.present(bytes, width, height, rects);
  }

  /** null hides the cursor. */
  setCursor(image: CursorImage | null): void {
    if (image === null) {
      this.#raw.setCursor();
      return;
    }
    const { width, height, hotspotX, hotspotY, argb } = image;
    checkInteger('cursor width', width, 1, addon.cursorMax);
    checkInteger('cursor height', height, 1, addon.cursorMax);
    checkInteger('hotspotX', hotspotX, 0, width - 1);
    checkInteger('hotspotY', hotspotY, 0, height - 1);
    if (!(argb instanceof Uint8Array) || argb.length !== width * height * 4) {
      throw new RangeError(`a cursor of ${width}x${height} needs ${width * height * 4} bytes`);
    }
    this.#raw.setCursor(width, height, hotspotX, hotspotY, argb);
  }

  /** Cut after 255 bytes. */
  setTitle(title: string): void {
    this.#raw.setTitle(String(title));
  }

  setFullscreen(fullscreen: boolean): void {
    this.#raw.setFullscreen(fullscreen === true);
  }

  /** Asks the desktop to send its own shortcuts to this window too, whenever it has the focus. */
  grabKeyboard(grab: boolean): void {
    this.#raw.grabKeyboard(grab === true);
  }

  /** Asks for a size in pixels; a 'resized' event tells what came of it. */
  resize(width: number, height: number): void {
    this.#raw.resize(
      checkInteger('width', width, 1, sizeMax),
      checkInteger('height', height, 1, sizeMax),
    );
  }

  /** In pixels. */
  size(): { width: number; height: number } {
    return this.#raw.size();
  }

  /** Waits at most 2 s for the display; no event follows. A second close does nothing. */
  close(): void {
    this.#raw.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * The keyboard layout that the X server of $DISPLAY was given; null without one, and on a Wayland desktop, which does not tell.
 */
export function hostKeyboardNames(): RawKeyboardNames | null {
  // Xwayland's property says 'us' whatever the desktop uses.
  if (process.env['WAYLAND_DISPLAY']) return null;
  return process.env['DISPLAY'] ? addon.hostKeyboard() : null;
}

/** SDL opens an X11 input method whatever its user wants: one that holds back keys, dead ones at least. These make it do nothing. */
const inputMethodOff = { XMODIFIERS: '@im=none', XCOMPOSEFILE: '/dev/null' };

function withoutInputMethod<T>(open: () => T): T {
  // On Wayland the same file name only has xkbcommon complain.
  if (!process.env['DISPLAY'] || process.env['SDL_VIDEODRIVER'] === 'wayland') return open();
  const before = Object.keys(inputMethodOff).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, inputMethodOff);
  try {
    return open();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

function checkInteger(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new RangeError(`${name} ${value} is outside ${min}..${max}`);
}
