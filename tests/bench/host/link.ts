import { nativeProgram } from './native-programs.ts';
import type { OwnedProcess, Processes } from './processes.ts';

const answerMs = 5000;

export interface LinkModel {
  /** One way. */
  readonly delayMs: number;
  /** 0: unlimited */
  readonly rateMbit: number;
  readonly lossPpm: number;
  /** What waits longer for its turn is dropped; default: 100. */
  readonly queueMs?: number;
}

/** IP bytes and packets since the link was made. */
export interface LinkCounters {
  readonly downBytes: number;
  readonly downPackets: number;
  readonly upBytes: number;
  readonly upPackets: number;
  readonly dropped: number;
  /** CLOCK_MONOTONIC of the first packet that the viewer sent since arm(), 0 without one. */
  readonly firstUpNs: number;
  /** The longest that a packet to the viewer waited for its turn since the last time this was asked. */
  readonly queueMs: number;
}

export const serverAddress = '10.200.0.1';
const viewerAddress = '10.200.0.2';

/** The only path between a server's namespace and its viewer's. */
export class Link {
  readonly #bridge: OwnedProcess;

  private constructor(bridge: OwnedProcess) {
    this.#bridge = bridge;
  }

  static async open(
    processes: Processes,
    serverNamespace: string,
    viewerNamespace: string,
    model: LinkModel,
    program = nativeProgram('link-bridge'),
  ): Promise<Link> {
    const bridge = processes.start({
      name: 'link-bridge',
      command: program,
      args: [
        ...[serverNamespace, serverAddress, viewerNamespace, viewerAddress],
        ...[model.delayMs, model.rateMbit, model.lossPpm].map(String),
      ],
    });
    await bridge.explain('start', bridge.output.next(answerMs));
    const link = new Link(bridge);
    if (model.queueMs) await link.change(model);
    return link;
  }

  async counters(): Promise<LinkCounters> {
    const [, ...numbers] = (await this.#ask('stats')).split(' ');
    const [downBytes, downPackets, downDropped, upBytes, upPackets, upDropped, firstUpNs, queueNs] =
      numbers.map(Number) as [number, number, number, number, number, number, number, number];
    const dropped = downDropped + upDropped;
    const queueMs = queueNs / 1e6;
    return { downBytes, downPackets, upBytes, upPackets, dropped, firstUpNs, queueMs };
  }

  /** From now on it is another one; what is on its way arrives as before. */
  async change({ delayMs, rateMbit, lossPpm, queueMs = 0 }: LinkModel): Promise<void> {
    const said = await this.#ask(`set ${delayMs} ${rateMbit} ${lossPpm} ${queueMs}`);
    if (said !== 'set') throw new Error(`link-bridge: ${said}`);
  }

  /** Starts waiting for the next first packet from the viewer. */
  async arm(): Promise<void> {
    await this.#ask('arm');
  }

  #ask(command: string): Promise<string> {
    this.#bridge.write(command);
    return this.#bridge.explain(command, this.#bridge.output.next(answerMs));
  }
}
