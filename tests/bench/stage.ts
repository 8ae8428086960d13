import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Link, type LinkModel, serverAddress } from './host/link.ts';
import type { Namespaces } from './host/namespaces.ts';
import { Observer } from './host/observer.ts';
import { cpuTimeNs, memoryBytes } from './host/process-cost.ts';
import { processTree } from './host/process-tree.ts';
import type { OwnedProcess, Processes } from './host/processes.ts';
import { type WindowScene, Windows } from './host/windows.ts';
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
  readonly linkModel: LinkModel;
  readonly directory: string;
  readonly #processes: Processes;
  readonly #owners: AsyncDisposableStack;
  #windowManager: OwnedProcess | undefined;
  #tag = 0;

  private constructor(
    peer: Peer,
    running: RunningPeer,
    observer: Observer,
    link: Link,
    linkModel: LinkModel,
    directory: string,
    processes: Processes,
    owners: AsyncDisposableStack,
  ) {
    this.peer = peer;
    this.running = running;
    this.observer = observer;
    this.link = link;
    this.linkModel = linkModel;
    this.directory = directory;
    this.#processes = processes;
    this.#owners = owners;
  }

  /** What was started already ends when a later part fails. */
  static async open(peer: Peer, options: StageOptions): Promise<Stage> {
    await using owners = new AsyncDisposableStack();
    const { processes, namespaces } = options;
    const directory = await mkdtemp(join(options.directory, `${peer.name}-`));
    owners.defer(() => rm(directory, { recursive: true, force: true }));
    const inside = owners.use(processes.group());
    const serverNamespace = namespaces.add();
    const viewerNamespace = namespaces.add();
    const link = await Link.open(inside, serverNamespace, viewerNamespace, options.link);
    const screen = await startViewerScreen(inside);
    const observer = await Observer.open(inside, screen.display);
    const running = await peer.start({
      processes: inside,
      directory,
      serverNamespace,
      viewerNamespace,
      serverAddress,
      viewerDisplay: screen.display,
    });
    owners.defer(() => running.stop());
    await running.connect();
    return new Stage(peer, running, observer, link, options.link, directory, inside, owners.move());
  }

  startWorkload(scene: Scene): Workload {
    const { application } = this.running;
    return Workload.start(this.#processes, this.directory, application, scene, this.#nextTag());
  }

  /** The window manager, where the peer's desktop has none of its own, counts as part of the server. */
  async startWindows(scene: WindowScene): Promise<Windows> {
    if (scene !== 'menu') this.#windowManager ??= await this.running.manageWindows?.();
    return Windows.start(this.#processes, this.running.application, scene, this.#nextTag());
  }

  async stopWindowManager(): Promise<void> {
    await this.#windowManager?.stop();
    this.#windowManager = undefined;
  }

  #nextTag(): number {
    this.#tag = (this.#tag + 1) % tagCount;
    return this.#tag;
  }

  get #serverPids(): readonly number[] {
    const { serverPids } = this.running;
    return this.#windowManager ? [...serverPids, this.#windowManager.pid] : serverPids;
  }

  async totals(): Promise<Totals> {
    const { viewerPid } = this.running;
    const { downBytes, upBytes } = await this.link.counters();
    return {
      timeNs: nowNs(),
      downBytes,
      upBytes,
      serverCpuNs: cpuTimeNs(this.#serverPids.flatMap(processTree)),
      viewerCpuNs: viewerPid ? cpuTimeNs(processTree(viewerPid)) : 0,
    };
  }

  /** Memory of the server's processes, undefined without a server. */
  serverMemoryBytes(): number | undefined {
    const pids = this.#serverPids;
    return pids.length > 0 ? memoryBytes(pids.flatMap(processTree)) : undefined;
  }

  /** Ends the peer, its screen and its link. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owners.disposeAsync();
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
