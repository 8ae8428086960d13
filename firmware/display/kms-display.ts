import {
  Device,
  type DeviceError,
  devicePaths,
  Hotplug,
  type Output,
} from '../../native/drm/index.ts';
import type { Framebuffer } from '../../native/pixels/index.ts';
import type { OutputInfo } from '../../protocol/generated/control.ts';
import type { CursorImage } from '../../protocol/generated/cursor.ts';
import type { Logger } from '../../protocol/node/log.ts';
import type { Page } from '../screens/page.ts';
import type { Display, DisplayEvents } from './display.ts';
import { chooseMonitor, type Monitor, sameMonitor } from './kms-monitor.ts';
import { type KmsPicture, KmsScreen } from './kms-screen.ts';
import type { NativePicture } from './native-picture.ts';
import { outputInfo } from './output-info.ts';
import { PageScreens } from './page-screens.ts';

/** Monitors tell of a change in several messages. */
const SETTLE_MS = 100;
const NO_DAMAGE = new Int32Array(0);

export interface KmsDisplayOptions {
  /** What the picture measures while no monitor is there. */
  readonly size: { width: number; height: number };
  readonly scale: number;
  readonly events: DisplayEvents;
  readonly log: Logger;
}

interface Shown {
  readonly monitor: Monitor;
  readonly output: Output;
  readonly screen: KmsScreen;
}

