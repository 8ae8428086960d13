import { Channel, channelName } from '../../protocol/channel.ts';
import { viewOfUnit } from '../../protocol/frame-unit.ts';
import { ByeCode } from '../../protocol/generated/control.ts';
import { decodeCursor } from '../../protocol/generated/cursor.ts';
import { decodeInput } from '../../protocol/generated/input.ts';
import { FrameKind } from '../../protocol/link/framing.ts';
import type { Link, LinkStream } from '../../protocol/link/link.ts';
import { refuseChannel } from '../../protocol/negotiation.ts';
import { type InputFocus, JoinedLane } from './joined-lane.ts';
import type { Terminal } from './terminal.ts';

/** Channels that pass through as they are, but for what is meant for another view; both ends check what they decode. */
const RELAYED: readonly Channel[] = [Channel.input, Channel.cursor, Channel.display];
/** Number of the message InputView. */
const INPUT_VIEW = 13;

/** What a relay needs of a terminal. */
export type RelayedTerminal = Pick<Terminal, 'link' | 'streams' | 'send'>;

/**
 * A terminal's channels. It opens them once, and they stay while sessions come and go: whichever session is joined
 * gets what comes on them, and without one it is dropped, for it was meant for what was shown before.
 */
export class TerminalChannels {
  readonly #terminal: RelayedTerminal;
  readonly #open = new Map<Channel, LinkStream>();
  #relay: Relay | null = null;
  readonly #focus: InputFocus = { view: 0 };
  readonly #native: boolean;

