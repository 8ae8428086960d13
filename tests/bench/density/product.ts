import type { Processes } from '../host/processes.ts';
import type { Scene } from '../host/workload.ts';

/** What the bench gives a product to live in. Everything is on the loopback. */
export interface DensitySite {
  readonly processes: Processes;
  /** The product's own, empty. */
  readonly directory: string;
}

/** One session with its application. Its viewer comes and goes. */
export interface DenseSession {
  /** Where the application writes what it committed. */
  readonly workloadLog: string;
  /** Processes that are this session's alone, without application and viewer. */
  serverPids(): number[];
  applicationPids(): number[];
  /** Shows the session on an X display of 1920x1080; does not wait for the picture. */
  attach(display: string): Promise<void>;
  /** Ends the viewer; does nothing without one. */
  detach(): Promise<void>;
}

/** A product with some sessions on one machine. */
export interface DenseServer {
  readonly sessions: readonly DenseSession[];
  /** Processes that serve all sessions. */
  sharedPids(): number[];
  stop(): Promise<void>;
}

export interface DenseProduct {
  readonly name: string;
  /** After viewers have come, until memory is as it stays. */
  readonly settleSeconds: number;
  /** The same after they have gone. */
  readonly restSeconds: number;
  /** @param scenes what the application of each session shows, one after the other */
  start(site: DensitySite, scenes: readonly (readonly Scene[])[]): Promise<DenseServer>;
}
