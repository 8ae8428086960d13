import { once } from 'node:events';
import { connect } from 'node:net';
import { Channel } from '../../protocol/channel.ts';
import { LinkError } from '../../protocol/errors.ts';
import {
  ByeCode,
  type ControlMessage,
  decodeControl,
  encodeControl,
  type SessionInfo,
} from '../../protocol/generated/control.ts';
import type { Link, LinkClosed, LinkStream } from '../../protocol/link/link.ts';
import { ExitError } from '../../protocol/node/cli.ts';
import { connectUnix } from '../../protocol/node/unix.ts';
import { relay } from './relay.ts';
import type { Terminal } from './terminal.ts';

/** A session that has said what it is. */
export interface Watched {
  readonly link: Link;
  readonly control: LinkStream;
  readonly info: SessionInfo;
}

/** The session's process is there and hangs. */
export class SilentSession extends ExitError {
  constructor(socket: string, pid: number | null) {
    const way = pid === null ? `what holds ${socket}` : `it with: kill -KILL ${pid}`;
    const who = pid === null ? '' : ` (process ${pid})`;
    super(`the session${who} does not answer; let it go on, or end ${way}`);
  }
}

/**
 * Connects to a session's compositor.
 * @param onGone once, after it has answered
 * @throws SilentSession when it does not answer
 */
export async function watchSession(
  socket: string,
  onGone: (closed: LinkClosed) => void,
): Promise<Watched> {
  try {
    return await watch(socket, onGone);
  } catch (error) {
    if (!(error instanceof LinkError && error.code === 'timeout')) throw error;
    throw new SilentSession(socket, await ownerOf(socket));
  }
}

/** The process that listens on a Unix socket; null when it takes no more connections. */
async function ownerOf(path: string): Promise<number | null> {
  const { peerOf } = await import('../../native/process/index.ts');
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return peerOf(socket).pid;
  } catch {
    return null;
  } finally {
    socket.destroy();
  }
}

async function watch(socket: string, onGone: (closed: LinkClosed) => void): Promise<Watched> {
  const link = await connectUnix(socket);
  const control = await link.openBidi(Channel.control);
  const { promise, resolve, reject } = Promise.withResolvers<Watched>();
  let answered = false;
  link.onClose((closed) => {
    if (answered) onGone(closed);
    else if (closed.code === ByeCode.timeout) reject(new LinkError('timeout', closed.reason));
    else reject(new ExitError(`the session ended its link at once: ${closed.reason}`));
  });
  control.onMessage((bytes) => {
    const info = decodeControl(bytes);
    if (answered || info.type !== 'SessionInfo') return;
    answered = true;
    resolve({ link, control, info });
  });
  return promise;
}

/**
 * Shows a session on a terminal: from here on its messages and frames pass between the two.
 * @param wanted what the terminal asks for at the moment
 * @param onGone the session ended this link; the terminal's own end closes it without a call
 */
export async function joinSession(
  terminal: Terminal,
  socket: string,
  wanted: () => Pick<Terminal['hello'], 'outputs' | 'keyboard'>,
  onGone: (closed: LinkClosed) => void,
): Promise<void> {
  const link = await connectUnix(socket);
  const control = await link.openBidi(Channel.control);
  if (terminal.link.closed) return link.close(ByeCode.normal, 'the terminal has gone');
  link.onClose((closed) => {
    if (!terminal.link.closed) onGone(closed);
  });
  const { onClosed } = terminal;
  terminal.onClosed = () => {
    link.close(ByeCode.normal, 'the terminal has gone');
    onClosed();
  };
  const send = (message: ControlMessage) => control.send(encodeControl(message));
  send(attachOf(terminal, wanted(), 0));
  terminal.onControl = (message) => {
    if (message.type === 'OutputsConfigure' || message.type === 'KeyboardLayout') send(message);
  };
  control.onMessage((bytes) => {
    const message = decodeControl(bytes);
    if (message.type === 'Leds' || message.type === 'SessionState') terminal.send(message);
  });
  relay(terminal, link);
}

/** @param view number that the attachment's frames, cursors and input carry */
export function attachOf(
  { id, connection, hello, link }: Terminal,
  { outputs, keyboard }: Pick<Terminal['hello'], 'outputs' | 'keyboard'>,
  view: number,
): ControlMessage {
  return {
    type: 'Attach',
    terminalId: id,
    connectionId: connection,
    role: hello.role,
    capabilities: hello.capabilities,
    outputs,
    keyboard,
    view,
    rttUs: link.peer.rttUs ?? 0,
  };
}
