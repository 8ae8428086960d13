/**
 * The raw addon: arguments are not checked here, index.ts does that. What fails throws an Error with `call` (an ioctl's name)
 * and `errno`.
 */
export interface RawMode {
  /** The kernel's struct, as openOutput wants it back. */
  readonly raw: Uint8Array;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly clockKhz: number;
  readonly totalWidth: number;
  readonly totalHeight: number;
  readonly flags: number;
  readonly type: number;
}

export interface RawConnector {
  readonly id: number;
  readonly type: number;
  readonly typeId: number;
  readonly connected: boolean;
  readonly nonDesktop: boolean;
  readonly linkBad: boolean;
  readonly widthMm: number;
  readonly heightMm: number;
  readonly possibleCrtcs: number;
  readonly edid: Uint8Array;
  readonly modes: RawMode[];
}

export interface RawDevice {
  facts(): { driver: string; atomic: boolean; cursorWidth: number; cursorHeight: number };
  resources(): { crtcs: number[]; connectors: number[] };
  connector(id: number): RawConnector;
  planes(): { id: number; type: number; possibleCrtcs: number }[];
  takeMaster(): void;
  dropMaster(): void;
  isMaster(): boolean;
  /** Closes its outputs, too. */
  close(): void;
}

export interface RawOutput {
  /** Detached when the output is closed. */
  buffers(): { pixels: ArrayBuffer; stride: number }[];
  light(buffer: number): void;
  sleep(): void;
  draw(buffer: number, picture: Uint8Array, width: number, height: number, rects: Int32Array): void;
  /** `below` is the picture that the buffer shows, `over` premultiplied ARGB8888. */
  blend(
    buffer: number,
    below: Uint8Array,
    belowWidth: number,
    belowHeight: number,
    over: Uint8Array,
    overWidth: number,
    overHeight: number,
    x: number,
    y: number,
  ): void;
  /** @returns whether an event will follow */
  flip(buffer: number, rects: Int32Array): boolean;
  setCursor(
    width: number,
    height: number,
    hotspotX: number,
    hotspotY: number,
    argb: Uint8Array,
  ): void;
  hideCursor(): void;
  moveCursor(x: number, y: number): void;
  close(): void;
}

export interface DrmAddon {
  /** `lost` comes once, when the device cannot be read any more. */
  readonly Device: new (
    /** A descriptor stays its owner's. */
    pathOrFd: string | number,
    legacy: boolean,
    flipped: (crtc: number, sequence: number, timeUs: number) => void,
    lost: (errno: number) => void,
  ) => RawDevice;
  readonly Output: new (
    device: RawDevice,
    connector: number,
    crtc: number,
    mode: Uint8Array,
  ) => RawOutput;
  readonly Hotplug: new (changed: () => void) => { close(): void };
  readonly modeBytes: number;
}
