// Generated from the schema of channel control by protocol/tools/codec.ts. Do not edit.
import { readList, type Reader, reader, type UnknownMessage } from '../codec/reader.ts';
import { slab } from '../codec/slab.ts';
import { closeStruct, putCount, putInt, putString, putU8, putUint, putUint53 } from '../codec/write.ts';

export const controlMaxMessageBytes = 65536;

export const controlMaxUnitBytes = 0;

/** Who is speaking. */
export const Role = {
  terminal: 0,
  browser: 1,
  broker: 2,
  session: 3,
} as const;
export type Role = (typeof Role)[keyof typeof Role];

/** Why a peer was not let in. */
export const RefuseCode = {
  version: 0,
  credential: 1,
  identity: 2,
  busy: 3,
  noSession: 4,
  malformed: 5,
  policy: 6,
} as const;
export type RefuseCode = (typeof RefuseCode)[keyof typeof RefuseCode];

/** Why a link was closed. */
export const ByeCode = {
  normal: 0,
  timeout: 1,
  protocol: 2,
  overflow: 3,
  shutdown: 4,
  replaced: 5,
  refused: 6,
  lost: 7,
  internal: 8,
} as const;
export type ByeCode = (typeof ByeCode)[keyof typeof ByeCode];

/** Where a session stands. */
export const SessionPhase = {
  starting: 0,
  attached: 1,
  detached: 2,
  ended: 3,
  failed: 4,
} as const;
export type SessionPhase = (typeof SessionPhase)[keyof typeof SessionPhase];

/** Why a channel was not opened. */
export const ChannelRefusedCode = {
  notOffered: 0,
  policy: 1,
  busy: 2,
} as const;
export type ChannelRefusedCode = (typeof ChannelRefusedCode)[keyof typeof ChannelRefusedCode];

/** Why a terminal left its session. */
export const DetachReason = {
  disconnected: 0,
  cardRemoved: 1,
  replaced: 2,
  timeout: 3,
  protocol: 4,
  shutdown: 5,
} as const;
export type DetachReason = (typeof DetachReason)[keyof typeof DetachReason];

/** One screen of a terminal. */
export interface OutputInfo {
  /** chosen by the terminal, stable while it is connected */
  readonly id: number;
  /** connector, e.g. HDMI-A-1 */
  readonly name: string;
  /** maker as the screen tells it */
  readonly make: string;
  /** model as the screen tells it */
  readonly model: string;
  /** size of the picture */
  readonly widthPx: number;
  /** size of the picture */
  readonly heightPx: number;
  /** physical size, 0 when unknown */
  readonly widthMm: number;
  /** physical size, 0 when unknown */
  readonly heightMm: number;
  /** scale in 1/120: 120 is 1, 180 is 1.5 */
  readonly scale120: number;
  /** refresh rate in mHz: 60000 is 60 Hz */
  readonly refreshMhz: number;
  /** place in the layout, logical pixels */
  readonly x: number;
  /** place in the layout, logical pixels */
  readonly y: number;
  /** wl_output.transform, 0 to 7 */
  readonly transform: number;
}

/** An XKB layout by its RMLVO names. */
export interface KeyboardNames {
  /** XKB rules, empty for the default */
  readonly rules: string;
  /** XKB model, empty for the default */
  readonly model: string;
  /** XKB layout, empty for the default */
  readonly layout: string;
  /** XKB variant, empty for the default */
  readonly variant: string;
  /** XKB options, empty for the default */
  readonly options: string;
}

/** First message of the side that connects. `major` and `minor` stay first for ever. */
export interface Hello {
  readonly type: 'Hello';
  /** another major version is refused */
  readonly major: number;
  /** the lower of both minors is spoken */
  readonly minor: number;
  /** who connects; Role, newer peers may send other values */
  readonly role: number;
  /** name and version of the program */
  readonly software: string;
  /** names of what the speaker can do beyond the minor version */
  readonly capabilities: readonly string[];
  /** for people: host name or chosen name */
  readonly terminalName: string;
  /** all screens; the first is primary */
  readonly outputs: readonly OutputInfo[];
  /** the user's layout */
  readonly keyboard: KeyboardNames;
  /** one-time code of a browser, empty otherwise */
  readonly credential: string;
}

