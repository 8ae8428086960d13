import { readdirSync } from 'node:fs';
import { loadAddon } from '../load.ts';
import type { DrmAddon, RawConnector, RawDevice, RawMode, RawOutput } from './binding.d.ts';
import { connectorName } from './connector-name.ts';
import { asDeviceError, DeviceError } from './device-error.ts';

const addon = loadAddon<DrmAddon>('drm');
const SIDE_MAX = 16_384;
const CURSOR_FAR = 32_767;
const FLAG_INTERLACE = 1 << 4;
const FLAG_DOUBLESCAN = 1 << 5;
const TYPE_PREFERRED = 1 << 3;

export interface Mode {
  readonly name: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly refreshHz: number;
  /** The monitor's own wish. */
  readonly preferred: boolean;
  readonly interlaced: boolean;
  /** The kernel's struct. */
  readonly raw: Uint8Array;
}

export interface Connector {
  readonly id: number;
  /** As the kernel names it, e.g. `HDMI-A-1`. */
  readonly name: string;
  readonly connected: boolean;
  /** A headset or the like, not for a desktop. */
  readonly nonDesktop: boolean;
  /** The kernel says that no picture gets through its cable until its mode is set anew. */
  readonly linkBad: boolean;
  readonly widthMm: number;
  readonly heightMm: number;
  /** Of Resources.crtcs, those that can drive it. */
  readonly crtcs: readonly number[];
  /** As it came from the monitor: parseEdid() looks at it. */
  readonly edid: Uint8Array;
  readonly modes: readonly Mode[];
}

export interface Plane {
  readonly id: number;
  readonly type: 'overlay' | 'primary' | 'cursor';
  readonly crtcs: readonly number[];
}

export interface DeviceEvents {
  /** A flip is on the screen. @param timeNs CLOCK_MONOTONIC of the vertical blank */
  flipped(crtc: number, timeNs: number): void;
  /** The device is gone; nothing but dispose() makes sense any more. */
  lost(error: DeviceError): void;
}

