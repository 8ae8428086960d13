import type { MockDevice } from './mock-devices.ts';

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** linux/input-event-codes.h */
export const CODE = {
  escape: 1,
  keyA: 30,
  keyPower: 116,
  relX: 0,
  relY: 1,
  relWheel: 8,
  relWheelHighRes: 11,
  btnLeft: 0x110,
  btnToolPen: 0x140,
  btnTouch: 0x14a,
  btnStylus: 0x14b,
  absX: 0,
  absY: 1,
  absPressure: 0x18,
  mtSlot: 0x2f,
  mtX: 0x35,
  mtY: 0x36,
  mtTrackingId: 0x39,
  swLid: 0,
} as const;

export const keyboard: MockDevice = {
  number: 1,
  name: 'Mock Keyboard',
  keys: range(1, 248),
  leds: [0, 1, 2],
  udev: { ID_INPUT_KEY: '1', ID_INPUT_KEYBOARD: '1' },
};

export const mouse: MockDevice = {
  number: 2,
  name: 'Mock Mouse',
  keys: [0x110, 0x111, 0x112],
  rel: [0, 1, 6, 8, 11, 12],
  udev: { ID_INPUT_MOUSE: '1' },
};

export const touchpad: MockDevice = {
  number: 3,
  name: 'Mock Touchpad',
  keys: [0x110, 0x145, 0x14a, 0x14d, 0x14e],
  abs: {
    0: { min: 0, max: 4000, resolution: 40 },
    1: { min: 0, max: 2400, resolution: 40 },
    47: { min: 0, max: 4 },
    53: { min: 0, max: 4000, resolution: 40 },
    54: { min: 0, max: 2400, resolution: 40 },
    57: { min: 0, max: 65535 },
  },
  properties: [0, 2],
  udev: { ID_INPUT_TOUCHPAD: '1' },
};

export const touchscreen: MockDevice = {
  number: 4,
  name: 'Mock Touchscreen',
  keys: [0x14a],
  abs: {
    0: { min: 0, max: 999, resolution: 5 },
    1: { min: 0, max: 999, resolution: 5 },
    47: { min: 0, max: 9 },
    53: { min: 0, max: 999, resolution: 5 },
    54: { min: 0, max: 999, resolution: 5 },
    57: { min: 0, max: 65535 },
  },
  properties: [1],
  udev: { ID_INPUT_TOUCHSCREEN: '1', WL_OUTPUT: 'DP-2' },
};

export const tablet: MockDevice = {
  number: 5,
  name: 'Mock Tablet',
  keys: [0x140, 0x14a, 0x14b, 0x14c],
  abs: {
    0: { min: 0, max: 9999, resolution: 100 },
    1: { min: 0, max: 9999, resolution: 100 },
    24: { min: 0, max: 1023 },
  },
  properties: [0],
  udev: { ID_INPUT_TABLET: '1' },
};

/** As QEMU has one. */
export const absoluteMouse: MockDevice = {
  number: 6,
  name: 'Mock Absolute Mouse',
  keys: [0x110, 0x111, 0x112],
  rel: [8],
  abs: { 0: { min: 0, max: 32767 }, 1: { min: 0, max: 32767 } },
  udev: { ID_INPUT_MOUSE: '1' },
};

export const lid: MockDevice = {
  number: 7,
  name: 'Mock Lid Switch',
  switches: [0],
  udev: { ID_INPUT_SWITCH: '1' },
};

/** Not tagged by udev: no device of the seat. */
export const accelerometer: MockDevice = {
  number: 8,
  name: 'Mock Accelerometer',
  abs: { 0: { min: -100, max: 100 }, 1: { min: -100, max: 100 }, 2: { min: -100, max: 100 } },
  udev: { ID_INPUT_ACCELEROMETER: '1' },
};
