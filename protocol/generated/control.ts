// Generated from the schema of channel control by protocol/tools/codec.ts. Do not edit.
import { readList, type Reader, reader, type UnknownMessage } from '../codec/reader.ts';
import { slab } from '../codec/slab.ts';
import { closeStruct, putBlob, putCount, putInt, putString, putU8, putUint, putUint53 } from '../codec/write.ts';

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

/** What a terminal shows. */
export const ViewKind = {
  none: 0,
  greeter: 1,
  session: 2,
} as const;
export type ViewKind = (typeof ViewKind)[keyof typeof ViewKind];

/** Page that a terminal draws itself while it shows no session. */
export const PageKind = {
  insertCard: 0,
  readingCard: 1,
  unknownCard: 2,
  refused: 3,
  locked: 4,
  starting: 5,
  failed: 6,
  replaced: 7,
  waitingApproval: 8,
  revoked: 9,
  nameConflict: 10,
  loginTimeout: 11,
  cardRemoved: 12,
  ended: 13,
  busy: 14,
  moved: 15,
} as const;
export type PageKind = (typeof PageKind)[keyof typeof PageKind];

/** What was brought to be found by. */
export const CardKind = {
  smartCard: 0,
  badge: 1,
  software: 2,
} as const;
export type CardKind = (typeof CardKind)[keyof typeof CardKind];

/** Why a card cannot be used. */
export const CardProblemKind = {
  unsupported: 0,
  mute: 1,
  inUse: 2,
  readerLost: 3,
} as const;
export type CardProblemKind = (typeof CardProblemKind)[keyof typeof CardProblemKind];

/** Key of a card that answers a challenge. */
export const CardKey = {
  cardKey: 0,
  pinKey: 1,
} as const;
export type CardKey = (typeof CardKey)[keyof typeof CardKey];

/** Why a card gave no proof. */
export const ProofProblem = {
  pinWrong: 0,
  pinBlocked: 1,
  cancelled: 2,
  removed: 3,
  noKey: 4,
  failed: 5,
} as const;
export type ProofProblem = (typeof ProofProblem)[keyof typeof ProofProblem];

/** What the person in a session asks for. */
export const SessionWish = {
  logout: 0,
  lock: 1,
  detach: 2,
} as const;
export type SessionWish = (typeof SessionWish)[keyof typeof SessionWish];

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
  /** number that frames, cursors and input of this attachment carry */
  readonly view: number;
  /** round trip to the terminal as its handshake showed it, in µs; 0: not known */
  readonly rttUs: number;
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
  /** a LockSession is in force */
  readonly locked: boolean;
}

/** Asks the side that connected to open a channel; sent by the link itself. */
export interface OpenChannel {
  readonly type: 'OpenChannel';
  /** number of the channel */
  readonly channel: number;
}

/** Broker to terminal: from here on only frames and cursors of this view count. Before the first one the view is 0. */
export interface View {
  readonly type: 'View';
  /** counts up over the connection */
  readonly view: number;
  /** none: overwrite the picture with zeros and show a page; ViewKind, newer peers may send other values */
  readonly kind: number;
  /** session that is shown, empty for none */
  readonly sessionId: string;
  /** of the card that brought it: when that leaves its reader, the terminal overwrites the picture by itself; 0: none did */
  readonly insertion: number;
}

/** Broker to terminal: the page for a view without a session. */
export interface ShowPage {
  readonly type: 'ShowPage';
  /** which page; PageKind, newer peers may send other values */
  readonly page: number;
  /** short code that an administrator can look up */
  readonly code: string;
  /** a line for the person, may be empty */
  readonly detail: string;
}

/** Terminal to broker: a token is there. */
export interface CardInserted {
  readonly type: 'CardInserted';
  /** counts the insertions of this connection, from 1 */
  readonly insertion: number;
  /** name of the reader */
  readonly reader: string;
  /** kind of token; CardKind, newer peers may send other values */
  readonly kind: number;
  /** hexadecimal digits, as in protocol/session/token.ts */
  readonly tokenId: string;
  /** answer to reset, empty for a software token */
  readonly atr: Uint8Array;
  /** keys that can answer a challenge */
  readonly cardKey: boolean;
  readonly pinKey: boolean;
  /** terminal's clock when the reader told of it */
  readonly eventUs: number;
}