/** Answer to a Hello that was accepted. */
export interface Welcome {
  readonly type: 'Welcome';
  /** as spoken from here on */
  readonly major: number;
  /** as spoken from here on */
  readonly minor: number;
  /** session the terminal is shown */
  readonly sessionId: string;
  /** names of what the speaker can do beyond the minor version */
  readonly capabilities: readonly string[];
  /** quiet time after which a Ping is sent */
  readonly heartbeatMs: number;
}

/** Answer to a Hello that was not accepted; the link closes after it. */
export interface Refuse {
  readonly type: 'Refuse';
  /** for programs; RefuseCode, newer peers may send other values */
  readonly code: number;
  /** for people */
  readonly message: string;
  /** version of the refusing side */
  readonly serverMajor: number;
  /** version of the refusing side */
  readonly serverMinor: number;
  /** version found in the Hello */
  readonly peerMajor: number;
  /** version found in the Hello */
  readonly peerMinor: number;
}

/** Asks for a Pong; sent by the link itself. */
export interface Ping {
  readonly type: 'Ping';
  /** counts up */
  readonly sequence: number;
  /** sender's clock */
  readonly timeUs: number;
}

/** Repeats the fields of the Ping. */
export interface Pong {
  readonly type: 'Pong';
  /** of the Ping */
  readonly sequence: number;
  /** of the Ping */
  readonly timeUs: number;
}

/** Last message before a link is closed on purpose. */
export interface Bye {
  readonly type: 'Bye';
  /** for programs; ByeCode, newer peers may send other values */
  readonly code: number;
  /** for people */
  readonly reason: string;
}

/** The terminal's screens changed. */
export interface OutputsConfigure {
  readonly type: 'OutputsConfigure';
  /** all screens; the first is primary */
  readonly outputs: readonly OutputInfo[];
}

/** The user's layout changed. */
export interface KeyboardLayout {
  readonly type: 'KeyboardLayout';
  /** XKB rules, empty for the default */
  readonly rules: string;
  /** XKB model, empty for the default */
  readonly model: string;
  /** XKB layout, empty for the default */
  readonly layout: string;
  /** XKB variant, empty for the default */
  readonly variant: string;
  /** XKB options, empty for the default */
  readonly options: string;
}

/** The session changed its state. */
export interface SessionState {
  readonly type: 'SessionState';
  /** which session */
  readonly sessionId: string;
  /** new state; SessionPhase, newer peers may send other values */
  readonly state: number;
  /** for people, may be empty */
  readonly message: string;
}

/** A channel that was opened is not served. */
export interface ChannelRefused {
  readonly type: 'ChannelRefused';
  /** number of the channel */
  readonly channel: number;
  /** for programs; ChannelRefusedCode, newer peers may send other values */
  readonly code: number;
  /** for people */
  readonly message: string;
}

/** Keyboard lights to show. */
export interface Leds {
  readonly type: 'Leds';
  /** bit 0 Num Lock, bit 1 Caps Lock, bit 2 Scroll Lock */
  readonly mask: number;
}

/** Broker to session: a terminal shows this session from now on. */
export interface Attach {
  readonly type: 'Attach';
  /** fingerprint or name the broker knows it by */
  readonly terminalId: string;
  /** for logs; new for each connection */
  readonly connectionId: string;
  /** kind of terminal; Role, newer peers may send other values */
  readonly role: number;
  /** names of what the speaker can do beyond the minor version */
  readonly capabilities: readonly string[];
  /** all screens; the first is primary */
  readonly outputs: readonly OutputInfo[];
  /** the user's layout */
  readonly keyboard: KeyboardNames;
}

/** Broker to session: the terminal is gone. */
export interface Detach {
  readonly type: 'Detach';
  /** why; DetachReason, newer peers may send other values */
  readonly reason: number;
}

/** Broker to session: end the session. */
export interface Shutdown {
  readonly type: 'Shutdown';
  /** for the log */
  readonly reason: string;
}

/** Session to broker, first message of a session. */
export interface SessionInfo {
  readonly type: 'SessionInfo';
  /** which session */
  readonly sessionId: string;
  /** process id of the compositor */
  readonly pid: number;
  /** socket name for applications */
  readonly waylandDisplay: string;
  /** present state; SessionPhase, newer peers may send other values */
  readonly state: number;
  /** name and version of the program */
  readonly software: string;
}

/** Asks the side that connected to open a channel; sent by the link itself. */
export interface OpenChannel {
  readonly type: 'OpenChannel';
  /** number of the channel */
  readonly channel: number;
}