/** A session on the machine's own monitor, through the kernel's DRM/KMS. */
export class KmsDisplay implements Display {
  readonly hostKeyboard = null;
  readonly #events: DisplayEvents;
  readonly #log: Logger;
  readonly #device: Device;
  readonly #hotplug: Hotplug;
  readonly #painter = new PageScreens({
    outputs: () => this.outputs,
    put: (_output, drawn) => {
      this.#page = drawn;
      this.#show(drawn);
    },
  });
  readonly #scale: number;
  size: { width: number; height: number };
  #open = false;
  #shown: Shown | null = null;
  #picture: Framebuffer | null = null;
  #page: Framebuffer | null = null;
  #cursor: CursorImage | null = null;
  #pointer: { x: number; y: number } | null = null;
  #settle: NodeJS.Timeout | null = null;

  /** @throws Error when there is no graphics device */
  constructor({ size, scale, events, log }: KmsDisplayOptions) {
    this.size = size;
    this.#scale = scale;
    this.#events = events;
    this.#log = log;
    const [path] = devicePaths();
    if (!path) throw new Error('there is no graphics device in /dev/dri');
    this.#device = new Device(path, {
      flipped: (crtc, timeNs) => this.#flipped(crtc, timeNs),
      lost: (error) => this.#lost(error),
    });
    this.#hotplug = new Hotplug(() => this.#look());
    const { driver, atomic } = this.#device;
    log.info({ device: path, driver, atomic }, 'graphics device');
    this.#useMonitor(chooseMonitor(this.#device.connectors()));
    this.#open = true;
  }

  get outputs(): readonly OutputInfo[] {
    return [outputInfo({ id: 0, name: 'WAYRAY-1', ...this.size, scale: this.#scale })];
  }

  present(
    _output: number,
    picture: NativePicture,
    damage: Int32Array,
    onPresented: (timeNs: number) => void,
  ): void {
    this.#picture = picture.framebuffer;
    if (this.#painter.page || !this.#shown) return onPresented(Number(process.hrtime.bigint()));
    this.#shown.screen.show(picture.framebuffer, damage, onPresented);
  }

  setCursor(image: CursorImage | null): void {
    this.#cursor = image;
    this.#putCursor();
  }

  /** Where the pointer is, in pixels of the picture; it has moved. */
  movePointer(x: number, y: number): void {
    this.#pointer = { x, y };
    this.#placeCursor();
  }

  setLeds(): void {}

  showPage(page: Page | null): void {
    if (!page) this.#page = null;
    this.#painter.show(page);
    if (!page && this.#picture) this.#show(this.#picture);
    this.#putCursor();
  }

  blank(): void {
    this.#picture = null;
    this.#shown?.screen.blank();
  }

  async look(): Promise<Framebuffer | null> {
    await this.#painter.drawn;
    return this.#painter.page ? this.#page : this.#picture;
  }

  prepare(): Promise<void> {
    return this.#painter.prepare();
  }

  /** A monitor has the size that it has. */
  resize(): void {}

  close(): void {
    if (this.#settle) clearTimeout(this.#settle);
    this.#hotplug[Symbol.dispose]();
    this.#dropMonitor();
    this.#device[Symbol.dispose]();
  }

  #show(picture: KmsPicture): void {
    this.#shown?.screen.show(picture, NO_DAMAGE, () => {});
  }

  #flipped(crtc: number, timeNs: number): void {
    if (this.#shown?.output.crtc === crtc) this.#shown.screen.flipped(timeNs);
  }

  #look(): void {
    if (this.#settle) clearTimeout(this.#settle);
    this.#settle = setTimeout(() => {
      const monitor = this.#tried('connectors', () => chooseMonitor(this.#device.connectors()));
      if (monitor !== undefined && !sameMonitor(monitor, this.#shown?.monitor ?? null))
        this.#useMonitor(monitor);
    }, SETTLE_MS);
  }

  #useMonitor(monitor: Monitor | null): void {
    this.#dropMonitor();
    if (!monitor) return this.#log.warn('no monitor');
    const { connector, mode, crtc } = monitor;
    const output = this.#tried('monitor', () => this.#device.openOutput(connector, crtc, mode));
    if (!output) return;
    const failed = (error: Error) =>
      this.#log.warn({ reason: error.message }, 'the screen cannot be changed');
    this.#shown = { monitor, output, screen: new KmsScreen({ output, failed }) };
    this.#log.info({ monitor: connector.name, mode: mode.name }, 'monitor');
    this.#sized(mode);
    const now = this.#painter.page ? this.#page : this.#picture;
    if (now) this.#show(now);
    else this.#shown.screen.blank();
    this.#putCursor();
  }

  #sized({ width, height }: { width: number; height: number }): void {
    if (width === this.size.width && height === this.size.height) return;
    this.size = { width, height };
    // Of the first monitor nobody needs to be told: there is no terminal yet.
    if (this.#open) this.#events.resized();
    this.#painter.redraw();
  }

  #dropMonitor(): void {
    const shown = this.#shown;
    this.#shown = null;
    shown?.screen[Symbol.dispose]();
    shown?.output[Symbol.dispose]();
  }

  #lost(error: DeviceError): void {
    this.#log.error({ reason: error.message }, 'the graphics device is gone');
    this.#events.closed();
  }

  /** The session's pointer, and none over a page. Larger ones are cut to what the plane has. */
  #putCursor(): void {
    const output = this.#shown?.output;
    const image = this.#painter.page ? null : this.#cursor;
    if (!output) return;
    this.#tried('cursor', () => {
      if (!image) return output.hideCursor();
      const { width, height, argb } = cutTo(image, this.#device.cursorSize);
      output.setCursor(width, height, { x: image.hotspotX, y: image.hotspotY }, argb);
    });
    this.#placeCursor();
  }

  #placeCursor(): void {
    const { width, height } = this.size;
    const { x, y } = this.#pointer ?? { x: width / 2, y: height / 2 };
    const { hotspotX = 0, hotspotY = 0 } = this.#cursor ?? {};
    const output = this.#shown?.output;
    if (!output || !this.#cursor) return;
    this.#tried('cursor', () =>
      output.moveCursor(Math.round(x) - hotspotX, Math.round(y) - hotspotY),
    );
  }

  /** What fails here is tried again when the next thing changes. */
  #tried<Made>(what: string, call: () => Made): Made | undefined {
    try {
      return call();
    } catch (error) {
      this.#log.warn({ reason: (error as Error).message }, `${what} failed`);
      return undefined;
    }
  }
}

function cutTo(
  { widthPx, heightPx, pixels }: CursorImage,
  most: { readonly width: number; readonly height: number },
): { width: number; height: number; argb: Uint8Array } {
  const width = Math.min(widthPx, most.width);
  const height = Math.min(heightPx, most.height);
  if (width === widthPx) return { width, height, argb: pixels.subarray(0, width * height * 4) };
  const argb = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++)
    argb.set(pixels.subarray(y * widthPx * 4, (y * widthPx + width) * 4), y * width * 4);
  return { width, height, argb };
}