/** Terminal to broker: the token is gone. */
export interface CardRemoved {
  readonly type: 'CardRemoved';
  /** counts the insertions of this connection, from 1 */
  readonly insertion: number;
}

/** Terminal to broker: a card is there that cannot be used. */
export interface CardProblem {
  readonly type: 'CardProblem';
  /** counts the insertions of this connection, from 1 */
  readonly insertion: number;
  /** name of the reader */
  readonly reader: string;
  /** for programs; CardProblemKind, newer peers may send other values */
  readonly problem: number;
  /** for the log */
  readonly detail: string;
}

/** Broker to terminal: let the card prove that it holds a key. */
export interface CardChallenge {
  readonly type: 'CardChallenge';
  /** counts the insertions of this connection, from 1 */
  readonly insertion: number;
  /** counts up; names this challenge */
  readonly request: number;
  /** cardKey: no PIN (PIV 9E); pinKey: after its PIN (PIV 9A); CardKey, newer peers may send other values */
  readonly key: number;
  /** 32 random bytes; what is signed: protocol/session/card-proof.ts */
  readonly nonce: Uint8Array;
}

/** Terminal to broker: answer to a CardChallenge. */
export interface CardProof {
  readonly type: 'CardProof';
  /** counts the insertions of this connection, from 1 */
  readonly insertion: number;
  /** of the CardChallenge */
  readonly request: number;
  /** as asked; CardKey, newer peers may send other values */
  readonly key: number;
  /** X.509 DER, or a public key as SPKI DER for software tokens */
  readonly certificate: Uint8Array;
  /** ECDSA as DER, RSA PKCS #1 v1.5, Ed25519 raw */
  readonly signature: Uint8Array;
}

/** Terminal to broker: the card did not answer a CardChallenge. */
export interface CardProofFailed {
  readonly type: 'CardProofFailed';
  /** counts the insertions of this connection, from 1 */
  readonly insertion: number;
  /** of the CardChallenge */
  readonly request: number;
  /** why; ProofProblem, newer peers may send other values */
  readonly problem: number;
  /** PIN tries that are left, 255 when unknown */
  readonly triesLeft: number;
}

/** Broker to terminal: an answer is not wanted any more. */
export interface CardChallengeEnd {
  readonly type: 'CardChallengeEnd';
  /** of the CardChallenge */
  readonly request: number;
}

/** Terminal to broker: a person wants to log in without a token. */
export interface LoginRequest {
  readonly type: 'LoginRequest';
}

/** Broker to session: cover everything until UnlockSession. */
export interface LockSession {
  readonly type: 'LockSession';
}

/** Broker to session: somebody has proved who they are. */
export interface UnlockSession {
  readonly type: 'UnlockSession';
}

/** Session to broker: the person does something; at most every 10 s. */
export interface Activity {
  readonly type: 'Activity';
}

