/** What happens to a window. Positions are pixels of the window, timeUs is CLOCK_MONOTONIC. */
export type WindowEvent =
  /** code: evdev KEY_* of the physical key; the host's key repeats are not reported */
  | { type: 'key'; timeUs: number; code: number; pressed: boolean }
  | { type: 'motion'; timeUs: number; x: number; y: number }
  /** code: evdev BTN_* */
  | { type: 'button'; timeUs: number; code: number; pressed: boolean; x: number; y: number }
  /** x, y in notches, v120X, v120Y in 1/120 of a notch; right and down (towards the user) are positive, as in Wayland */
  | { type: 'wheel'; timeUs: number; x: number; y: number; v120X: number; v120Y: number }
  | {
      type: 'touchDown' | 'touchUp' | 'touchMotion';
      timeUs: number;
      id: number;
      x: number;
      y: number;
    }
  /** in: false also means that every pressed key and button counts as released */
  | { type: 'focus'; timeUs: number; in: boolean }
  | { type: 'resized'; timeUs: number; width: number; height: number }
  /** Somebody asked the window to close, or (lost) its display is gone: nothing works then but close(). */
  | { type: 'close'; timeUs: number; lost: boolean }
  /** All presents up to this sequence are on the screen since timeNs (CLOCK_MONOTONIC). */
  | { type: 'presented'; timeUs: number; sequence: number; timeNs: number };

/** The numbers of queue.h's enum wr_window_kind, in its order. */
const kinds = [
  'none', 'key', 'motion', 'button', 'wheel', 'touchDown', 'touchUp', 'touchMotion', 'focus', 'resized', 'close', 'presented',
] as const; // biome-ignore format: one table

/** Makes an event of the raw addon's numbers; null for a kind it does not know. */
export function eventOf(
  kind: number,
  timeUs: number,
  a: number,
  b: number,
  c: number,
  d: number,
): WindowEvent | null {
  const type = kinds[kind];
  switch (type) {
    case 'key':
      return { type, timeUs, code: a, pressed: b !== 0 };
    case 'motion':
      return { type, timeUs, x: a, y: b };
    case 'button':
      return { type, timeUs, code: a, pressed: b !== 0, x: c, y: d };
    case 'wheel':
      return { type, timeUs, x: a, y: b, v120X: Math.round(a * 120), v120Y: Math.round(b * 120) };
    case 'touchDown':
    case 'touchUp':
    case 'touchMotion':
      return { type, timeUs, id: a, x: b, y: c };
    case 'focus':
      return { type, timeUs, in: a !== 0 };
    case 'resized':
      return { type, timeUs, width: a, height: b };
    case 'close':
      return { type, timeUs, lost: a !== 0 };
    case 'presented':
      return { type, timeUs, sequence: a, timeNs: b };
    default:
      return null;
  }
}