export type ControlMessage =
  | Hello
  | Welcome
  | Refuse
  | Ping
  | Pong
  | Bye
  | OutputsConfigure
  | KeyboardLayout
  | SessionState
  | ChannelRefused
  | Leds
  | Attach
  | Detach
  | Shutdown
  | SessionInfo
  | OpenChannel;

/** First byte of each message. */
export const ControlMessageId = {
  Hello: 1,
  Welcome: 2,
  Refuse: 3,
  Ping: 4,
  Pong: 5,
  Bye: 6,
  OutputsConfigure: 7,
  KeyboardLayout: 8,
  SessionState: 9,
  ChannelRefused: 10,
  Leds: 11,
  Attach: 12,
  Detach: 13,
  Shutdown: 14,
  SessionInfo: 15,
  OpenChannel: 16,
} as const;

/** The bytes are the caller's to keep and never change. Throws ProtocolError for a value that does not fit its field. */
export function encodeControl(message: ControlMessage): Uint8Array {
  switch (message.type) {
    case 'Hello':
      slab.reserve(boundHello(message));
      return slab.take(writeHello(slab.bytes, slab.at, message));
    case 'Welcome':
      slab.reserve(boundWelcome(message));
      return slab.take(writeWelcome(slab.bytes, slab.at, message));
    case 'Refuse':
      slab.reserve(boundRefuse(message));
      return slab.take(writeRefuse(slab.bytes, slab.at, message));
    case 'Ping':
      slab.reserve(boundPing(message));
      return slab.take(writePing(slab.bytes, slab.at, message));
    case 'Pong':
      slab.reserve(boundPong(message));
      return slab.take(writePong(slab.bytes, slab.at, message));
    case 'Bye':
      slab.reserve(boundBye(message));
      return slab.take(writeBye(slab.bytes, slab.at, message));
    case 'OutputsConfigure':
      slab.reserve(boundOutputsConfigure(message));
      return slab.take(writeOutputsConfigure(slab.bytes, slab.at, message));
    case 'KeyboardLayout':
      slab.reserve(boundKeyboardLayout(message));
      return slab.take(writeKeyboardLayout(slab.bytes, slab.at, message));
    case 'SessionState':
      slab.reserve(boundSessionState(message));
      return slab.take(writeSessionState(slab.bytes, slab.at, message));
    case 'ChannelRefused':
      slab.reserve(boundChannelRefused(message));
      return slab.take(writeChannelRefused(slab.bytes, slab.at, message));
    case 'Leds':
      slab.reserve(boundLeds(message));
      return slab.take(writeLeds(slab.bytes, slab.at, message));
    case 'Attach':
      slab.reserve(boundAttach(message));
      return slab.take(writeAttach(slab.bytes, slab.at, message));
    case 'Detach':
      slab.reserve(boundDetach(message));
      return slab.take(writeDetach(slab.bytes, slab.at, message));
    case 'Shutdown':
      slab.reserve(boundShutdown(message));
      return slab.take(writeShutdown(slab.bytes, slab.at, message));
    case 'SessionInfo':
      slab.reserve(boundSessionInfo(message));
      return slab.take(writeSessionInfo(slab.bytes, slab.at, message));
    case 'OpenChannel':
      slab.reserve(boundOpenChannel(message));
      return slab.take(writeOpenChannel(slab.bytes, slab.at, message));
  }
}

/** Blobs are views into `bytes`. Throws nothing but ProtocolError. */
export function decodeControl(bytes: Uint8Array): ControlMessage | UnknownMessage {
  reader.start(bytes);
  try {
    const id = reader.u8('ControlMessage');
    switch (id) {
      case 1:
        return readHello(reader);
      case 2:
        return readWelcome(reader);
      case 3:
        return readRefuse(reader);
      case 4:
        return readPing(reader);
      case 5:
        return readPong(reader);
      case 6:
        return readBye(reader);
      case 7:
        return readOutputsConfigure(reader);
      case 8:
        return readKeyboardLayout(reader);
      case 9:
        return readSessionState(reader);
      case 10:
        return readChannelRefused(reader);
      case 11:
        return readLeds(reader);
      case 12:
        return readAttach(reader);
      case 13:
        return readDetach(reader);
      case 14:
        return readShutdown(reader);
      case 15:
        return readSessionInfo(reader);
      case 16:
        return readOpenChannel(reader);
      default:
        return { type: 'unknown', id };
    }
  } finally {
    reader.finish();
  }
}