  /** @param native false: every message passes JavaScript, also where that is not needed */
  constructor(terminal: RelayedTerminal, native = true) {
    this.#terminal = terminal;
    this.#native = native;
    terminal.streams.take((stream) => this.#take(stream));
    terminal.link.onUni((channel) => {
      const what = `channel ${channelName(channel)}: frame of kind ${FrameKind.unit}`;
      terminal.link.close(ByeCode.protocol, what);
    });
  }

  /**
   * Makes room for a session: what was joined before is parted, and what the terminal says from here on waits until
   * the session's link is there.
   * @param view of the Attach; input for another view is dropped, since keys must not reach another person's session
   */
  expect(view: number): Relay {
    this.#relay?.[Symbol.dispose]();
    const focus = this.#native ? this.#focus : null;
    const relay = new Relay(this.#terminal, view, focus, () => {
      if (this.#relay === relay) this.#relay = null;
    });
    this.#relay = relay;
    for (const stream of this.#open.values()) relay.add(stream);
    return relay;
  }

  #take(stream: LinkStream): void {
    const refused = refuseChannel(stream.channel);
    if (refused) this.#terminal.send(refused);
    const { channel } = stream;
    if (refused || !RELAYED.includes(channel) || this.#open.has(channel)) return stream.end();
    this.#open.set(channel, stream);
    this.#relay?.add(stream);
    stream.onMessage((message) => {
      if (channel === Channel.input) this.#fromInput(message);
      else this.#relay?.fromTerminal(channel, message);
    });
    stream.onDrain(() => this.#relay?.drained(channel));
    stream.onClose(() => {
      this.#open.delete(channel);
      this.#relay?.remove(channel);
    });
  }

  #fromInput(bytes: Uint8Array): void {
    if (bytes[0] === INPUT_VIEW) {
      const message = decodeInput(bytes);
      if (message.type === 'InputView') this.#focus.view = message.view;
    }
    if (this.#relay?.view === this.#focus.view) this.#relay.fromTerminal(Channel.input, bytes);
  }
}

interface Lane {
  readonly toTerminal: LinkStream;
  /** Null until the session's side is open. */
  toSession: LinkStream | null;
  /** The two below JavaScript, where that is possible. */
  joined: JoinedLane | null;
  readonly held: Uint8Array[];
}

/**
 * One session at one terminal: messages and frames of its view go through until this is disposed, and nothing after that.
 * An overflow on one side closes that link, which is the bound of every queue here. While a terminal does not read, nothing
 * more is read of its session: a frame acknowledged unread costs the session, and of cursors it keeps only the latest.
 */
export class Relay {
  readonly view: number;
  readonly #terminal: RelayedTerminal;
  readonly #focus: InputFocus | null;
  readonly #onEnd: () => void;
  readonly #lanes = new Map<Channel, Lane>();
  #session: Link | null = null;
  #onFirst: (() => void) | null = null;
  #ended = false;

  /** @param focus of the terminal; null: all of it passes JavaScript */
  constructor(
    terminal: RelayedTerminal,
    view: number,
    focus: InputFocus | null,
    onEnd: () => void,
  ) {
    this.view = view;
    this.#terminal = terminal;
    this.#focus = focus;
    this.#onEnd = onEnd;
  }

  /**
   * The session's side is there.
   * @param onFirst called once, when its first frame was passed on
   */
  connect(session: Link, onFirst: (() => void) | null = null): void {
    if (this.#ended) return;
    this.#session = session;
    this.#onFirst = onFirst;
    session.onUni((channel, unit) => this.#frame(channel, unit));
    for (const lane of this.#lanes.values()) this.#openLane(session, lane);
  }

  /** The terminal has this channel, so the session gets it too. */
  add(toTerminal: LinkStream): void {
    const lane: Lane = { toTerminal, toSession: null, joined: null, held: [] };
    this.#lanes.set(toTerminal.channel, lane);
    if (this.#session) this.#openLane(this.#session, lane);
  }

  #openLane(session: Link, lane: Lane): void {
    session.openBidi(lane.toTerminal.channel).then(
      (toSession) => this.#opened(lane, toSession),
      // The link's own end says why.
      () => {},
    );
  }

  #opened(lane: Lane, toSession: LinkStream): void {
    const { toTerminal } = lane;
    const { channel } = toTerminal;
    if (this.#ended || this.#lanes.get(channel) !== lane) return toSession.end();
    lane.toSession = toSession;
    toSession.onMessage((message) => {
      if (this.#ended || !this.#isMeant(channel, message)) return;
      const room = toTerminal.send(message);
      if (!room) toSession.pause();
    });
    for (const message of lane.held.splice(0)) toSession.send(message);
    toTerminal.resume();
    if (this.#focus) lane.joined = this.#join(toTerminal, toSession, this.#focus);
  }

  #join(toTerminal: LinkStream, toSession: LinkStream, focus: InputFocus): JoinedLane {
    return new JoinedLane(toTerminal, toSession, {
      view: this.view,
      focus,
      waitsForPicture: () => this.#onFirst !== null,
      onPictured: () => this.#pictured(),
    });
  }

  /**
   * The session's process is its user's, who may have it say anything: a terminal keeps what comes for a later view, and
   * messages of channels on which it expects none stop the channel for all who come after.
   */
  #isMeant(channel: Channel, message: Uint8Array): boolean {
    if (channel !== Channel.cursor) return false;
    if (this.view === 0) return true;
    const cursor = decodeCursor(message);
    return cursor.type !== 'unknown' && cursor.view === this.view;
  }

  fromTerminal(channel: Channel, message: Uint8Array): void {
    const lane = this.#lanes.get(channel);
    if (!lane) return;
    if (lane.toSession) return void lane.toSession.send(message);
    // What was read already still comes; that is little.
    lane.toTerminal.pause();
    lane.held.push(new Uint8Array(message));
  }

  drained(channel: Channel): void {
    this.#lanes.get(channel)?.toSession?.resume();
  }

  remove(channel: Channel): void {
    const lane = this.#lanes.get(channel);
    this.#lanes.delete(channel);
    lane?.joined?.[Symbol.dispose]();
    // One that is paused would not see its own end.
    lane?.toSession?.resume();
    lane?.toSession?.end();
  }

  #frame(channel: Channel, unit: Uint8Array): void {
    if (this.#ended || this.#terminal.link.closed || !this.#lanes.has(channel)) return;
    // Without views none can come after this one.
    if (this.view !== 0 && viewOfUnit(unit) !== this.view) return;
    const frame = this.#terminal.link.openUni(channel);
    frame.write(unit);
    const room = frame.end();
    // Units on streams of their own have no lane that would drain.
    if (!room && !this.#terminal.link.caps.streamReset)
      this.#lanes.get(channel)?.toSession?.pause();
    this.#pictured();
  }

  #pictured(): void {
    const onFirst = this.#onFirst;
    this.#onFirst = null;
    onFirst?.();
  }

  /** Parts the two at once. The session's link is its owner's to close. */
  [Symbol.dispose](): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const { toTerminal, toSession, joined } of this.#lanes.values()) {
      joined?.[Symbol.dispose]();
      toTerminal.resume();
      toSession?.resume();
    }
    this.#lanes.clear();
    this.#onEnd();
  }
}

/** Joins a terminal that shows one session for as long as both links live. */
export function relay(terminal: RelayedTerminal, session: Link): void {
  new TerminalChannels(terminal).expect(0).connect(session);
}
