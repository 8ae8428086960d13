/** Devices as umockdev wants them: a dump of /sys with udev's properties, and what their ioctls answer. */

/** linux/input-event-codes.h */
export const EV = {
  syn: 0,
  key: 1,
  rel: 2,
  abs: 3,
  msc: 4,
  sw: 5,
  led: 17,
  snd: 18,
  ff: 21,
} as const;
export const SYN_DROPPED = 3;

export interface Axis {
  readonly min: number;
  readonly max: number;
  readonly resolution?: number;
}

export interface MockDevice {
  /** e.g. 3 for /dev/input/event3 */
  readonly number: number;
  readonly name: string;
  readonly keys?: readonly number[];
  readonly rel?: readonly number[];
  readonly abs?: Readonly<Record<number, Axis>>;
  readonly leds?: readonly number[];
  readonly switches?: readonly number[];
  /** INPUT_PROP_ numbers */
  readonly properties?: readonly number[];
  /** What udevd's input_id and rules would say. */
  readonly udev: Readonly<Record<string, string>>;
}

const ID = { bus: 3, vendor: 0x1209, product: 0x0001, version: 0x0111 } as const;
const KEY_BYTES = 96;
const BITS_BYTES = 8;
/** libevdev asks for as many: an ioctl of another size is another ioctl. */
const NAME_BYTES = 255;
const MT_SLOT = 0x2f;
const MT_FIRST = 0x30;
const MT_LAST = 0x3d;
const MT_TRACKING_ID = 0x39;

export const nodeOf = ({ number }: MockDevice): string => `/dev/input/event${number}`;
/** Of the event node, as uevents name it. */
export const sysfsOf = ({ number }: MockDevice): string =>
  `/sys/devices/mock/input/input${number}/event${number}`;

export function dumpOf(device: MockDevice): string {
  const { number, name, udev } = device;
  const properties = Object.entries(udev).map(([key, value]) => `E: ${key}=${value}`);
  return `P: /devices/mock/input/input${number}/event${number}
N: input/event${number}
E: DEVNAME=/dev/input/event${number}
E: ID_INPUT=1
${properties.join('\n')}
E: MAJOR=13
E: MINOR=${64 + number}
E: SUBSYSTEM=input
A: dev=13:${64 + number}
L: device=../../input${number}

P: /devices/mock/input/input${number}
E: NAME="${name}"
E: PRODUCT=3/1209/1/111
E: SUBSYSTEM=input
A: name=${name}
A: uniq=

`;
}

/** @returns lines of `EVIOC…(n) RESULT BYTES` */
export function ioctlsOf(device: MockDevice): string {
  const { name, keys = [], rel = [], abs = {}, leds = [], switches = [] } = device;
  const axes = Object.keys(abs).map(Number);
  const types = [
    [EV.syn, true],
    [EV.key, keys.length > 0],
    [EV.rel, rel.length > 0],
    [EV.abs, axes.length > 0],
    [EV.sw, switches.length > 0],
    [EV.led, leds.length > 0],
  ] as const;
  const has = types.filter(([, there]) => there).map(([type]) => type);
  const lines = [
    `@DEV ${nodeOf(device)}`,
    `EVIOCGBIT(0) ${BITS_BYTES} ${bits(has)}`,
    `EVIOCGNAME(0) ${name.length + 1} ${textOf(name)}`,
    `EVIOCGPHYS(0) 5 ${textOf('mock')}`,
    `EVIOCGUNIQ(0) 1 ${textOf('')}`,
    `EVIOCGID 0 ${[ID.bus, ID.vendor, ID.product, ID.version].map(word).join('')}`,
    'EVIOCGVERSION 0 01000100',
    `EVIOCGPROP(0) ${BITS_BYTES} ${bits(device.properties ?? [])}`,
    `EVIOCGBIT(${EV.rel}) ${BITS_BYTES} ${bits(rel)}`,
    `EVIOCGBIT(${EV.abs}) ${BITS_BYTES} ${bits(axes)}`,
    `EVIOCGBIT(${EV.led}) ${BITS_BYTES} ${bits(leds)}`,
    `EVIOCGBIT(${EV.key}) ${KEY_BYTES} ${bits(keys, KEY_BYTES)}`,
    `EVIOCGBIT(${EV.sw}) ${BITS_BYTES} ${bits(switches)}`,
    `EVIOCGBIT(${EV.msc}) ${BITS_BYTES} ${bits([])}`,
    `EVIOCGBIT(${EV.snd}) ${BITS_BYTES} ${bits([])}`,
    `EVIOCGBIT(${EV.ff}) ${2 * BITS_BYTES} ${bits([], 2 * BITS_BYTES)}`,
    `EVIOCGKEY(0) ${KEY_BYTES} ${bits([], KEY_BYTES)}`,
    `EVIOCGLED(0) ${BITS_BYTES} ${bits([])}`,
    `EVIOCGSW(0) ${BITS_BYTES} ${bits([])}`,
    ...axes.map((code) => axisLine(code, abs[code] ?? { min: 0, max: 0 })),
    ...axes
      .filter((code) => code >= MT_FIRST && code <= MT_LAST)
      .map((code) => slotsLine(code, abs[MT_SLOT]?.max ?? 0)),
  ];
  return `${lines.join('\n')}\n`;
}

/** struct input_event of 64-bit machines, ended by SYN_REPORT. */
export function packEvents(
  events: readonly (readonly [type: number, code: number, value: number])[],
  timeNs: bigint,
): Buffer {
  const all = [...events, [EV.syn, 0, 0] as const];
  const bytes = Buffer.alloc(all.length * 24);
  all.forEach(([type, code, value], index) => {
    const at = index * 24;
    bytes.writeBigInt64LE(timeNs / 1_000_000_000n, at);
    bytes.writeBigInt64LE((timeNs % 1_000_000_000n) / 1000n, at + 8);
    bytes.writeUInt16LE(type, at + 16);
    bytes.writeUInt16LE(code, at + 18);
    bytes.writeInt32LE(value, at + 20);
  });
  return bytes;
}

function bits(set: readonly number[], bytes: number = BITS_BYTES): string {
  const buffer = Buffer.alloc(bytes);
  for (const bit of set) {
    const at = bit >> 3;
    buffer[at] = (buffer[at] ?? 0) | (1 << (bit & 7));
  }
  return buffer.toString('hex').toUpperCase();
}

function textOf(text: string): string {
  const buffer = Buffer.alloc(NAME_BYTES);
  buffer.write(text);
  return buffer.toString('hex').toUpperCase();
}

function word(value: number): string {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(value);
  return buffer.toString('hex').toUpperCase();
}

function words32(values: readonly number[]): string {
  const buffer = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) buffer.writeInt32LE(value, index * 4);
  return buffer.toString('hex').toUpperCase();
}

function axisLine(code: number, { min, max, resolution = 0 }: Axis): string {
  const name = code === 0 ? 'EVIOCGABS' : `EVIOCGABS(${code})`;
  return `${name} 0 ${words32([0, min, max, 0, 0, resolution])}`;
}

function slotsLine(code: number, lastSlot: number): string {
  const nothing = code === MT_TRACKING_ID ? -1 : 0;
  return `EVIOCGMTSLOTS(0) 0 ${words32([code, ...Array<number>(lastSlot + 1).fill(nothing)])}`;
}
