import type { Socket } from 'node:net';
import { LinkError, ProtocolError } from '../errors.ts';
import { networkOf } from '../link/network.ts';
import { type Place, Step, type Strangers } from '../link/strangers.ts';
import { awaitFirstRecord } from './first-record.ts';
import { Turns } from './turns.ts';

export interface DoorOptions {
  readonly strangers: Strangers;
  /** For the whole handshake. */
  readonly timeoutMs: number;
  /** Hands the socket to TLS, which says how it went by `secured` or `failed`. */
  readonly handshake: (socket: Socket) => void;
  readonly rejected: (error: Error, name: string) => void;
}

/** A connection before its handshake is done. */
export interface Caller {
  readonly socket: Socket;
  /** `address:port`; the socket itself forgets it when it closes. */
  readonly name: string;
  readonly place: Place;
}

interface Knock extends Caller {
  /** Ends the connection. */
  end: () => void;
  readonly timer: ReturnType<typeof setTimeout>;
  /** Node's socket is not the connection any more. */
  taken: boolean;
}

/**
 * A handshake costs up to 1 ms of this process, whatever the peer pays for it: at most about half of the time is
 * spent on strangers. Whoever comes alone does not wait.
 */
const HANDSHAKE_PAUSE_MS = 2;

/** What every TCP connection passes before TLS spends anything on it. */
export class Door {
  private readonly options: DoorOptions;
  private readonly turns = new Turns(HANDSHAKE_PAUSE_MS);
  private readonly callers = new Map<string, Knock>();
  private readonly sockets = new Set<Socket>();

  constructor(options: DoorOptions) {
    this.options = options;
  }

  knock(socket: Socket): void {
    socket.on('error', () => {});
    const { remoteAddress: address } = socket;
    // Of two from one port, to two addresses of ours, one would be taken for the other; and only a hostile peer does that.
    if (address === undefined || this.callers.has(nameOf(socket))) {
      socket.destroy();
      return;
    }
    const knock = this.enter(socket, address);
    let giveUp = (): void => {};
    socket.once('close', () => {
      giveUp();
      this.sockets.delete(socket);
      if (!knock.taken) this.gone(knock);
    });
    awaitFirstRecord(socket, (isTls) => {
      if (!isTls) {
        this.end(knock, new ProtocolError('malformed', 'TLS', 'the peer does not speak it'));
        return;
      }
      knock.place.reach(Step.greeted);
      giveUp = this.turns.ask(networkOf(address), () => this.options.handshake(socket));
    });
  }

  /**
   * For a TLS that needs no socket of Node's, which may close from now on. @param end ends the connection
   * @returns the connection's name, or undefined when it has ended already
   */
  takeOver(socket: Socket, end: () => void): string | undefined {
    const knock = this.callers.get(nameOf(socket));
    if (knock === undefined) return undefined;
    knock.taken = true;
    knock.end = end;
    return knock.name;
  }

  /** The handshake is done. @returns undefined when the connection has ended all the same */
  secured(connection: Socket | string): Caller | undefined {
    const name = nameOf(connection);
    const knock = this.callers.get(name);
    if (knock === undefined) return undefined;
    clearTimeout(knock.timer);
    this.callers.delete(name);
    knock.place.reach(Step.secured);
    return knock;
  }

  /** TLS has given up; a hang-up of a socket is noticed here anyway. */
  failed(connection: Socket | string, cause: Error): void {
    const knock = this.callers.get(nameOf(connection));
    const error =
      cause instanceof ProtocolError
        ? cause
        : new ProtocolError('malformed', 'TLS', cause.message, { cause });
    if (knock !== undefined) this.end(knock, error);
    else if (typeof connection !== 'string') connection.destroy();
  }

  /** Ends every connection that came through, those that are secured only if told so. */
  close(securedToo: boolean): void {
    for (const knock of [...this.callers.values()]) this.leave(knock);
    if (securedToo) for (const socket of this.sockets) socket.destroy();
  }

  private enter(socket: Socket, address: string): Knock {
    const name = nameOf(socket);
    const busy = new LinkError('busy', 'too many connections wait for admission');
    const late = new LinkError('timeout', 'no handshake was made in time');
    const knock: Knock = {
      socket,
      name,
      place: this.options.strangers.enter(address, () => this.end(knock, busy)),
      end: () => socket.destroy(),
      timer: setTimeout(() => this.end(knock, late), this.options.timeoutMs),
      taken: false,
    };
    this.callers.set(name, knock);
    this.sockets.add(socket);
    return knock;
  }

  private gone(knock: Knock): void {
    clearTimeout(knock.timer);
    knock.place.leave();
    if (!this.forget(knock)) return;
    const gone = new ProtocolError('truncated', 'TLS', 'the peer hung up during the handshake');
    this.options.rejected(gone, knock.name);
  }

  private end(knock: Knock, error: Error): void {
    this.leave(knock);
    this.options.rejected(error, knock.name);
  }

  private leave(knock: Knock): void {
    clearTimeout(knock.timer);
    this.forget(knock);
    knock.end();
    knock.place.leave();
  }

  private forget(knock: Knock): boolean {
    return this.callers.get(knock.name) === knock && this.callers.delete(knock.name);
  }
}

const nameOf = (connection: Socket | string): string =>
  typeof connection === 'string'
    ? connection
    : `${connection.remoteAddress}:${connection.remotePort}`;
