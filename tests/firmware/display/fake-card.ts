import type { Card, CardOutput, CardSource } from '../../../firmware/display/kms-card.ts';
import {
  type Connector,
  DeviceError,
  type DeviceEvents,
  type Mode,
} from '../../../native/drm/index.ts';

export const mode = (width: number, height: number): Mode => ({
  name: `${width}x${height}`,
  ...{ width, height, refreshHz: 60, preferred: true, interlaced: false },
  raw: Uint8Array.of(width & 0xff, width >> 8, height & 0xff, height >> 8),
});

export const connector = (id: number, width: number, height: number): Connector => ({
  id,
  name: `DP-${id}`,
  ...{
    connected: true,
    nonDesktop: false,
    linkBad: false,
    widthMm: 0,
    heightMm: 0,
    crtcs: [41, 42],
  },
  edid: new Uint8Array(),
  modes: [mode(width, height)],
});

/** The first block of an EDID with a maker, a product and a serial number. */
export function edid(serial: number, product = 7): Uint8Array {
  const bytes = new Uint8Array(128);
  bytes.set([0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0x10, 0xac]);
  new DataView(bytes.buffer).setUint16(10, product, true);
  new DataView(bytes.buffer).setUint32(12, serial, true);
  bytes[127] = -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
  return bytes;
}

/** A monitor that shows what it is given at once. */
export class FakeHead implements CardOutput {
  readonly crtc: number;
  readonly mode: Mode;
  readonly buffers: { pixels: Uint8Array }[];
  readonly #card: FakeCard;
  state: 'new' | 'on' | 'asleep' | 'closed' = 'new';
  pointer: string | null = null;
  #shown = 0;

  constructor(card: FakeCard, crtc: number, chosen: Mode) {
    this.#card = card;
    this.crtc = crtc;
    this.mode = chosen;
    const bytes = chosen.width * chosen.height * 4;
    this.buffers = [0, 1].map(() => ({ pixels: new Uint8Array(bytes) }));
  }

  /** XRGB of the pixel at the top left; null when it is dark. */
  get colour(): number | null {
    return this.at(0, 0);
  }

  /** The same of another pixel. */
  at(x: number, y: number): number | null {
    const pixels = this.buffers[this.#shown]?.pixels;
    if (this.state !== 'on' || !pixels) return null;
    return Buffer.from(pixels.buffer).readUIntLE((y * this.mode.width + x) * 4, 3);
  }

  light(buffer: number): void {
    this.#card.check();
    this.state = 'on';
    this.#shown = buffer;
  }

  sleep(): void {
    this.state = 'asleep';
  }

  draw(buffer: number, picture: Uint8Array, width: number): void {
    const { width: wide, height: high } = this.mode;
    for (let y = 0; y < high && (y + 1) * width * 4 <= picture.length; y++) {
      const row = picture.subarray(y * width * 4, (y * width + Math.min(width, wide)) * 4);
      this.buffers[buffer]?.pixels.set(row, y * wide * 4);
    }
  }

  blend(): void {}

  flip(buffer: number): boolean {
    this.#card.check();
    this.#shown = buffer;
    return false;
  }

  setCursor(): void {
    this.pointer = 'somewhere';
  }

  hideCursor(): void {
    this.pointer = null;
  }

  moveCursor(x: number, y: number): void {
    this.pointer = `${x},${y}`;
  }

  [Symbol.dispose](): void {
    this.state = 'closed';
  }
}

export class FakeCard implements Card {
  readonly driver = 'fake';
  readonly atomic = true;
  readonly cursorSize = { width: 64, height: 64 };
  readonly events: DeviceEvents;
  readonly heads: FakeHead[] = [];
  readonly #source: FakeCards;
  #master: boolean;
  closed = false;

  constructor(source: FakeCards, events: DeviceEvents) {
    this.#source = source;
    this.events = events;
    this.#master = !source.taken;
  }

  /** @throws DeviceError while another program is the master */
  check(): void {
    if (this.#source.taken) this.#master = false;
    if (!this.#master) throw new DeviceError('DRM_IOCTL_MODE_ATOMIC', 13, 'Permission denied');
  }

  connectors(): Connector[] {
    return [...this.#source.connectors];
  }

  openOutput(_connector: Connector, crtc: number, chosen: Mode): FakeHead {
    const head = new FakeHead(this, crtc, chosen);
    this.heads.push(head);
    return head;
  }

  /** Only the kernel's administrator may; who opens a free card is the master anyway. */
  takeMaster(): void {
    throw new DeviceError('DRM_IOCTL_SET_MASTER', 13, 'Permission denied');
  }

  [Symbol.dispose](): void {
    this.closed = true;
  }
}

/** The machine's graphics cards: one, or none. */
export class FakeCards implements CardSource {
  present = true;
  /** Another program is the master. */
  taken = false;
  connectors: Connector[] = [];
  readonly opened: FakeCard[] = [];
  changed: () => void = () => {};

  paths(): string[] {
    return this.present ? ['/dev/dri/card0'] : [];
  }

  open(_path: string, events: DeviceEvents): FakeCard {
    const card = new FakeCard(this, events);
    this.opened.push(card);
    return card;
  }

  watch(changed: () => void) {
    this.changed = changed;
    return { [Symbol.dispose]: () => {} };
  }

  /** Of the card that is used now. */
  get heads(): FakeHead[] {
    return (this.opened.at(-1)?.heads ?? []).filter(({ state }) => state !== 'closed');
  }
}