function boundOutputInfo(m: OutputInfo): number {
  return 65 + m.name.length * 3 + m.make.length * 3 + m.model.length * 3;
}

function writeOutputInfo(out: Uint8Array, from: number, m: OutputInfo): number {
  let at = from;
  at = putUint(out, at, m.id, 'OutputInfo.id');
  at = putString(out, at, m.name, 64, 'OutputInfo.name');
  at = putString(out, at, m.make, 64, 'OutputInfo.make');
  at = putString(out, at, m.model, 64, 'OutputInfo.model');
  at = putUint(out, at, m.widthPx, 'OutputInfo.widthPx');
  at = putUint(out, at, m.heightPx, 'OutputInfo.heightPx');
  at = putUint(out, at, m.widthMm, 'OutputInfo.widthMm');
  at = putUint(out, at, m.heightMm, 'OutputInfo.heightMm');
  at = putUint(out, at, m.scale120, 'OutputInfo.scale120');
  at = putUint(out, at, m.refreshMhz, 'OutputInfo.refreshMhz');
  at = putInt(out, at, m.x, 'OutputInfo.x');
  at = putInt(out, at, m.y, 'OutputInfo.y');
  at = putU8(out, at, m.transform, 'OutputInfo.transform');
  return at;
}

function readOutputInfo(r: Reader): OutputInfo {
  const outer = r.enter('OutputInfo');
  const value = { id: r.uint('OutputInfo.id'), name: r.string(64, 'OutputInfo.name'), make: r.string(64, 'OutputInfo.make'), model: r.string(64, 'OutputInfo.model'), widthPx: r.uint('OutputInfo.widthPx'), heightPx: r.uint('OutputInfo.heightPx'), widthMm: r.uint('OutputInfo.widthMm'), heightMm: r.uint('OutputInfo.heightMm'), scale120: r.uint('OutputInfo.scale120'), refreshMhz: r.uint('OutputInfo.refreshMhz'), x: r.int('OutputInfo.x'), y: r.int('OutputInfo.y'), transform: r.u8('OutputInfo.transform') };
  r.leave(outer);
  return value;
}

function boundKeyboardNames(m: KeyboardNames): number {
  return 29 + m.rules.length * 3 + m.model.length * 3 + m.layout.length * 3 + m.variant.length * 3 + m.options.length * 3;
}

function writeKeyboardNames(out: Uint8Array, from: number, m: KeyboardNames): number {
  let at = from;
  at = putString(out, at, m.rules, 256, 'KeyboardNames.rules');
  at = putString(out, at, m.model, 256, 'KeyboardNames.model');
  at = putString(out, at, m.layout, 256, 'KeyboardNames.layout');
  at = putString(out, at, m.variant, 256, 'KeyboardNames.variant');
  at = putString(out, at, m.options, 256, 'KeyboardNames.options');
  return at;
}

function readKeyboardNames(r: Reader): KeyboardNames {
  const outer = r.enter('KeyboardNames');
  const value = { rules: r.string(256, 'KeyboardNames.rules'), model: r.string(256, 'KeyboardNames.model'), layout: r.string(256, 'KeyboardNames.layout'), variant: r.string(256, 'KeyboardNames.variant'), options: r.string(256, 'KeyboardNames.options') };
  r.leave(outer);
  return value;
}

function boundHello(m: Hello): number {
  let bound = 45 + m.software.length * 3 + m.terminalName.length * 3 + boundKeyboardNames(m.keyboard) + m.credential.length * 3;
  for (const item of m.capabilities) bound += 5 + item.length * 3;
  for (const item of m.outputs) bound += 5 + boundOutputInfo(item);
  return bound;
}

