import { NativeRelay, type RelayEnd, Side } from '../../native/stream/relay.ts';
import { Channel, channelName } from '../../protocol/channel.ts';
import { LinkError, ProtocolError, type ProtocolErrorCode } from '../../protocol/errors.ts';
import type { LaneBorrower, LentLane, LinkStream } from '../../protocol/link/link.ts';

/** What the person at a terminal looks at, as far as the terminal has told. */
export interface InputFocus {
  view: number;
}

export interface JoinRules {
  readonly view: number;
  readonly focus: InputFocus;
  /** Asked when the lanes are joined. */
  readonly waitsForPicture: () => boolean;
  readonly onPictured: () => void;
}

interface Joined {
  readonly relay: NativeRelay;
  readonly terminal: LentLane;
  readonly session: LentLane;
}

/**
 * A terminal's and a session's side of a channel, joined below JavaScript where their providers can: from then on none
 * of its messages wakes this process's JavaScript. When a side ends, or this is disposed, both streams go on as before,
 * with what had come of a message that is not complete; whoever relays in JavaScript need not know of it.
 */
export class JoinedLane implements Disposable {
  readonly #channel: Channel;
  readonly #rules: JoinRules;
  #joined: Joined | null = null;
  /** Called with the next word of each side. */
  readonly #words: [terminal: () => void, session: () => void] = [() => {}, () => {}];
  #disposed = false;

  constructor(terminal: LinkStream, session: LinkStream, rules: JoinRules) {
    this.#channel = terminal.channel;
    this.#rules = rules;
    // The session's greeting may be under way, a terminal's stream waits for nothing.
    session.onLendable?.((lendSession) =>
      terminal.onLendable?.((lendTerminal) => {
        if (this.#disposed) return;
        const ours = lendTerminal(this.#borrower(Side.terminal));
        const theirs = ours && lendSession(this.#borrower(Side.session));
        if (theirs) this.#join(ours, theirs);
        else ours?.takeBack(ours.rest);
      }),
    );
  }

  #borrower(side: Side): LaneBorrower {
    const agoMs = (of: Side): number =>
      this.#joined?.relay.heardAgoMs(of) ?? Number.POSITIVE_INFINITY;
    const other = side === Side.terminal ? Side.session : Side.terminal;
    return {
      giveBack: () => this.#part(),
      heardAgoMs: () => agoMs(side),
      // What one side says is passed on at once.
      saidAgoMs: () => agoMs(other),
      tellNext: (callback) => {
        this.#words[other] = callback;
        this.#joined?.relay.tellNext(other);
      },
    };
  }

  #join(terminal: LentLane, session: LentLane): void {
    const { view, focus, waitsForPicture, onPictured } = this.#rules;
    const relay = NativeRelay.join(
      {
        channel: this.#channel,
        where: `channel ${channelName(this.#channel)}`,
        view,
        inputView: focus.view,
        waitsForPicture: waitsForPicture(),
        terminal: terminal satisfies RelayEnd,
        session: session satisfies RelayEnd,
      },
      {
        pictured: onPictured,
        failed: (side, code, where, what) =>
          this.#joined?.[side === Side.terminal ? 'terminal' : 'session'].failed(
            this.#error(code, where, what),
          ),
        spoke: (side) => this.#words[side](),
        parted: () => this.#part(),
      },
    );
    if (relay) {
      this.#joined = { relay, terminal, session };
      return;
    }
    terminal.takeBack(terminal.rest);
    session.takeBack(session.rest);
  }

  #part(): void {
    if (!this.#joined) return;
    const { relay, terminal, session } = this.#joined;
    this.#joined = null;
    relay.part();
    if (this.#channel === Channel.input) this.#rules.focus.view = relay.inputView;
    terminal.takeBack(relay.rest(Side.terminal));
    session.takeBack(relay.rest(Side.session));
  }

  #error(code: string, where: string, what: string): Error {
    if (code === 'lost') return new LinkError(code, `connection lost: ${what}`);
    if (code !== 'overflow') return new ProtocolError(code as ProtocolErrorCode, where, what);
    return new LinkError(code, `the peer does not read: ${what} on ${channelName(this.#channel)}`);
  }

  /** When this returns, nothing passes here any more. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#part();
  }
}
