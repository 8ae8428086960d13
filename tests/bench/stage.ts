import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { Link, type LinkModel, serverAddress } from './host/link.ts';
import type { Namespaces } from './host/namespaces.ts';
import { Observer } from './host/observer.ts';
import { cpuTimeNs, memoryBytes } from './host/process-cost.ts';
import { processTree } from './host/process-tree.ts';
import type { Processes } from './host/processes.ts';
import { type Scene, Workload } from './host/workload.ts';
import { startViewerScreen } from './host/x-server.ts';
import type { Peer, RunningPeer } from './peers/peer.ts';

const tagCount = 256;

/** Running totals of one peer at one moment. */
export interface Totals {
  /** CLOCK_MONOTONIC */
  readonly timeNs: number;
  readonly downBytes: number;
  readonly upBytes: number;
  readonly serverCpuNs: number;
  readonly viewerCpuNs: number;
}

export interface StageOptions {
  readonly processes: Processes;
  readonly namespaces: Namespaces;
  /** The stage makes its own directory in it. */
  readonly directory: string;
  readonly link: LinkModel;
}

export function nowNs(): number {
  return Number(process.hrtime.bigint());
}

/** One peer, set up: its server and viewer joined by a link, a screen, an observer at the screen. */
export class Stage {
  readonly peer: Peer;
  readonly running: RunningPeer;
  readonly observer: Observer;
  readonly link: Link;
  readonly directory: string;
  readonly #processes: Processes;
  #tag = 0;

  private constructor(
    peer: Peer,
    running: RunningPeer,
    observer: Observer,
    link: Link,
    directory: string,
    processes: Processes,
  ) {
    this.peer = peer;
    this.running = running;
    this.observer = observer;
    this.link = link;
    this.directory = directory;
    this.#processes = processes;
  }

  static async open(peer: Peer, options: StageOptions): Promise<Stage> {
    const { processes, namespaces } = options;
    const directory = await mkdtemp(join(options.directory, `${peer.name}-`));
    const serverNamespace = namespaces.add();
    const viewerNamespace = namespaces.add();
    const link = await Link.open(processes, serverNamespace, viewerNamespace, options.link);
    const screen = await startViewerScreen(processes);
    const observer = await Observer.open(processes, screen.display);
    const viewerDisplay = screen.display;
    const site = {
      processes,
      directory,
      serverNamespace,
      viewerNamespace,
      serverAddress,
      viewerDisplay,
    };
    const running = await peer.start(site);
    await running.connect();
    return new Stage(peer, running, observer, link, directory, processes);
  }

  startWorkload(scene: Scene): Workload {
    this.#tag = (this.#tag + 1) % tagCount;
    const { application } = this.running;
    return Workload.start(this.#processes, this.directory, application, scene, this.#tag);
  }

  async totals(): Promise<Totals> {
    const { serverPids, viewerPid } = this.running;
    const { downBytes, upBytes } = await this.link.counters();
    return {
      timeNs: nowNs(),
      downBytes,
      upBytes,
      serverCpuNs: cpuTimeNs(serverPids.flatMap(processTree)),
      viewerCpuNs: viewerPid ? cpuTimeNs(processTree(viewerPid)) : 0,
    };
  }

  /** Memory of the server's processes, undefined without a server. */
  serverMemoryBytes(): number | undefined {
    const { serverPids } = this.running;
    return serverPids.length > 0 ? memoryBytes(serverPids.flatMap(processTree)) : undefined;
  }

  /** Ends the peer; the screen and the link end with the bench. */
  async close(): Promise<void> {
    await this.running.stop();
  }
}

export function difference(before: Totals, after: Totals): Totals {
  return {
    timeNs: after.timeNs - before.timeNs,
    downBytes: after.downBytes - before.downBytes,
    upBytes: after.upBytes - before.upBytes,
    serverCpuNs: after.serverCpuNs - before.serverCpuNs,
    viewerCpuNs: after.viewerCpuNs - before.viewerCpuNs,
  };
}