/** Devices with screens, e.g. `/dev/dri/card0`; none where there is no graphics driver. */
export function devicePaths(folder = '/dev/dri'): string[] {
  try {
    const names = readdirSync(folder).filter((name) => /^card\d{1,3}$/.test(name));
    return names
      .sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)))
      .map((name) => `${folder}/${name}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** A device that somebody else has opened, who closes it when we let go of it. */
export interface BorrowedFile extends Disposable {
  readonly fd: number;
}

/** A graphics device. Everything here throws DeviceError, with the ioctl and the errno. */
export class Device {
  readonly driver: string;
  readonly atomic: boolean;
  /** The most that a cursor may have, in pixels. */
  readonly cursorSize: { readonly width: number; readonly height: number };
  readonly #raw: RawDevice;
  #file: BorrowedFile | null;

  /**
   * @param options `legacy`: without atomic modesetting even where the driver has it; `file`: the device, which is let go of
   * with this one, or when it cannot be used
   * @throws DeviceError
   */
  constructor(
    path: string,
    events: DeviceEvents,
    options: { legacy?: boolean; file?: BorrowedFile } = {},
  ) {
    const { legacy = false, file } = options;
    const fd = file?.fd;
    this.#file = file ?? null;
    if (fd !== undefined) checkInteger('fd', fd, 0, 0x7fff_ffff);
    if (typeof path !== 'string' || path.includes('\0')) throw new TypeError('a path is expected');
    const flipped = (crtc: number, _sequence: number, timeUs: number) =>
      events.flipped(crtc, timeUs * 1000);
    const lost = (errno: number) =>
      events.lost(new DeviceError('read', errno, `${path} cannot be read any more`));
    try {
      this.#raw = asDeviceError(() => new addon.Device(fd ?? path, legacy, flipped, lost));
    } catch (error) {
      this.#letGo();
      throw error;
    }
    const facts = this.#raw.facts();
    this.driver = facts.driver;
    this.atomic = facts.atomic;
    this.cursorSize = { width: facts.cursorWidth, height: facts.cursorHeight };
  }

  /** Asks every connector; a monitor may take 100 ms to answer. */
  connectors(): Connector[] {
    return asDeviceError(() => {
      const { crtcs, connectors } = this.#raw.resources();
      return connectors.map((id) => connectorOf(this.#raw.connector(id), crtcs));
    });
  }

  planes(): Plane[] {
    return asDeviceError(() => {
      const { crtcs } = this.#raw.resources();
      return this.#raw.planes().map(({ id, type, possibleCrtcs }) => ({
        id,
        type: type === 1 ? 'primary' : type === 2 ? 'cursor' : 'overlay',
        crtcs: crtcsOf(possibleCrtcs, crtcs),
      }));
    });
  }

  get isMaster(): boolean {
    return asDeviceError(() => this.#raw.isMaster());
  }

  takeMaster(): void {
    asDeviceError(() => this.#raw.takeMaster());
  }

  /** Lets another program have the screens; what is shown then fails until takeMaster(). */
  dropMaster(): void {
    asDeviceError(() => this.#raw.dropMaster());
  }

  /** Nothing changes on the screen until Output.light(). @throws DeviceError */
  openOutput(connector: Connector, crtc: number, mode: Mode): Output {
    if (mode.raw.length !== addon.modeBytes)
      throw new TypeError('a mode of a Connector is expected');
    checkInteger('crtc', crtc, 1, 0xffff_ffff);
    return new Output(
      asDeviceError(() => new addon.Output(this.#raw, connector.id, crtc, mode.raw)),
      { crtc, mode, cursorSize: this.cursorSize },
    );
  }

  /** Closes its outputs, too. */
  [Symbol.dispose](): void {
    this.#raw.close();
    this.#letGo();
  }

  #letGo(): void {
    this.#file?.[Symbol.dispose]();
    this.#file = null;
  }
}

interface OutputFacts {
  readonly crtc: number;
  readonly mode: Mode;
  readonly cursorSize: { readonly width: number; readonly height: number };
}

/** Four bytes per pixel, rows without gaps. */
export interface Bitmap {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Which of an output's two buffers. */
export type BufferIndex = 0 | 1;

/** One monitor with two buffers to draw into, XRGB8888 little-endian. Everything here throws DeviceError. */
export class Output {
  readonly crtc: number;
  readonly mode: Mode;
  /** Rows are `stride` bytes apart. Empty once the output is disposed of. */
  readonly buffers: readonly { readonly pixels: Uint8Array; readonly stride: number }[];
  readonly #raw: RawOutput;
  readonly #cursorSize: { readonly width: number; readonly height: number };

  constructor(raw: RawOutput, { crtc, mode, cursorSize }: OutputFacts) {
    this.#raw = raw;
    this.crtc = crtc;
    this.mode = mode;
    this.#cursorSize = cursorSize;
    this.buffers = raw
      .buffers()
      .map(({ pixels, stride }) => ({ pixels: new Uint8Array(pixels), stride }));
  }

  /** Sets the mode and shows this buffer; wakes a monitor that sleeps. Blocks until it is done. */
  light(buffer: BufferIndex): void {
    asDeviceError(() => this.#raw.light(buffer));
  }

  /** The monitor saves power until light(). */
  sleep(): void {
    asDeviceError(() => this.#raw.sleep());
  }

  /**
   * Copies rectangles of a picture into a buffer, 1:1 from the top left, clipped to both.
   * @param picture XRGB8888, width * height * 4 bytes
   * @param rects [x, y, width, height]*
   */
  draw(
    buffer: BufferIndex,
    picture: Uint8Array,
    width: number,
    height: number,
    rects: Int32Array,
  ): void {
    checkInteger('width', width, 1, SIDE_MAX);
    checkInteger('height', height, 1, SIDE_MAX);
    if (picture.length < width * height * 4) throw new RangeError('the picture is too short');
    checkRects(rects);
    this.#raw.draw(buffer, picture, width, height, rects);
  }

  /**
   * Draws something small over a picture that draw() has put into the buffer, its top left corner at x, y, clipped.
   * @param below that picture, XRGB8888
   * @param over premultiplied ARGB8888
   */
  blend(buffer: BufferIndex, below: Bitmap, over: Bitmap, x: number, y: number): void {
    checkBitmap(below);
    checkBitmap(over);
    checkInteger('x', x, -CURSOR_FAR, CURSOR_FAR);
    checkInteger('y', y, -CURSOR_FAR, CURSOR_FAR);
    const [b, o] = [below, over];
    this.#raw.blend(buffer, b.bytes, b.width, b.height, o.bytes, o.width, o.height, x, y);
  }

  /**
   * Shows a buffer from the next vertical blank on. One flip at a time: a second one before the event fails with EBUSY.
   * @param rects all that was drawn into this buffer since it was shown the last time
   * @returns whether DeviceEvents.flipped will follow; false: it is shown already
   */
  flip(buffer: BufferIndex, rects: Int32Array): boolean {
    checkRects(rects);
    return asDeviceError(() => this.#raw.flip(buffer, rects));
  }

  /** @param argb premultiplied ARGB8888, width * height * 4 bytes */
  setCursor(
    width: number,
    height: number,
    hotspot: { x: number; y: number },
    argb: Uint8Array,
  ): void {
    checkInteger('cursor width', width, 1, this.#cursorSize.width);
    checkInteger('cursor height', height, 1, this.#cursorSize.height);
    if (argb.length < width * height * 4) throw new RangeError('the cursor is too short');
    const x = checkInteger('hotspot', hotspot.x, -CURSOR_FAR, CURSOR_FAR);
    const y = checkInteger('hotspot', hotspot.y, -CURSOR_FAR, CURSOR_FAR);
    asDeviceError(() => this.#raw.setCursor(width, height, x, y, argb));
  }

  hideCursor(): void {
    asDeviceError(() => this.#raw.hideCursor());
  }

  /** @param x where the cursor's left edge goes, pixels of the mode; may be outside */
  moveCursor(x: number, y: number): void {
    checkInteger('x', x, -CURSOR_FAR, CURSOR_FAR);
    checkInteger('y', y, -CURSOR_FAR, CURSOR_FAR);
    asDeviceError(() => this.#raw.moveCursor(x, y));
  }

  /** Darkens the monitor; the buffers' memory goes. */
  [Symbol.dispose](): void {
    this.#raw.close();
  }
}

/** Tells when monitors or devices come and go, for as long as it is not disposed of. */
export class Hotplug {
  readonly #raw: { close(): void };

  /** @throws DeviceError when there is nothing to listen to */
  constructor(changed: () => void) {
    this.#raw = asDeviceError(() => new addon.Hotplug(changed));
  }

  [Symbol.dispose](): void {
    this.#raw.close();
  }
}

function connectorOf(raw: RawConnector, crtcs: readonly number[]): Connector {
  const { id, connected, nonDesktop, linkBad, widthMm, heightMm, edid, modes } = raw;
  return {
    id,
    name: connectorName(raw.type, raw.typeId),
    connected,
    nonDesktop,
    linkBad,
    widthMm,
    heightMm,
    crtcs: crtcsOf(raw.possibleCrtcs, crtcs),
    edid,
    modes: modes.map(modeOf),
  };
}

function crtcsOf(possible: number, crtcs: readonly number[]): number[] {
  return crtcs.filter((_, index) => possible & (1 << index));
}

function modeOf({
  raw,
  name,
  width,
  height,
  clockKhz,
  totalWidth,
  totalHeight,
  flags,
  type,
}: RawMode): Mode {
  const interlaced = (flags & FLAG_INTERLACE) !== 0;
  const fields = (interlaced ? 2 : 1) / (flags & FLAG_DOUBLESCAN ? 2 : 1);
  const refreshHz = ((clockKhz * 1000) / totalWidth / totalHeight) * fields;
  return {
    raw,
    name,
    width,
    height,
    refreshHz,
    interlaced,
    preferred: (type & TYPE_PREFERRED) !== 0,
  };
}

function checkInteger(what: string, value: number, min: number, max: number): number {
  if (!Number.isInteger(value) || value < min || value > max)
    throw new RangeError(`${what} must be an integer from ${min} to ${max}`);
  return value;
}

function checkBitmap({ bytes, width, height }: Bitmap): void {
  checkInteger('width', width, 1, SIDE_MAX);
  checkInteger('height', height, 1, SIDE_MAX);
  if (bytes.length < width * height * 4) throw new RangeError('the picture is too short');
}

function checkRects(rects: Int32Array): void {
  if (!(rects instanceof Int32Array) || rects.length % 4 !== 0)
    throw new RangeError('rects must be an Int32Array of four numbers each');
}

export { DeviceError, Errno } from './device-error.ts';
export { type Edid, type EdidTiming, parseEdid } from './edid.ts';
