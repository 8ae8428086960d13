import type { Socket } from 'node:net';
import { Line } from './line.ts';

/** A line on which what the server sends takes now longer, now shorter, in order. */
export class JitteryLine extends Line {
  /**
   * @param address host:port
   * @param delayMs of what the server sends at this time, by performance.now()
   */
  static async open(address: string, delayMs: (nowMs: number) => number): Promise<JitteryLine> {
    const join = (near: Socket, far: Socket): void => {
      near.pipe(far);
      delayed(far, near, delayMs);
    };
    return new JitteryLine(...(await Line.listen(address, join)));
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
