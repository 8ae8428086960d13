import type { Framebuffer } from '../../native/pixels/index.ts';
import {
  hostKeyboardNames,
  type RawWindowClass,
  Window,
  type WindowEvent,
} from '../../native/window/index.ts';
import type { KeyboardNames, OutputInfo } from '../../protocol/generated/control.ts';
import type { CursorImage } from '../../protocol/generated/cursor.ts';
import type { Input } from '../input/input-sender.ts';
import { LocalKeys, WINDOW_KEYS } from '../input/local-keys.ts';
import { drawBanner, type Picture32 } from '../screens/drawing.ts';
import type { Page } from '../screens/page.ts';
import { PageArt } from '../screens/page-art.ts';
import { PagePainter } from '../screens/page-painter.ts';
import type { Display, DisplayEvents } from './display.ts';
import type { NativePicture } from './native-picture.ts';
import { outputInfo, type Size } from './output-info.ts';

/** A person drags the border for a while: the session follows once it rests. */
const RESIZE_SETTLE_MS = 80;
const BANNER_MS = 2500;
/** There is one window. */
const OUTPUT = 0;
/** A notch of a wheel is 15 units of wl_pointer.axis. */
const AXIS_UNITS = 15;

export interface WindowDisplayOptions {
  readonly title: string;
  readonly size: Size;
  readonly scale: number;
  readonly fullscreen: boolean;
  readonly events: DisplayEvents;
  /** Stands in for a window of the desktop. */
  readonly Raw?: RawWindowClass;
}

interface Waiting {
  readonly sequence: number;
  readonly onPresented: (timeNs: number) => void;
}

