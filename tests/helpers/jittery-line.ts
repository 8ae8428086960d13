import { connect, createServer, type Server, type Socket } from 'node:net';

/** A line to a server on this machine on which what the server sends takes now longer, now shorter, in order. */
export class JitteryLine {
  readonly #server: Server;
  readonly #sockets: Socket[];

  /**
   * @param address host:port
   * @param delayMs of what the server sends at this time, by performance.now()
   */
  static async open(address: string, delayMs: (nowMs: number) => number): Promise<JitteryLine> {
    const [host = '', port] = address.split(':');
    const sockets: Socket[] = [];
    const server = createServer({ noDelay: true }, (near) => {
      const far = connect({ port: Number(port), host, noDelay: true });
      for (const socket of [near, far]) socket.on('error', () => socket.destroy());
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
      near.pipe(far);
      delayed(far, near, delayMs);
      sockets.push(near, far);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new JitteryLine(server, sockets);
  }

  private constructor(server: Server, sockets: Socket[]) {
    this.#server = server;
    this.#sockets = sockets;
  }

  get address(): string {
    const at = this.#server.address();
    return typeof at === 'object' ? `127.0.0.1:${at?.port}` : '';
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

function delayed(from: Socket, to: Socket, delayMs: (nowMs: number) => number): void {
  let lastMs = 0;
  from.on('data', (bytes) => {
    const nowMs = performance.now();
    lastMs = Math.max(lastMs, nowMs + delayMs(nowMs));
    setTimeout(() => to.write(bytes), lastMs - nowMs);
  });
}