function writeHello(out: Uint8Array, from: number, m: Hello): number {
  out[from] = 1;
  let at = from + 1;
  at = putUint(out, at, m.major, 'Hello.major');
  at = putUint(out, at, m.minor, 'Hello.minor');
  at = putU8(out, at, m.role, 'Hello.role');
  at = putString(out, at, m.software, 64, 'Hello.software');
  at = putCount(out, at, m.capabilities.length, 64, 'Hello.capabilities');
  for (const item of m.capabilities) {
    at = putString(out, at, item, 64, 'Hello.capabilities');
  }
  at = putString(out, at, m.terminalName, 128, 'Hello.terminalName');
  at = putCount(out, at, m.outputs.length, 16, 'Hello.outputs');
  for (const item of m.outputs) {
    at = closeStruct(out, at + 1, writeOutputInfo(out, at + 1, item));
  }
  at = closeStruct(out, at + 1, writeKeyboardNames(out, at + 1, m.keyboard));
  at = putString(out, at, m.credential, 512, 'Hello.credential');
  return at;
}

function readHello(r: Reader): Hello {
  return { type: 'Hello', major: r.uint('Hello.major'), minor: r.uint('Hello.minor'), role: r.u8('Hello.role'), software: r.string(64, 'Hello.software'), capabilities: readList(r, 64, 'Hello.capabilities', (r) => r.string(64, 'Hello.capabilities')), terminalName: r.string(128, 'Hello.terminalName'), outputs: readList(r, 16, 'Hello.outputs', (r) => readOutputInfo(r)), keyboard: readKeyboardNames(r), credential: r.string(512, 'Hello.credential') };
}

function boundWelcome(m: Welcome): number {
  let bound = 29 + m.sessionId.length * 3;
  for (const item of m.capabilities) bound += 5 + item.length * 3;
  return bound;
}

function writeWelcome(out: Uint8Array, from: number, m: Welcome): number {
  out[from] = 2;
  let at = from + 1;
  at = putUint(out, at, m.major, 'Welcome.major');
  at = putUint(out, at, m.minor, 'Welcome.minor');
  at = putString(out, at, m.sessionId, 64, 'Welcome.sessionId');
  at = putCount(out, at, m.capabilities.length, 64, 'Welcome.capabilities');
  for (const item of m.capabilities) {
    at = putString(out, at, item, 64, 'Welcome.capabilities');
  }
  at = putUint(out, at, m.heartbeatMs, 'Welcome.heartbeatMs');
  return at;
}

function readWelcome(r: Reader): Welcome {
  return { type: 'Welcome', major: r.uint('Welcome.major'), minor: r.uint('Welcome.minor'), sessionId: r.string(64, 'Welcome.sessionId'), capabilities: readList(r, 64, 'Welcome.capabilities', (r) => r.string(64, 'Welcome.capabilities')), heartbeatMs: r.uint('Welcome.heartbeatMs') };
}

function boundRefuse(m: Refuse): number {
  return 30 + m.message.length * 3;
}

function writeRefuse(out: Uint8Array, from: number, m: Refuse): number {
  out[from] = 3;
  let at = from + 1;
  at = putU8(out, at, m.code, 'Refuse.code');
  at = putString(out, at, m.message, 1024, 'Refuse.message');
  at = putUint(out, at, m.serverMajor, 'Refuse.serverMajor');
  at = putUint(out, at, m.serverMinor, 'Refuse.serverMinor');
  at = putUint(out, at, m.peerMajor, 'Refuse.peerMajor');
  at = putUint(out, at, m.peerMinor, 'Refuse.peerMinor');
  return at;
}

function readRefuse(r: Reader): Refuse {
  return { type: 'Refuse', code: r.u8('Refuse.code'), message: r.string(1024, 'Refuse.message'), serverMajor: r.uint('Refuse.serverMajor'), serverMinor: r.uint('Refuse.serverMinor'), peerMajor: r.uint('Refuse.peerMajor'), peerMinor: r.uint('Refuse.peerMinor') };
}

function boundPing(_m: Ping): number {
  return 17;
}

function writePing(out: Uint8Array, from: number, m: Ping): number {
  out[from] = 4;
  let at = from + 1;
  at = putUint(out, at, m.sequence, 'Ping.sequence');
  at = putUint53(out, at, m.timeUs, 'Ping.timeUs');
  return at;
}

function readPing(r: Reader): Ping {
  return { type: 'Ping', sequence: r.uint('Ping.sequence'), timeUs: r.uint53('Ping.timeUs') };
}

function boundPong(_m: Pong): number {
  return 17;
}

function writePong(out: Uint8Array, from: number, m: Pong): number {
  out[from] = 5;
  let at = from + 1;
  at = putUint(out, at, m.sequence, 'Pong.sequence');
  at = putUint53(out, at, m.timeUs, 'Pong.timeUs');
  return at;
}