/** A session in a window of the desktop this program runs on. */
export class WindowDisplay implements Display {
  readonly hostKeyboard: KeyboardNames | null;
  readonly #window: Window;
  readonly #events: DisplayEvents;
  readonly #title: string;
  readonly #local = new LocalKeys(WINDOW_KEYS);
  #waiting: Waiting[] = [];
  readonly #scale: number;
  #size: Size;
  #resizeTimer: NodeJS.Timeout | null = null;
  #shown: NativePicture | null = null;
  readonly #art = new PageArt();
  readonly #painter = new PagePainter({
    art: this.#art,
    size: () => this.#size,
    put: (drawn) => this.#putPage(drawn),
  });
  /** Size of the picture that the window has a copy of. */
  #copied: Size | null = null;
  #banner: Picture32 | null = null;
  #bannerTimer: NodeJS.Timeout | null = null;
  #grabbed = false;
  #fullscreen: boolean;

  /** @throws Error when there is no desktop to open a window on */
  constructor({ title, size, scale, fullscreen, events, Raw }: WindowDisplayOptions) {
    this.hostKeyboard = Raw ? null : hostKeyboardNames();
    this.#title = title;
    this.#scale = scale;
    this.#events = events;
    this.#fullscreen = fullscreen;
    const onEvent = (event: WindowEvent): void => this.#event(event);
    this.#window = new Window({ title, ...size, fullscreen, onEvent }, Raw);
    this.#size = this.#window.size();
  }

  get outputs(): readonly OutputInfo[] {
    return [outputInfo({ id: OUTPUT, name: 'WAYRAY-1', ...this.#size, scale: this.#scale })];
  }

  resize(width: number, height: number): void {
    this.#window.resize(width, height);
  }

  present(
    _output: number,
    picture: NativePicture,
    damage: Int32Array,
    onPresented: (timeNs: number) => void,
  ): void {
    this.#shown = picture;
    if (this.#painter.page) return onPresented(Number(process.hrtime.bigint()));
    const { bytes, width, height } = picture.framebuffer;
    this.#copied = { width, height };
    const sequence = this.#window.present(bytes, width, height, damage);
    this.#waiting.push({ sequence, onPresented });
    if (this.#banner) this.#putBanner(this.#banner);
  }

  warmUp(_output: number, dark: NativePicture): void {
    if (this.#painter.page || this.#copied) return;
    const { bytes, width, height } = dark.framebuffer;
    this.#copied = { width, height };
    this.#window.present(bytes, width, height, new Int32Array([0, 0, width, height]));
  }

  setCursor(image: CursorImage | null): void {
    if (!image) return this.#window.setCursor(null);
    const { widthPx: width, heightPx: height, hotspotX, hotspotY, pixels: argb } = image;
    this.#window.setCursor({ width, height, hotspotX, hotspotY, argb });
  }

  /** The desktop's own keyboard shows its own lights. */
  setLeds(): void {}

  showPage(page: Page | null): void {
    this.#painter.show(page);
    if (!page) this.#repaint();
  }

  blank(): void {
    this.#shown = null;
    this.#banner = null;
    if (!this.#copied) return;
    // The window's own copy has this size; the screen turns dark with it.
    const { width, height } = this.#copied;
    this.#copied = null;
    const zeros = new Uint8Array(width * height * 4);
    this.#window.present(zeros, width, height, new Int32Array([0, 0, width, height]));
    // A page that is shown already may be all that comes now.
    this.#painter.redraw();
  }

  async look(): Promise<Framebuffer | null> {
    const { page } = this.#painter;
    if (!page) return this.#shown?.framebuffer ?? null;
    const { width, height } = this.#size;
    return this.#art.draw(page, width, height);
  }

  prepare(): Promise<void> {
    return this.#art.prepare(this.#size.width, this.#size.height);
  }

  close(): void {
    if (this.#resizeTimer) clearTimeout(this.#resizeTimer);
    if (this.#bannerTimer) clearTimeout(this.#bannerTimer);
    this.#window.close();
  }

  #event(event: WindowEvent): void {
    switch (event.type) {
      case 'key':
        return this.#key(event.code, event.pressed);
      case 'motion':
        return this.#input({ type: 'PointerMotion', ...at(event) });
      case 'button':
        this.#events.input({ type: 'PointerMotion', ...at(event) });
        return this.#input({ type: 'PointerButton', code: event.code, pressed: event.pressed });
      case 'wheel':
        return this.#wheel(event);
      case 'touchDown':
      case 'touchMotion':
        this.#events.input({
          type: event.type === 'touchDown' ? 'TouchDown' : 'TouchMotion',
          id: event.id,
          ...at(event),
        });
        return this.#events.input({ type: 'TouchFrame' });
      case 'touchUp':
        this.#events.input({ type: 'TouchUp', id: event.id });
        return this.#events.input({ type: 'TouchFrame' });
      case 'focus':
        if (!event.in) this.#focusLost();
        return;
      case 'resized':
        return this.#resized(event.width, event.height);
      case 'close':
        return this.#events.closed();
      case 'presented':
        return this.#presented(event.sequence, event.timeNs);
    }
  }

  #input(input: Input): void {
    this.#events.input(input);
    this.#events.input({ type: 'PointerFrame' });
  }

  #key(code: number, pressed: boolean): void {
    const command = this.#local.key(code, pressed);
    if (command === null) return this.#events.input({ type: 'Key', code, pressed });
    if (command === 'toggle-grab') this.#setGrab(!this.#grabbed);
    if (command === 'toggle-fullscreen') {
      this.#fullscreen = !this.#fullscreen;
      this.#window.setFullscreen(this.#fullscreen);
    }
  }

  #wheel({ x, y, v120X, v120Y }: WindowEvent & { type: 'wheel' }): void {
    const axes = [
      { axis: 0, notches: y, v120: v120Y },
      { axis: 1, notches: x, v120: v120X },
    ];
    for (const { axis, notches, v120 } of axes) {
      if (notches === 0) continue;
      const value = Math.round(notches * AXIS_UNITS * 256);
      this.#events.input({
        type: 'PointerAxis',
        axis,
        value,
        v120,
        source: 0,
        stop: false,
        inverted: false,
      });
    }
    this.#events.input({ type: 'PointerFrame' });
  }

  #focusLost(): void {
    this.#local.releaseAll();
    this.#events.releaseAll();
  }

  #resized(width: number, height: number): void {
    // SDL tells the size once after opening, too.
    if (width === this.#size.width && height === this.#size.height) return;
    this.#size = { width, height };
    if (this.#resizeTimer) clearTimeout(this.#resizeTimer);
    this.#resizeTimer = setTimeout(() => {
      this.#events.resized();
      this.#painter.redraw();
    }, RESIZE_SETTLE_MS);
  }

  #presented(sequence: number, timeNs: number): void {
    const done = this.#waiting.filter((waiting) => waiting.sequence <= sequence);
    this.#waiting = this.#waiting.filter((waiting) => waiting.sequence > sequence);
    for (const { onPresented } of done) onPresented(timeNs);
  }

  /** With the grab, the desktop's own shortcuts go to the session too; the screen and the title say so. */
  #setGrab(grabbed: boolean): void {
    this.#grabbed = grabbed;
    this.#window.grabKeyboard(grabbed);
    this.#window.setTitle(
      grabbed ? `${this.#title}: keyboard grabbed, Ctrl+Alt+G releases it` : this.#title,
    );
    void this.#showBanner(
      grabbed
        ? 'The keyboard belongs to the session. Ctrl+Alt+G releases it.'
        : 'The keyboard is released.',
    );
  }

  async #showBanner(text: string): Promise<void> {
    this.#banner = await drawBanner(text, this.#size.width);
    this.#putBanner(this.#banner);
    if (this.#bannerTimer) clearTimeout(this.#bannerTimer);
    this.#bannerTimer = setTimeout(() => {
      this.#banner = null;
      this.#repaint();
    }, BANNER_MS);
  }

  /** Over the top of the session's picture, which itself stays as it is. */
  #putBanner(banner: Picture32): void {
    const shown = this.#shown?.framebuffer;
    // A page hides the session and what is said over it.
    if (!shown || this.#painter.page) return;
    const { width, height } = shown;
    const rows = Math.min(banner.height, height);
    // Only the banner's rows are shown of it, and only they are written: the rest costs no memory.
    const covered = new Uint8Array(width * height * 4);
    const columns = Math.min(banner.width, width);
    for (let y = 0; y < rows; y++) {
      covered.set(
        banner.bytes.subarray(y * banner.width * 4, (y * banner.width + columns) * 4),
        y * width * 4,
      );
    }
    this.#window.present(covered, width, height, new Int32Array([0, 0, columns, rows]));
  }

  #putPage({ bytes, width, height }: Framebuffer): void {
    // It takes the place of the window's copy of the picture.
    this.#copied = null;
    this.#window.present(bytes, width, height, new Int32Array([0, 0, width, height]));
  }

  #repaint(): void {
    if (!this.#shown || this.#painter.page) return;
    const { bytes, width, height } = this.#shown.framebuffer;
    this.#copied = { width, height };
    this.#window.present(bytes, width, height, new Int32Array([0, 0, width, height]));
  }
}

function at({ x, y }: { x: number; y: number }): { output: number; x: number; y: number } {
  return { output: OUTPUT, x: Math.round(x * 256), y: Math.round(y * 256) };
}
