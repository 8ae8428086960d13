import { Channel } from '../../protocol/channel.ts';
import { viewOfUnit } from '../../protocol/frame-unit.ts';
import { decodeCursor } from '../../protocol/generated/cursor.ts';
import { decodeInput } from '../../protocol/generated/input.ts';
import type { Link, LinkStream } from '../../protocol/link/link.ts';
import { refuseChannel } from '../../protocol/negotiation.ts';
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
  /** What the person at the terminal looks at, as far as it has told. */
  #inputView = 0;

  constructor(terminal: RelayedTerminal) {
    this.#terminal = terminal;
    terminal.streams.take((stream) => this.#take(stream));
  }

  /**
   * Makes room for a session: what was joined before is parted, and what the terminal says from here on waits until
   * the session's link is there.
   * @param view of the Attach; input for another view is dropped, since keys must not reach another person's session
   */
  expect(view: number): Relay {
    this.#relay?.[Symbol.dispose]();
    const relay = new Relay(this.#terminal, view, () => {
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
      if (message.type === 'InputView') this.#inputView = message.view;
    }
    if (this.#relay?.view === this.#inputView) this.#relay.fromTerminal(Channel.input, bytes);
  }
}

interface Lane {
  readonly toTerminal: LinkStream;
  /** Null until the session's side is open. */
  toSession: LinkStream | null;
  readonly held: Uint8Array[];
}

/**
 * One session at one terminal: messages and frames of its view go through until this is disposed, and nothing after that.
 * An overflow on one side closes that link, which is the bound of every queue here. Cursors are as many as an
 * application likes: while the terminal is behind none are read, and the session keeps only the latest.
 */
export class Relay {
  readonly view: number;
  readonly #terminal: RelayedTerminal;
  readonly #onEnd: () => void;
  readonly #lanes = new Map<Channel, Lane>();
  #session: Link | null = null;
  #onFirst: (() => void) | null = null;
  #ended = false;

  constructor(terminal: RelayedTerminal, view: number, onEnd: () => void) {
    this.view = view;
    this.#terminal = terminal;
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
    const lane: Lane = { toTerminal, toSession: null, held: [] };
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
      if (!room && channel === Channel.cursor) toSession.pause();
    });
    for (const message of lane.held.splice(0)) toSession.send(message);
    toTerminal.resume();
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
    frame.end();
    this.#onFirst?.();
    this.#onFirst = null;
  }

  /** Parts the two at once. The session's link is its owner's to close. */
  [Symbol.dispose](): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const { toTerminal, toSession } of this.#lanes.values()) {
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