function readPong(r: Reader): Pong {
  return { type: 'Pong', sequence: r.uint('Pong.sequence'), timeUs: r.uint53('Pong.timeUs') };
}

function boundBye(m: Bye): number {
  return 10 + m.reason.length * 3;
}

function writeBye(out: Uint8Array, from: number, m: Bye): number {
  out[from] = 6;
  let at = from + 1;
  at = putU8(out, at, m.code, 'Bye.code');
  at = putString(out, at, m.reason, 1024, 'Bye.reason');
  return at;
}

function readBye(r: Reader): Bye {
  return { type: 'Bye', code: r.u8('Bye.code'), reason: r.string(1024, 'Bye.reason') };
}

function boundOutputsConfigure(m: OutputsConfigure): number {
  let bound = 9;
  for (const item of m.outputs) bound += 5 + boundOutputInfo(item);
  return bound;
}

function writeOutputsConfigure(out: Uint8Array, from: number, m: OutputsConfigure): number {
  out[from] = 7;
  let at = from + 1;
  at = putCount(out, at, m.outputs.length, 16, 'OutputsConfigure.outputs');
  for (const item of m.outputs) {
    at = closeStruct(out, at + 1, writeOutputInfo(out, at + 1, item));
  }
  return at;
}

function readOutputsConfigure(r: Reader): OutputsConfigure {
  return { type: 'OutputsConfigure', outputs: readList(r, 16, 'OutputsConfigure.outputs', (r) => readOutputInfo(r)) };
}

function boundKeyboardLayout(m: KeyboardLayout): number {
  return 29 + m.rules.length * 3 + m.model.length * 3 + m.layout.length * 3 + m.variant.length * 3 + m.options.length * 3;
}

function writeKeyboardLayout(out: Uint8Array, from: number, m: KeyboardLayout): number {
  out[from] = 8;
  let at = from + 1;
  at = putString(out, at, m.rules, 256, 'KeyboardLayout.rules');
  at = putString(out, at, m.model, 256, 'KeyboardLayout.model');
  at = putString(out, at, m.layout, 256, 'KeyboardLayout.layout');
  at = putString(out, at, m.variant, 256, 'KeyboardLayout.variant');
  at = putString(out, at, m.options, 256, 'KeyboardLayout.options');
  return at;
}

function readKeyboardLayout(r: Reader): KeyboardLayout {
  return { type: 'KeyboardLayout', rules: r.string(256, 'KeyboardLayout.rules'), model: r.string(256, 'KeyboardLayout.model'), layout: r.string(256, 'KeyboardLayout.layout'), variant: r.string(256, 'KeyboardLayout.variant'), options: r.string(256, 'KeyboardLayout.options') };
}

function boundSessionState(m: SessionState): number {
  return 15 + m.sessionId.length * 3 + m.message.length * 3;
}

function writeSessionState(out: Uint8Array, from: number, m: SessionState): number {
  out[from] = 9;
  let at = from + 1;
  at = putString(out, at, m.sessionId, 64, 'SessionState.sessionId');
  at = putU8(out, at, m.state, 'SessionState.state');
  at = putString(out, at, m.message, 1024, 'SessionState.message');
  return at;
}

function readSessionState(r: Reader): SessionState {
  return { type: 'SessionState', sessionId: r.string(64, 'SessionState.sessionId'), state: r.u8('SessionState.state'), message: r.string(1024, 'SessionState.message') };
}

function boundChannelRefused(m: ChannelRefused): number {
  return 11 + m.message.length * 3;
}

function writeChannelRefused(out: Uint8Array, from: number, m: ChannelRefused): number {
  out[from] = 10;
  let at = from + 1;
  at = putU8(out, at, m.channel, 'ChannelRefused.channel');
  at = putU8(out, at, m.code, 'ChannelRefused.code');
  at = putString(out, at, m.message, 1024, 'ChannelRefused.message');
  return at;
}

function readChannelRefused(r: Reader): ChannelRefused {
  return { type: 'ChannelRefused', channel: r.u8('ChannelRefused.channel'), code: r.u8('ChannelRefused.code'), message: r.string(1024, 'ChannelRefused.message') };
}

function boundLeds(_m: Leds): number {
  return 9;
}

function writeLeds(out: Uint8Array, from: number, m: Leds): number {
  out[from] = 11;
  let at = from + 1;
  at = putUint(out, at, m.mask, 'Leds.mask');
  return at;
}

