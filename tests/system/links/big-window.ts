import { writeFileSync } from 'node:fs';
import type { Client, Desktop } from '../../helpers/desktop.ts';

/** What fills most of the screen. */
export type Moving = 'text' | 'film';

/** New lines of letters that never repeat, thirty times a second: each frame is a page moved up and changed. */
const TEXT =
  'until [ -e go ]; do sleep 0.1; done; while :; do head -c 1500 /dev/urandom | base64 -w 120; sleep 0.03; done';
/** Natural in the small, as a film from a camera is. */
const FILM =
  'av://lavfi:mandelbrot=size=640x360:rate=25:start_scale=0.3,gblur=sigma=1.5,hue=s=0.5,noise=c0s=24:c0f=t';

export class BigWindow {
  readonly #desk: Desktop;
  readonly #client: Client;
  readonly #moving: Moving;

  static async open(desk: Desktop, moving: Moving): Promise<BigWindow> {
    const client =
      moving === 'text'
        ? await desk.open('foot', ['-W', '125x42', 'sh', '-c', TEXT])
        : await desk.open('mpv', [
            ...['--no-config', '--vo=wlshm', '--no-audio', '--osc=no', '--osd-level=0', '--pause'],
            ...['--input-ipc-server=mpv.sock', '--autofit=1000x560', FILM],
          ]);
    return new BigWindow(desk, client, moving);
  }

  private constructor(desk: Desktop, client: Client, moving: Moving) {
    this.#desk = desk;
    this.#client = client;
    this.#moving = moving;
  }

  /** It moves from now on. */
  async begin(): Promise<void> {
    if (!this.#client.running) throw new Error(`it ended: ${this.#client.stderr}`);
    const before = this.#desk.look();
    if (this.#moving === 'text') writeFileSync(this.#desk.file('go'), '');
    else await resume(this.#desk.file('mpv.sock'));
    await this.#desk.until('motion', (now) => now.changedShare(before) > 0.02);
  }
}

async function resume(path: string): Promise<void> {
  const { connect } = await import('node:net');
  const socket = connect(path);
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  socket.end(`${JSON.stringify({ command: ['set_property', 'pause', false] })}\n`);
}
