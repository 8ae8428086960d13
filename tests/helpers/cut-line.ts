import { Line } from './line.ts';

/** A line that can be cut, so that neither end is told, or torn, so that both are. */
export class CutLine extends Line {
  /** @param address host:port */
  static async open(address: string): Promise<CutLine> {
    return new CutLine(...(await Line.listen(address, (near, far) => near.pipe(far).pipe(near))));
  }

  /** From now on nothing goes through, in either direction. */
  cut(): void {
    for (const socket of this.sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  /** Ends what goes through; who dials anew gets through again. */
  tear(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}
