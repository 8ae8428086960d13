import { connect, createServer, type Server, type Socket } from 'node:net';

/** A line to a server on this machine that can be cut so that neither end is told. */
export class CutLine {
  readonly #server: Server;
  readonly #sockets: Socket[] = [];

  /** @param address host:port */
  static async open(address: string): Promise<CutLine> {
    const [host = '', port] = address.split(':');
    const sockets: Socket[] = [];
    const server = createServer((near) => {
      const far = connect(Number(port), host);
      for (const socket of [near, far]) socket.on('error', () => socket.destroy());
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
      near.pipe(far).pipe(near);
      sockets.push(near, far);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new CutLine(server, sockets);
  }

  private constructor(server: Server, sockets: Socket[]) {
    this.#server = server;
    this.#sockets = sockets;
  }

  get address(): string {
    const at = this.#server.address();
    return typeof at === 'object' ? `127.0.0.1:${at?.port}` : '';
  }

  /** From now on nothing goes through, in either direction. */
  cut(): void {
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
