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
  /** Hands the socket to TLS. */
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

/**
 * A handshake costs about 1 ms of this process, whatever the peer pays for it: at most about half of the time is
 * spent on strangers. Whoever comes alone does not wait.
 */
const HANDSHAKE_PAUSE_MS = 2;

/** What every TCP connection passes before TLS spends anything on it. */
export class Door {
  private readonly options: DoorOptions;
  private readonly turns = new Turns(HANDSHAKE_PAUSE_MS);
  private readonly callers = new Map<string, Caller>();
  private readonly sockets = new Set<Socket>();

  constructor(options: DoorOptions) {
    this.options = options;
  }

  knock(socket: Socket): void {
    socket.on('error', () => {});
    const { remoteAddress: address, remotePort } = socket;
    if (address === undefined) {
      socket.destroy();
      return;
    }
    const name = `${address}:${remotePort}`;
    const busy = new LinkError('busy', 'too many connections wait for admission');
    const place = this.options.strangers.enter(address, () => this.end(name, socket, busy));
    this.callers.set(name, { socket, name, place });
    this.sockets.add(socket);
    const late = new LinkError('timeout', 'no handshake was made in time');
    const timer = setTimeout(() => {
      if (this.callers.has(name)) this.end(name, socket, late);
    }, this.options.timeoutMs);
    let giveUp = (): void => {};
    socket.once('close', () => {
      clearTimeout(timer);
      giveUp();
      place.leave();
      this.sockets.delete(socket);
      const gone = new ProtocolError('truncated', 'TLS', 'the peer hung up during the handshake');
      if (this.callers.delete(name)) this.options.rejected(gone, name);
    });
    awaitFirstRecord(socket, (isTls) => {
      if (!isTls) {
        this.end(name, socket, new ProtocolError('malformed', 'TLS', 'the peer does not speak it'));
        return;
      }
      place.reach(Step.greeted);
      giveUp = this.turns.ask(networkOf(address), () => this.options.handshake(socket));
    });
  }

  /** The handshake is done. @returns undefined when the connection has ended all the same */
  secured(socket: Socket): Caller | undefined {
    const name = `${socket.remoteAddress}:${socket.remotePort}`;
    const caller = this.callers.get(name);
    this.callers.delete(name);
    caller?.place.reach(Step.secured);
    return caller;
  }

  /** TLS has given up; a hang-up is noticed here anyway. */
  failed(socket: Socket, cause: Error): void {
    const name = `${socket.remoteAddress}:${socket.remotePort}`;
    const error = new ProtocolError('malformed', 'TLS', cause.message, { cause });
    if (this.callers.has(name)) this.end(name, socket, error);
    else socket.destroy();
  }

  /** Ends every connection that came through, those that are secured only if told so. */
  close(securedToo: boolean): void {
    for (const { socket, name } of [...this.callers.values()]) {
      this.callers.delete(name);
      socket.destroy();
    }
    if (securedToo) for (const socket of this.sockets) socket.destroy();
  }

  private end(name: string, socket: Socket, error: Error): void {
    this.callers.delete(name);
    socket.destroy();
    this.options.rejected(error, name);
  }
}