/** Session to broker: the person in it asks for this. */
export interface SessionRequest {
  readonly type: 'SessionRequest';
  /** what; SessionWish, newer peers may send other values */
  readonly wish: number;
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
  | OpenChannel
  | View
  | ShowPage
  | CardInserted
  | CardRemoved
  | CardProblem
  | CardChallenge
  | CardProof
  | CardProofFailed
  | CardChallengeEnd
  | LoginRequest
  | LockSession
  | UnlockSession
  | Activity
  | SessionRequest;

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
  View: 17,
  ShowPage: 18,
  CardInserted: 19,
  CardRemoved: 20,
  CardProblem: 21,
  CardChallenge: 22,
  CardProof: 23,
  CardProofFailed: 24,
  CardChallengeEnd: 25,
  LoginRequest: 26,
  LockSession: 27,
  UnlockSession: 28,
  Activity: 29,
  SessionRequest: 30,
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
    case 'View':
      slab.reserve(boundView(message));
      return slab.take(writeView(slab.bytes, slab.at, message));
    case 'ShowPage':
      slab.reserve(boundShowPage(message));
      return slab.take(writeShowPage(slab.bytes, slab.at, message));
    case 'CardInserted':
      slab.reserve(boundCardInserted(message));
      return slab.take(writeCardInserted(slab.bytes, slab.at, message));
    case 'CardRemoved':
      slab.reserve(boundCardRemoved(message));
      return slab.take(writeCardRemoved(slab.bytes, slab.at, message));
    case 'CardProblem':
      slab.reserve(boundCardProblem(message));
      return slab.take(writeCardProblem(slab.bytes, slab.at, message));
    case 'CardChallenge':
      slab.reserve(boundCardChallenge(message));
      return slab.take(writeCardChallenge(slab.bytes, slab.at, message));
    case 'CardProof':
      slab.reserve(boundCardProof(message));
      return slab.take(writeCardProof(slab.bytes, slab.at, message));
    case 'CardProofFailed':
      slab.reserve(boundCardProofFailed(message));
      return slab.take(writeCardProofFailed(slab.bytes, slab.at, message));
    case 'CardChallengeEnd':
      slab.reserve(boundCardChallengeEnd(message));
      return slab.take(writeCardChallengeEnd(slab.bytes, slab.at, message));
    case 'LoginRequest':
      slab.reserve(boundLoginRequest(message));
      return slab.take(writeLoginRequest(slab.bytes, slab.at, message));
    case 'LockSession':
      slab.reserve(boundLockSession(message));
      return slab.take(writeLockSession(slab.bytes, slab.at, message));
    case 'UnlockSession':
      slab.reserve(boundUnlockSession(message));
      return slab.take(writeUnlockSession(slab.bytes, slab.at, message));
    case 'Activity':
      slab.reserve(boundActivity(message));
      return slab.take(writeActivity(slab.bytes, slab.at, message));
    case 'SessionRequest':
      slab.reserve(boundSessionRequest(message));
      return slab.take(writeSessionRequest(slab.bytes, slab.at, message));
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
      case 17:
        return readView(reader);
      case 18:
        return readShowPage(reader);
      case 19:
        return readCardInserted(reader);
      case 20:
        return readCardRemoved(reader);
      case 21:
        return readCardProblem(reader);
      case 22:
        return readCardChallenge(reader);
      case 23:
        return readCardProof(reader);
      case 24:
        return readCardProofFailed(reader);
      case 25:
        return readCardChallengeEnd(reader);
      case 26:
        return readLoginRequest(reader);
      case 27:
        return readLockSession(reader);
      case 28:
        return readUnlockSession(reader);
      case 29:
        return readActivity(reader);
      case 30:
        return readSessionRequest(reader);
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
  let bound = 40 + m.terminalId.length * 3 + m.connectionId.length * 3 + boundKeyboardNames(m.keyboard);
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
  at = putUint(out, at, m.view, 'Attach.view');
  at = putUint(out, at, m.rttUs, 'Attach.rttUs');
  return at;
}

function readAttach(r: Reader): Attach {
  return { type: 'Attach', terminalId: r.string(128, 'Attach.terminalId'), connectionId: r.string(64, 'Attach.connectionId'), role: r.u8('Attach.role'), capabilities: readList(r, 64, 'Attach.capabilities', (r) => r.string(64, 'Attach.capabilities')), outputs: readList(r, 16, 'Attach.outputs', (r) => readOutputInfo(r)), keyboard: readKeyboardNames(r), view: r.uint('Attach.view'), rttUs: r.uint('Attach.rttUs') };
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
  return 26 + m.sessionId.length * 3 + m.waylandDisplay.length * 3 + m.software.length * 3;
}

function writeSessionInfo(out: Uint8Array, from: number, m: SessionInfo): number {
  out[from] = 15;
  let at = from + 1;
  at = putString(out, at, m.sessionId, 64, 'SessionInfo.sessionId');
  at = putUint(out, at, m.pid, 'SessionInfo.pid');
  at = putString(out, at, m.waylandDisplay, 256, 'SessionInfo.waylandDisplay');
  at = putU8(out, at, m.state, 'SessionInfo.state');
  at = putString(out, at, m.software, 64, 'SessionInfo.software');
  out[at++] = m.locked ? 1 : 0;
  return at;
}

