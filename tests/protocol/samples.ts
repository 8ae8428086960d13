import type { AudioMessage } from '../../protocol/generated/audio.ts';
import type { ControlMessage } from '../../protocol/generated/control.ts';
import type { CursorMessage } from '../../protocol/generated/cursor.ts';
import type { DisplayMessage } from '../../protocol/generated/display.ts';
import type { InputMessage } from '../../protocol/generated/input.ts';
import type { UsbMessage } from '../../protocol/generated/usb.ts';

/** At least one message of every type; the golden vectors are made of these. */

const outputs = [
  {
    id: 1,
    name: 'HDMI-A-1',
    make: 'Acme',
    model: 'Größe 27',
    widthPx: 2560,
    heightPx: 1440,
    widthMm: 597,
    heightMm: 336,
    scale120: 180,
    refreshMhz: 59_951,
    x: -1707,
    y: 0,
    transform: 3,
  },
];
const keyboard = {
  rules: 'evdev',
  model: 'pc105',
  layout: 'de,us',
  variant: '',
  options: 'grp:win',
};
const stamp = { sequence: 300, timeUs: 8_123_456_789 };
const at = { output: 1, x: 245_760, y: -1 };

export const controlSamples: readonly ControlMessage[] = [
  {
    type: 'Hello',
    major: 1,
    minor: 0,
    role: 0,
    software: 'wrclient 0.1.0',
    capabilities: ['zstd', 'touch'],
    terminalName: 'desk-7 ☕',
    outputs,
    keyboard,
    credential: '',
  },
  {
    type: 'Welcome',
    major: 1,
    minor: 0,
    sessionId: 's-1',
    capabilities: ['zstd'],
    heartbeatMs: 1000,
  },
  {
    type: 'Refuse',
    code: 0,
    message: 'other version',
    serverMajor: 1,
    serverMinor: 0,
    peerMajor: 2,
    peerMinor: 128,
  },
  { type: 'Ping', sequence: 4_294_967_295, timeUs: Number.MAX_SAFE_INTEGER },
  { type: 'Pong', sequence: 0, timeUs: 0 },
  { type: 'Bye', code: 1, reason: 'silent' },
  { type: 'OutputsConfigure', outputs },
  { type: 'KeyboardLayout', ...keyboard },
  { type: 'SessionState', sessionId: 's-1', state: 4, message: 'it ended with signal 9' },
  { type: 'ChannelRefused', channel: 5, code: 0, message: 'usb is not offered' },
  { type: 'Leds', mask: 3 },
  {
    type: 'Attach',
    terminalId: 'ab'.repeat(32),
    connectionId: 'c-9',
    role: 1,
    capabilities: [],
    outputs,
    keyboard,
    view: 300,
    rttUs: 20_000,
  },
  { type: 'Detach', reason: 2 },
  { type: 'Shutdown', reason: 'the administrator' },
  {
    type: 'SessionInfo',
    sessionId: 's-1',
    pid: 4711,
    waylandDisplay: 'wayland-3',
    state: 2,
    software: 'wrcomp 0.1.0',
    locked: true,
  },
  { type: 'OpenChannel', channel: 2 },
  { type: 'View', view: 300, kind: 2, sessionId: 's-1', insertion: 3 },
  { type: 'ShowPage', page: 2, code: 'WR-22-7F3A', detail: 'ask your administrator' },
  {
    type: 'CardInserted',
    insertion: 1,
    reader: 'Virtual PCD 00 00',
    kind: 0,
    tokenId: '00112233445566778899aabbccddeeff',
    atr: Uint8Array.from([0x3b, 0x80, 0x80, 0x01, 0x01]),
    cardKey: true,
    pinKey: false,
    eventUs: 9_000_000_001,
  },
  { type: 'CardRemoved', insertion: 1 },
  { type: 'CardProblem', insertion: 2, reader: 'r', problem: 1, detail: 'no answer to reset' },
  {
    type: 'CardChallenge',
    insertion: 1,
    request: 5,
    key: 0,
    nonce: Uint8Array.from({ length: 32 }, (_, index) => index),
  },
  {
    type: 'CardProof',
    insertion: 1,
    request: 5,
    key: 0,
    certificate: Uint8Array.from([0x30, 0]),
    signature: Uint8Array.from([0x30, 1, 2]),
  },
  { type: 'CardProofFailed', insertion: 1, request: 5, problem: 0, triesLeft: 2 },
  { type: 'CardChallengeEnd', request: 5 },
  { type: 'LoginRequest' },
  { type: 'LockSession' },
  { type: 'UnlockSession' },
  { type: 'Activity' },
  { type: 'SessionRequest', wish: 1 },
];