function readLeds(r: Reader): Leds {
  return { type: 'Leds', mask: r.uint('Leds.mask') };
}

function boundAttach(m: Attach): number {
  let bound = 30 + m.terminalId.length * 3 + m.connectionId.length * 3 + boundKeyboardNames(m.keyboard);
  for (const item of m.capabilities) bound += 5 + item.length * 3;
  for (const item of m.outputs) bound += 5 + boundOutputInfo(item);
  return bound;
}

function writeAttach(out: Uint8Array, from: number, m: Attach): number {
  out[from] = 12;
  let at = from + 1;
  at = putString(out, at, m.terminalId, 128, 'Attach.terminalId');
  at = putString(out, at, m.connectionId, 64, 'Attach.connectionId');
  at = putU8(out, at, m.role, 'Attach.role');
  at = putCount(out, at, m.capabilities.length, 64, 'Attach.capabilities');
  for (const item of m.capabilities) {
    at = putString(out, at, item, 64, 'Attach.capabilities');
  }
  at = putCount(out, at, m.outputs.length, 16, 'Attach.outputs');
  for (const item of m.outputs) {
    at = closeStruct(out, at + 1, writeOutputInfo(out, at + 1, item));
  }
  at = closeStruct(out, at + 1, writeKeyboardNames(out, at + 1, m.keyboard));
  return at;
}

function readAttach(r: Reader): Attach {
  return { type: 'Attach', terminalId: r.string(128, 'Attach.terminalId'), connectionId: r.string(64, 'Attach.connectionId'), role: r.u8('Attach.role'), capabilities: readList(r, 64, 'Attach.capabilities', (r) => r.string(64, 'Attach.capabilities')), outputs: readList(r, 16, 'Attach.outputs', (r) => readOutputInfo(r)), keyboard: readKeyboardNames(r) };
}

function boundDetach(_m: Detach): number {
  return 5;
}

function writeDetach(out: Uint8Array, from: number, m: Detach): number {
  out[from] = 13;
  let at = from + 1;
  at = putU8(out, at, m.reason, 'Detach.reason');
  return at;
}

function readDetach(r: Reader): Detach {
  return { type: 'Detach', reason: r.u8('Detach.reason') };
}

function boundShutdown(m: Shutdown): number {
  return 9 + m.reason.length * 3;
}

function writeShutdown(out: Uint8Array, from: number, m: Shutdown): number {
  out[from] = 14;
  let at = from + 1;
  at = putString(out, at, m.reason, 1024, 'Shutdown.reason');
  return at;
}

function readShutdown(r: Reader): Shutdown {
  return { type: 'Shutdown', reason: r.string(1024, 'Shutdown.reason') };
}

function boundSessionInfo(m: SessionInfo): number {
  return 25 + m.sessionId.length * 3 + m.waylandDisplay.length * 3 + m.software.length * 3;
}

function writeSessionInfo(out: Uint8Array, from: number, m: SessionInfo): number {
  out[from] = 15;
  let at = from + 1;
  at = putString(out, at, m.sessionId, 64, 'SessionInfo.sessionId');
  at = putUint(out, at, m.pid, 'SessionInfo.pid');
  at = putString(out, at, m.waylandDisplay, 256, 'SessionInfo.waylandDisplay');
  at = putU8(out, at, m.state, 'SessionInfo.state');
  at = putString(out, at, m.software, 64, 'SessionInfo.software');
  return at;
}

function readSessionInfo(r: Reader): SessionInfo {
  return { type: 'SessionInfo', sessionId: r.string(64, 'SessionInfo.sessionId'), pid: r.uint('SessionInfo.pid'), waylandDisplay: r.string(256, 'SessionInfo.waylandDisplay'), state: r.u8('SessionInfo.state'), software: r.string(64, 'SessionInfo.software') };
}

function boundOpenChannel(_m: OpenChannel): number {
  return 5;
}

function writeOpenChannel(out: Uint8Array, from: number, m: OpenChannel): number {
  out[from] = 16;
  let at = from + 1;
  at = putU8(out, at, m.channel, 'OpenChannel.channel');
  return at;
}

function readOpenChannel(r: Reader): OpenChannel {
  return { type: 'OpenChannel', channel: r.u8('OpenChannel.channel') };
}
