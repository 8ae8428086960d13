import { spawnSync } from 'node:child_process';
import { startXServer } from '../host/x-server.ts';
import type { Peer, PeerSite, RunningPeer } from './peer.ts';
import { Viewer } from './viewer.ts';
import { startWindowManager } from './window-manager.ts';

const port = 5951;

/** Without a menu key the viewer lays no hint about it over the picture. */
export const tigerVncViewerOptions: readonly string[] = [
  '-FullScreen',
  '-RemoteResize=0',
  '-Shared',
  '-SecurityTypes=None',
  '-MenuKey=',
];

export interface TigerVncOptions {
  readonly name: string;
  /** Updates per second at most; the program's default is 60. */
  readonly frameRate: number;
  readonly lossless: boolean;
}

export function tigerVnc(options: TigerVncOptions): Peer {
  return {
    name: options.name,
    encryption: 'none',
    reconnects: true,
    version: () =>
      /Xvnc \S+ (\S+)/.exec(spawnSync('Xvnc', ['-version']).stderr.toString())?.[1] ?? '?',
    start: (site) => start(site, options),
  };
}

async function start(site: PeerSite, options: TigerVncOptions): Promise<RunningPeer> {
  const server = await startXServer(site.processes, {
    name: options.name,
    command: 'Xvnc',
    args: [
      ...['-geometry', '1920x1080', '-depth', '24', '-SecurityTypes', 'None', '-AlwaysShared'],
      ...['-rfbport', String(port), '-interface', site.serverAddress],
      ...['-FrameRate', String(options.frameRate)],
    ],
    env: { HOME: site.directory },
    namespace: site.serverNamespace,
  });
  const viewer = new Viewer(site.processes, {
    name: `${options.name}-viewer`,
    command: 'xtigervncviewer',
    args: [
      ...tigerVncViewerOptions,
      ...(options.lossless ? ['-AutoSelect=0', '-PreferredEncoding=Tight', '-NoJPEG=1'] : []),
      `${site.serverAddress}::${port}`,
    ],
    env: { DISPLAY: site.viewerDisplay, HOME: site.directory },
    namespace: site.viewerNamespace,
  });
  return {
    application: { kind: 'x11', env: { DISPLAY: server.display } },
    serverPids: [server.process.pid],
    get viewerPid() {
      return viewer.pid;
    },
    async connect() {
      viewer.connect();
    },
    disconnect: () => viewer.disconnect(),
    manageWindows: () => startWindowManager(site, server.display),
    async stop() {
      await viewer.disconnect();
      await server.process.stop();
    },
  };
}
