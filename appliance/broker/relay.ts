import { Channel } from '../../protocol/channel.ts';
import type { Link, LinkStream } from '../../protocol/link/link.ts';
import { refuseChannel } from '../../protocol/negotiation.ts';
import type { Terminal } from './terminal.ts';

/** Channels that pass through as they are; both ends check what they decode. */
const RELAYED: readonly Channel[] = [Channel.input, Channel.cursor, Channel.display];

/**
 * Joins a terminal's link to its session's: messages and frames go through unread, as long as both links live.
 * An overflow on one side closes that link, which is the bound of every queue here. Cursors are as many as an
 * application likes: while the terminal is behind none are read, and the session keeps only the latest.
 */
export function relay(terminal: Terminal, session: Link): void {
  terminal.streams.take((stream) => {
    const refused = refuseChannel(stream.channel);
    if (refused) {
      terminal.send(refused);
      stream.end();
    } else if (RELAYED.includes(stream.channel)) {
      session.openBidi(stream.channel).then(
        (toSession) => {
          join(stream, toSession);
          if (stream.channel === Channel.cursor) pace(toSession, stream);
        },
        () => stream.end(),
      );
    } else {
      stream.end();
    }
  });
  session.onUni((channel, unit) => {
    if (terminal.link.closed) return;
    const frame = terminal.link.openUni(channel);
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

/** Holds a session's messages back while the terminal does not keep up. */
function pace(from: LinkStream, to: LinkStream): void {
  from.onMessage((message) => {
    if (!to.send(message)) from.pause();
  });
  to.onDrain(() => from.resume());
  // One that is paused would not see its own end.
  to.onClose(() => {
    from.resume();
    from.end();
  });
}
