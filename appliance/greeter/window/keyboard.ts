import { closeSync, readSync } from 'node:fs';
import { Compose, codePointOf, KeyboardState, Keymap, Led } from '../../../native/xkb/index.ts';
import type { WlKeyboard } from '../../../protocol/wayland/client/generated/wayland.ts';
import { WlKeyboardKeymapFormat } from '../../../protocol/wayland/generated/wayland.ts';
import type { Event, Key } from '../conversation/state.ts';

const KEYMAP_MAX = 4 * 1024 * 1024;
/** wl_keyboard's key states. */
const PRESSED = 1;
const COMPOSE_LOCALE = 'en_US.UTF-8';

/** X11 keysyms. */
const KEYS: Readonly<Record<number, Key>> = {
  65288: 'BackSpace',
  65535: 'BackSpace',
  65289: 'Tab',
  65056: 'BackTab',
  65293: 'Enter',
  65421: 'Enter',
  65307: 'Escape',
  65360: 'Home',
  65361: 'Left',
  65362: 'Up',
  65363: 'Right',
  65364: 'Down',
  65367: 'End',
  65477: 'F8',
  65478: 'F9',
};
const LETTER_U = 0x75;
const REPEATED: ReadonlySet<Key> = new Set(['BackSpace', 'Up', 'Down', 'Left', 'Right']);

/** What a wl_keyboard says, as events of the login screen. */
export class Keyboard {
  readonly #onEvent: (event: Event) => void;
  readonly #compose = openCompose();
  #keymap: Keymap | null = null;
  #state: KeyboardState | null = null;
  #modifiers = { depressed: 0, latched: 0, locked: 0, group: 0 };
  #repeat = { rate: 25, delayMs: 500 };
  #repeating: { code: number; timer: NodeJS.Timeout } | null = null;
  #capsLock = false;

  constructor(keyboard: WlKeyboard, onEvent: (event: Event) => void) {
    this.#onEvent = onEvent;
    keyboard.setHandler({
      keymap: (format, fd, size) => this.#takeKeymap(format, fd, size),
      enter: () => this.#compose?.reset(),
      leave: () => this.#stopRepeating(),
      key: (_serial, _time, code, state) => this.#key(code, state === PRESSED),
      modifiers: (_serial, depressed, latched, locked, group) => {
        this.#modifiers = { depressed, latched, locked, group };
        this.#state?.setModifiers(this.#modifiers);
        this.#tellCapsLock();
      },
      repeatInfo: (rate, delayMs) => {
        this.#repeat = { rate, delayMs };
      },
    });
  }

  /**
   * Takes another layout at once; the compositor's next keymap takes its place.
   * @throws Error for a layout that does not exist
   */
  use(layout: string, variant: string): void {
    this.#take(new Keymap({ rules: '', model: '', layout, variant, options: '' }));
    // The groups of the compositor's keymap are not those of this one.
    this.#state?.setModifiers({ ...this.#modifiers, group: 0 });
  }

  [Symbol.dispose](): void {
    this.#stopRepeating();
    this.#state?.[Symbol.dispose]();
    this.#keymap?.[Symbol.dispose]();
    this.#compose?.[Symbol.dispose]();
  }

  #takeKeymap(format: number, fd: number, size: number): void {
    try {
      if (format !== WlKeyboardKeymapFormat.xkbV1 || size > KEYMAP_MAX) return;
      const text = Buffer.alloc(size);
      const length = readSync(fd, text, 0, size, 0);
      this.#take(Keymap.parse(text.toString('utf8', 0, length).replace(/\0+$/, '')));
      this.#state?.setModifiers(this.#modifiers);
    } finally {
      closeSync(fd);
    }
  }

  #take(keymap: Keymap): void {
    this.#stopRepeating();
    this.#compose?.reset();
    this.#state?.[Symbol.dispose]();
    this.#keymap?.[Symbol.dispose]();
    this.#keymap = keymap;
    this.#state = new KeyboardState(keymap);
  }

  #key(code: number, pressed: boolean): void {
    if (!pressed) {
      if (this.#repeating?.code === code) this.#stopRepeating();
      return;
    }
    this.#stopRepeating();
    const event = this.#eventOf(code);
    if (!event) return;
    this.#onEvent(event);
    if (event.type === 'key' && REPEATED.has(event.key)) this.#startRepeating(code, event);
  }

  #eventOf(code: number): Event | null {
    const state = this.#state;
    if (!state) return null;
    const keysym = state.keysym(code);
    const key = KEYS[keysym];
    if (key) {
      this.#compose?.reset();
      return { type: 'key', key };
    }
    if (state.isModifierActive('Control'))
      return keysym === LETTER_U ? { type: 'key', key: 'Clear' } : null;
    if (state.isModifierActive('Alt') || state.isModifierActive('Super')) return null;
    const codePoint = codePointOf(this.#compose ? this.#compose.feed(keysym) : keysym);
    return codePoint === 0 ? null : { type: 'text', codePoint };
  }

  #startRepeating(code: number, event: Event): void {
    const { rate, delayMs } = this.#repeat;
    if (rate <= 0) return;
    const again = (): void => {
      this.#onEvent(event);
      if (this.#repeating) this.#repeating.timer = setTimeout(again, 1000 / rate);
    };
    this.#repeating = { code, timer: setTimeout(again, delayMs) };
  }

  #stopRepeating(): void {
    if (this.#repeating) clearTimeout(this.#repeating.timer);
    this.#repeating = null;
  }

  #tellCapsLock(): void {
    const on = ((this.#state?.leds() ?? 0) & Led.capsLock) !== 0;
    if (on === this.#capsLock) return;
    this.#capsLock = on;
    this.#onEvent({ type: 'capsLock', on });
  }
}

/** Without the system's table dead keys give nothing, and everything else works. */
function openCompose(): Compose | null {
  try {
    return new Compose(COMPOSE_LOCALE);
  } catch {
    return null;
  }
}
