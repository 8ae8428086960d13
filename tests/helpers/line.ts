import { connect, createServer, type Server, type Socket } from 'node:net';

/** A line to a server on this machine, on which a test does what networks do. */
export class Line {
  readonly #server: Server;
  readonly #sockets: readonly Socket[];

  /** @param sockets both ends of each connection, as they come */
  protected constructor(server: Server, sockets: readonly Socket[]) {
    this.#server = server;
    this.#sockets = sockets;
  }

  /**
   * @param address host:port
   * @param join has what comes at one end go out at the other
   */
  protected static async listen(
    address: string,
    join: (near: Socket, far: Socket) => void,
  ): Promise<[Server, Socket[]]> {
    const [host = '', port] = address.split(':');
    const sockets: Socket[] = [];
    const server = createServer({ noDelay: true }, (near) => {
      const far = connect({ port: Number(port), host, noDelay: true });
      for (const socket of [near, far]) socket.on('error', () => socket.destroy());
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
      join(near, far);
      sockets.push(near, far);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return [server, sockets];
  }

  get address(): string {
    const at = this.#server.address();
    return typeof at === 'object' ? `127.0.0.1:${at?.port}` : '';
  }

  protected get sockets(): readonly Socket[] {
    return this.#sockets;
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