function readSessionInfo(r: Reader): SessionInfo {
  return { type: 'SessionInfo', sessionId: r.string(64, 'SessionInfo.sessionId'), pid: r.uint('SessionInfo.pid'), waylandDisplay: r.string(256, 'SessionInfo.waylandDisplay'), state: r.u8('SessionInfo.state'), software: r.string(64, 'SessionInfo.software'), locked: r.bool('SessionInfo.locked') };
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

function boundView(m: View): number {
  return 20 + m.sessionId.length * 3;
}

function writeView(out: Uint8Array, from: number, m: View): number {
  out[from] = 17;
  let at = from + 1;
  at = putUint(out, at, m.view, 'View.view');
  at = putU8(out, at, m.kind, 'View.kind');
  at = putString(out, at, m.sessionId, 64, 'View.sessionId');
  at = putUint(out, at, m.insertion, 'View.insertion');
  return at;
}

function readView(r: Reader): View {
  return { type: 'View', view: r.uint('View.view'), kind: r.u8('View.kind'), sessionId: r.string(64, 'View.sessionId'), insertion: r.uint('View.insertion') };
}

function boundShowPage(m: ShowPage): number {
  return 15 + m.code.length * 3 + m.detail.length * 3;
}

function writeShowPage(out: Uint8Array, from: number, m: ShowPage): number {
  out[from] = 18;
  let at = from + 1;
  at = putU8(out, at, m.page, 'ShowPage.page');
  at = putString(out, at, m.code, 24, 'ShowPage.code');
  at = putString(out, at, m.detail, 1024, 'ShowPage.detail');
  return at;
}

function readShowPage(r: Reader): ShowPage {
  return { type: 'ShowPage', page: r.u8('ShowPage.page'), code: r.string(24, 'ShowPage.code'), detail: r.string(1024, 'ShowPage.detail') };
}

function boundCardInserted(m: CardInserted): number {
  return 34 + m.reader.length * 3 + m.tokenId.length * 3 + m.atr.length;
}

function writeCardInserted(out: Uint8Array, from: number, m: CardInserted): number {
  out[from] = 19;
  let at = from + 1;
  at = putUint(out, at, m.insertion, 'CardInserted.insertion');
  at = putString(out, at, m.reader, 128, 'CardInserted.reader');
  at = putU8(out, at, m.kind, 'CardInserted.kind');
  at = putString(out, at, m.tokenId, 64, 'CardInserted.tokenId');
  at = putBlob(out, at, m.atr, 64, 'CardInserted.atr');
  out[at++] = (m.cardKey ? 1 : 0) | (m.pinKey ? 2 : 0);
  at = putUint53(out, at, m.eventUs, 'CardInserted.eventUs');
  return at;
}

function readCardInserted(r: Reader): CardInserted {
  return { type: 'CardInserted', insertion: r.uint('CardInserted.insertion'), reader: r.string(128, 'CardInserted.reader'), kind: r.u8('CardInserted.kind'), tokenId: r.string(64, 'CardInserted.tokenId'), atr: r.blob(64, 'CardInserted.atr'), cardKey: (r.u8('CardInserted.keys') & 1) !== 0, pinKey: ((r.bytes[r.at - 1] as number) & 2) !== 0, eventUs: r.uint53('CardInserted.eventUs') };
}

function boundCardRemoved(_m: CardRemoved): number {
  return 9;
}

function writeCardRemoved(out: Uint8Array, from: number, m: CardRemoved): number {
  out[from] = 20;
  let at = from + 1;
  at = putUint(out, at, m.insertion, 'CardRemoved.insertion');
  return at;
}

function readCardRemoved(r: Reader): CardRemoved {
  return { type: 'CardRemoved', insertion: r.uint('CardRemoved.insertion') };
}

function boundCardProblem(m: CardProblem): number {
  return 20 + m.reader.length * 3 + m.detail.length * 3;
}

function writeCardProblem(out: Uint8Array, from: number, m: CardProblem): number {
  out[from] = 21;
  let at = from + 1;
  at = putUint(out, at, m.insertion, 'CardProblem.insertion');
  at = putString(out, at, m.reader, 128, 'CardProblem.reader');
  at = putU8(out, at, m.problem, 'CardProblem.problem');
  at = putString(out, at, m.detail, 1024, 'CardProblem.detail');
  return at;
}

function readCardProblem(r: Reader): CardProblem {
  return { type: 'CardProblem', insertion: r.uint('CardProblem.insertion'), reader: r.string(128, 'CardProblem.reader'), problem: r.u8('CardProblem.problem'), detail: r.string(1024, 'CardProblem.detail') };
}

function boundCardChallenge(m: CardChallenge): number {
  return 20 + m.nonce.length;
}

function writeCardChallenge(out: Uint8Array, from: number, m: CardChallenge): number {
  out[from] = 22;
  let at = from + 1;
  at = putUint(out, at, m.insertion, 'CardChallenge.insertion');
  at = putUint(out, at, m.request, 'CardChallenge.request');
  at = putU8(out, at, m.key, 'CardChallenge.key');
  at = putBlob(out, at, m.nonce, 32, 'CardChallenge.nonce');
  return at;
}

function readCardChallenge(r: Reader): CardChallenge {
  return { type: 'CardChallenge', insertion: r.uint('CardChallenge.insertion'), request: r.uint('CardChallenge.request'), key: r.u8('CardChallenge.key'), nonce: r.blob(32, 'CardChallenge.nonce') };
}

function boundCardProof(m: CardProof): number {
  return 25 + m.certificate.length + m.signature.length;
}

function writeCardProof(out: Uint8Array, from: number, m: CardProof): number {
  out[from] = 23;
  let at = from + 1;
  at = putUint(out, at, m.insertion, 'CardProof.insertion');
  at = putUint(out, at, m.request, 'CardProof.request');
  at = putU8(out, at, m.key, 'CardProof.key');
  at = putBlob(out, at, m.certificate, 4096, 'CardProof.certificate');
  at = putBlob(out, at, m.signature, 512, 'CardProof.signature');
  return at;
}

function readCardProof(r: Reader): CardProof {
  return { type: 'CardProof', insertion: r.uint('CardProof.insertion'), request: r.uint('CardProof.request'), key: r.u8('CardProof.key'), certificate: r.blob(4096, 'CardProof.certificate'), signature: r.blob(512, 'CardProof.signature') };
}

function boundCardProofFailed(_m: CardProofFailed): number {
  return 16;
}

function writeCardProofFailed(out: Uint8Array, from: number, m: CardProofFailed): number {
  out[from] = 24;
  let at = from + 1;
  at = putUint(out, at, m.insertion, 'CardProofFailed.insertion');
  at = putUint(out, at, m.request, 'CardProofFailed.request');
  at = putU8(out, at, m.problem, 'CardProofFailed.problem');
  at = putU8(out, at, m.triesLeft, 'CardProofFailed.triesLeft');
  return at;
}

function readCardProofFailed(r: Reader): CardProofFailed {
  return { type: 'CardProofFailed', insertion: r.uint('CardProofFailed.insertion'), request: r.uint('CardProofFailed.request'), problem: r.u8('CardProofFailed.problem'), triesLeft: r.u8('CardProofFailed.triesLeft') };
}

function boundCardChallengeEnd(_m: CardChallengeEnd): number {
  return 9;
}

function writeCardChallengeEnd(out: Uint8Array, from: number, m: CardChallengeEnd): number {
  out[from] = 25;
  let at = from + 1;
  at = putUint(out, at, m.request, 'CardChallengeEnd.request');
  return at;
}

function readCardChallengeEnd(r: Reader): CardChallengeEnd {
  return { type: 'CardChallengeEnd', request: r.uint('CardChallengeEnd.request') };
}

function boundLoginRequest(_m: LoginRequest): number {
  return 4;
}

function writeLoginRequest(out: Uint8Array, from: number, _m: LoginRequest): number {
  out[from] = 26;
  return from + 1;
}

function readLoginRequest(_r: Reader): LoginRequest {
  return { type: 'LoginRequest' };
}

function boundLockSession(_m: LockSession): number {
  return 4;
}

function writeLockSession(out: Uint8Array, from: number, _m: LockSession): number {
  out[from] = 27;
  return from + 1;
}

function readLockSession(_r: Reader): LockSession {
  return { type: 'LockSession' };
}

function boundUnlockSession(_m: UnlockSession): number {
  return 4;
}

function writeUnlockSession(out: Uint8Array, from: number, _m: UnlockSession): number {
  out[from] = 28;
  return from + 1;
}

function readUnlockSession(_r: Reader): UnlockSession {
  return { type: 'UnlockSession' };
}

function boundActivity(_m: Activity): number {
  return 4;
}

function writeActivity(out: Uint8Array, from: number, _m: Activity): number {
  out[from] = 29;
  return from + 1;
}

function readActivity(_r: Reader): Activity {
  return { type: 'Activity' };
}

function boundSessionRequest(_m: SessionRequest): number {
  return 5;
}

function writeSessionRequest(out: Uint8Array, from: number, m: SessionRequest): number {
  out[from] = 30;
  let at = from + 1;
  at = putU8(out, at, m.wish, 'SessionRequest.wish');
  return at;
}

function readSessionRequest(r: Reader): SessionRequest {
  return { type: 'SessionRequest', wish: r.u8('SessionRequest.wish') };
}
