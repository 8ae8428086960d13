/** The Keyboard Lock and Keyboard Map APIs, which not all browsers have. */
interface BrowserKeyboard {
  lock?(): Promise<void>;
  unlock?(): void;
  getLayoutMap?(): Promise<Map<string, string>>;
}

export const browserKeyboard: BrowserKeyboard =
  (navigator as { keyboard?: BrowserKeyboard }).keyboard ?? {};

/** Full screen, where the browser also hands over the shortcuts that it and the system keep otherwise. */
export class FullScreen {
  readonly #onChange: (active: boolean, hasAllKeys: boolean) => void;
  #locked = false;

  /** @param onChange `hasAllKeys`: system shortcuts come to the page */
  constructor(onChange: (active: boolean, hasAllKeys: boolean) => void) {
    this.#onChange = onChange;
    document.addEventListener('fullscreenchange', () => void this.#changed());
  }

  get active(): boolean {
    return document.fullscreenElement !== null;
  }

  get possible(): boolean {
    return document.fullscreenEnabled;
  }

  async toggle(): Promise<void> {
    try {
      if (this.active) await document.exitFullscreen();
      else await document.documentElement.requestFullscreen({ navigationUI: 'hide' });
    } catch {
      // The browser or the person said no; the page stays as it is.
    }
  }

  /** Takes the system's shortcuts as well; only does something in full screen. */
  async takeKeys(): Promise<void> {
    if (!this.active || !browserKeyboard.lock) return;
    this.#locked = await browserKeyboard.lock().then(
      () => true,
      () => false,
    );
  }

  giveKeysBack(): void {
    this.#locked = false;
    browserKeyboard.unlock?.();
  }

  async #changed(): Promise<void> {
    if (this.active) await this.takeKeys();
    else this.giveKeysBack();
    this.#onChange(this.active, this.#locked);
  }
}