export const inputSamples: readonly InputMessage[] = [
  { type: 'Key', ...stamp, code: 30, pressed: true },
  { type: 'PointerMotion', ...stamp, ...at },
  {
    type: 'PointerRelative',
    ...stamp,
    dx: 256,
    dy: -2_147_483_648,
    dxRaw: 2_147_483_647,
    dyRaw: 0,
  },
  { type: 'PointerButton', ...stamp, code: 0x110, pressed: false },
  {
    type: 'PointerAxis',
    ...stamp,
    axis: 1,
    value: -3840,
    v120: -120,
    source: 0,
    stop: false,
    inverted: true,
  },
  { type: 'PointerFrame' },
  { type: 'TouchDown', ...stamp, id: 0, ...at },
  { type: 'TouchUp', ...stamp, id: 0 },
  { type: 'TouchMotion', ...stamp, id: 9, ...at },
  { type: 'TouchFrame' },
  { type: 'TouchCancel' },
  { type: 'ReleaseAll', ...stamp },
  { type: 'InputView', view: 300 },
  {
    type: 'Shown',
    frame: 300,
    output: 1,
    receivedUs: 8_123_456_789,
    presentUs: 412,
    decodeUs: 260,
    view: 2,
  },
  { type: 'Together', messages: [Uint8Array.of(6), Uint8Array.of(1, 2, 3, 30, 1)] },
];

export const cursorSamples: readonly CursorMessage[] = [
  {
    type: 'CursorImage',
    id: 7,
    widthPx: 2,
    heightPx: 1,
    hotspotX: 1,
    hotspotY: -1,
    scale120: 120,
    pixels: Uint8Array.from([0, 127, 255, 255, 0, 0, 0, 0]),
    view: 3,
  },
  { type: 'CursorShow', id: 7, view: 3 },
  { type: 'CursorHide', view: 3 },
];

const frame = {
  type: 'FrameUpdate',
  frame: 20_000,
  output: 1,
  key: false,
  payloadCompressed: true,
  inputSequence: 20_000,
  widthPx: 1920,
  heightPx: 1080,
  checksum: 0xdead_beef,
  view: 3,
  lossy: false,
  payloadFine: false,
  videos: [],
} as const;

export const typedGlyph: DisplayMessage = {
  ...frame,
  regions: Int32Array.from([3, 812, 433, 8, 14, 0, 0, 3, 820, 433, 9, 17, 0, 0]),
};

export const displaySamples: readonly DisplayMessage[] = [
  typedGlyph,
  {
    ...frame,
    key: true,
    regions: Int32Array.from([
      ...[0, 0, 0, 1920, 1080, 0x12_34_56, 0],
      ...[1, 32_767, 32_767, 0, 32_767, 0, 32_767],
      ...[2, 64, 64, 64, 64, 0, 0],
    ]),
  },
  {
    type: 'FrameAck',
    frame: 20_000,
    output: 1,
    receivedUs: 9_000_000_001,
    presentedUs: 9_000_004_000,
    decodeUs: 310,
    view: 3,
  },
  { type: 'KeyFrameRequest', output: 1, reason: 1, view: 3 },
  { ...frame, regions: Int32Array.from([4, 812, 433, 8, 14, 0xff_ff_ff, 0x00_01_02]) },
  {
    ...frame,
    lossy: true,
    regions: Int32Array.from([...[5, 321, 160, 1279, 720, 1, 0], ...[2, 0, 0, 8, 8, 0, 0]]),
    videos: [
      {
        stream: 1,
        codec: 0,
        key: true,
        colour: 0,
        x: 320,
        y: 160,
        widthPx: 1280,
        heightPx: 720,
        bytes: 83_000,
        time: 1_048_576,
      },
    ],
  },
];

export const audioSamples: readonly AudioMessage[] = [
  {
    type: 'AudioFormat',
    stream: 1,
    direction: 0,
    codec: 0,
    rateHz: 48_000,
    channels: 2,
    samplesPerPacket: 480,
  },
  { type: 'AudioPacket', stream: 1, sequence: 1, timeUs: 5, data: Uint8Array.from([1, 2, 3]) },
  { type: 'AudioStop', stream: 1 },
];

export const usbSamples: readonly UsbMessage[] = [
  {
    type: 'UsbDevice',
    device: 1,
    vendorId: 0x0781,
    productId: 0x5567,
    deviceClass: 8,
    speed: 2,
    name: 'Stick',
    serial: '',
  },
  { type: 'UsbRemoved', device: 1 },
  { type: 'UsbData', device: 1, data: new Uint8Array(0) },
];
