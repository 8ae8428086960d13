import { Channel } from '../../protocol/channel.ts';
import { encodeControl } from '../../protocol/generated/control.ts';
import type { Link, LinkStream } from '../../protocol/link/link.ts';
import { refuseChannel } from '../../protocol/negotiation.ts';

/** Channels that pass through as they are; both ends check what they decode. */
const RELAYED: readonly Channel[] = [Channel.input, Channel.cursor, Channel.display];

/**
 * Joins a terminal's link to its session's: messages and frames go through unread, as long as both links live.
 * An overflow on one side closes that link, which is the bound of every queue here.
 */
export function relay(terminal: Link, session: Link, terminalControl: LinkStream): void {
  terminal.onBidi((stream) => {
    const refused = refuseChannel(stream.channel);
    if (refused) {
      terminalControl.send(encodeControl(refused));
      stream.end();
    } else if (RELAYED.includes(stream.channel)) {
      session.openBidi(stream.channel).then(
        (toSession) => join(stream, toSession),
        () => stream.end(),
      );
    } else {
      stream.end();
    }
  });
  session.onUni((channel, unit) => {
    if (terminal.closed) return;
    const frame = terminal.openUni(channel);
    frame.write(unit);
    frame.end();
  });
}

function join(a: LinkStream, b: LinkStream): void {
  a.onMessage((message) => b.send(message));
  b.onMessage((message) => a.send(message));
  a.onClose(() => b.end());
  b.onClose(() => a.end());
}
