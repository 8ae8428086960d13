import { Display, type Resource } from '../../../native/wayland/index.ts';
import { buffer, probe } from './probe.ts';
import { RawClient } from './raw-client.ts';

/** An object with its events' methods, for tests that need no types. */
export type Loose = Resource & Record<string, (...args: unknown[]) => void>;

/** A display that offers wr_probe, and what its handlers reported. */
export class Session {
  readonly display = new Display([probe, buffer]);
  readonly bound: Loose[] = [];
  readonly errors: unknown[] = [];
  readonly logs: string[] = [];
  readonly clients: RawClient[] = [];
  handler: object = {};

  constructor() {
    this.display.onHandlerError = (error) => this.errors.push(error);
    this.display.onLog = (line) => this.logs.push(line);
    this.display.createGlobal('wr_probe', 3, (resource) => {
      this.bound.push(resource as Loose);
      resource.setHandler(this.handler);
    });
  }

  /** A new client with a bound wr_probe. */
  async connect(version = 3): Promise<{ client: RawClient; id: number; resource: Loose }> {
    const client = new RawClient(this.display);
    this.clients.push(client);
    const id = await client.bind('wr_probe', version);
    await client.sync();
    const resource = this.bound.at(-1);
    if (!resource) throw new Error('wr_probe was not bound');
    return { client, id, resource };
  }

  [Symbol.dispose](): void {
    for (const client of this.clients) client.close();
    this.display.destroy();
  }
}
