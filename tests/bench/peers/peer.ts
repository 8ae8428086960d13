import type { OwnedProcess, Processes } from '../host/processes.ts';

/** Where an application has to connect to appear in the remote desktop. */
export interface ApplicationPlace {
  readonly kind: 'wayland' | 'x11';
  readonly env: Readonly<Record<string, string>>;
}

/** What the bench gives a peer to live in. */
export interface PeerSite {
  readonly processes: Processes;
  /** Empty, the peer's own; removed afterwards. */
  readonly directory: string;
  readonly serverNamespace: string;
  readonly viewerNamespace: string;
  /** The server's address, seen from both namespaces. */
  readonly serverAddress: string;
  /** X display of 1920x1080 for the viewer to fill. */
  readonly viewerDisplay: string;
}

/** A remote desktop with its server up; the viewer comes and goes. */
export interface RunningPeer {
  readonly application: ApplicationPlace;
  /** Roots of the server's process trees; none when there is no server. */
  readonly serverPids: readonly number[];
  /** Root of the viewer's process tree, while one is there. */
  readonly viewerPid: number | undefined;
  /** Starts the viewer; does not wait for its picture. */
  connect(): Promise<void>;
  /** Ends the viewer. */
  disconnect(): Promise<void>;
  /** Starts a window manager, where the server brings none. */
  manageWindows?(): Promise<OwnedProcess>;
  /** Ends viewer and server. */
  stop(): Promise<void>;
}

/** One remote desktop product in one configuration. */
export interface Peer {
  readonly name: string;
  /** For the report's reader: what protects the connection. */
  readonly encryption: string;
  /** There is a viewer whose connection can be cut and made again. */
  readonly reconnects: boolean;
  version(): string;
  start(site: PeerSite): Promise<RunningPeer>;
}
