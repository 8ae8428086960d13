import { LocalKeys, WINDOW_KEYS } from '../input/local-keys.ts';
import { evdevOf } from './key-codes.ts';

const LEFT_CTRL = 29;
const META: readonly number[] = [125, 126];
const MODIFIERS: readonly number[] = [29, 97, 42, 54, 56, 100, 125, 126];

/** What is used of a KeyboardEvent. */
export interface KeyPress {
  readonly type: string;
  readonly code: string;
  readonly key: string;
  readonly repeat: boolean;
  readonly timeStamp: number;
  preventDefault(): void;
}

export interface KeyboardDeps {
  readonly key: (code: number, pressed: boolean) => void;
  /** Ctrl+Alt+G: the person wants the keyboard back. */
  readonly onRelease: () => void;
  /** Ctrl+Alt+F */
  readonly onFullScreen: () => void;
  readonly platform: 'mac' | 'windows' | 'other';
}

/** Keys by their place, not by what they print: the session has the layout. */
export class Keyboard {
  readonly #deps: KeyboardDeps;
  readonly #local = new LocalKeys(WINDOW_KEYS);
  readonly #held = new Set<number>();
  #ctrlAtMs = Number.NEGATIVE_INFINITY;

  constructor(deps: KeyboardDeps) {
    this.#deps = deps;
  }

  /** For keydown and keyup while the session has the focus. */
  readonly handle = (event: KeyPress): void => {
    const code = evdevOf(event.code);
    if (code === null) return;
    event.preventDefault();
    if (event.repeat) return;
    const pressed = event.type === 'keydown';
    if (this.#deps.platform === 'windows') this.#dropFakeCtrl(event, code, pressed);
    const command = this.#local.key(code, pressed);
    if (command === 'toggle-grab') return this.#deps.onRelease();
    if (command === 'toggle-fullscreen') return this.#deps.onFullScreen();
    if (command === null) this.#send(code, pressed);
    if (this.#deps.platform === 'mac' && META.includes(code) && !pressed) this.#releaseUntold();
  };

  /** Nothing is pressed any more, and the session was told. */
  forget(): void {
    this.#local.releaseAll();
    this.#held.clear();
  }

  #send(code: number, pressed: boolean): void {
    if (pressed) this.#held.add(code);
    else if (!this.#held.delete(code)) return;
    this.#deps.key(code, pressed);
  }

  /** Windows presses the left Ctrl in front of AltGr by itself, in the same moment. */
  #dropFakeCtrl(event: KeyPress, code: number, pressed: boolean): void {
    if (code === LEFT_CTRL && pressed) this.#ctrlAtMs = event.timeStamp;
    const isAltGr = event.code === 'AltRight' && event.key === 'AltGraph' && pressed;
    if (!isAltGr || event.timeStamp - this.#ctrlAtMs > 5) return;
    this.#local.key(LEFT_CTRL, false);
    this.#send(LEFT_CTRL, false);
  }

  /** macOS tells nothing of the other keys that are lifted while Command is held. */
  #releaseUntold(): void {
    for (const code of [...this.#held]) if (!MODIFIERS.includes(code)) this.#send(code, false);
  }
}

export function platformOf(userAgent: string): KeyboardDeps['platform'] {
  if (/Mac OS X|iPhone|iPad/.test(userAgent)) return 'mac';
  return /Windows/.test(userAgent) ? 'windows' : 'other';
}
