import { Channel } from '../../protocol/channel.ts';
import { encodeControl } from '../../protocol/generated/control.ts';
import type { Link, LinkStream } from '../../protocol/link/link.ts';
import { refuseChannel } from '../../protocol/negotiation.ts';

/** Channels that pass through as they are; both ends check what they decode. */
const RELAYED: readonly Channel[] = [Channel.input, Channel.cursor, Channel.display];

/**
 * Joins a terminal's link to its session's: messages and frames go through unread. It ends when either link
 * closes; an overflow on one side closes that link, which is the bound of every queue here.
 */
export class Relay {
  readonly #terminal: Link;
  readonly #session: Link;
  readonly #control: LinkStream;

  constructor(terminal: Link, session: Link, terminalControl: LinkStream) {
    this.#terminal = terminal;
    this.#session = session;
    this.#control = terminalControl;
    terminal.onBidi((stream) => this.#open(stream));
    session.onUni((channel, unit) => {
      if (terminal.closed) return;
      const frame = terminal.openUni(channel);
      frame.write(unit);
      frame.end();
    });
  }

  #open(stream: LinkStream): void {
    const refused = refuseChannel(stream.channel);
    if (refused) {
      this.#control.send(encodeControl(refused));
      stream.end();
    } else if (RELAYED.includes(stream.channel)) {
      this.#session.openBidi(stream.channel).then(
        (toSession) => join(stream, toSession),
        () => stream.end(),
      );
    }
  }

  get alive(): boolean {
    return !this.#terminal.closed && !this.#session.closed;
  }
}

function join(a: LinkStream, b: LinkStream): void {
  a.onMessage((message) => b.send(message));
  b.onMessage((message) => a.send(message));
  a.onClose(() => b.end());
  b.onClose(() => a.end());
}
