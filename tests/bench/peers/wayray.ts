import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { engineFlags } from '../host/engine-flags.ts';
import type { OwnedProcess } from '../host/processes.ts';
import { untilFile } from '../host/wait.ts';
import type { Peer, PeerSite, RunningPeer } from './peer.ts';
import { Viewer } from './viewer.ts';

const port = 7600;
const startMs = 20_000;
const waylandDisplay = 'wayray-bench';
const server = fileURLToPath(new URL('../../../appliance/broker/main.js', import.meta.url));
const terminal = fileURLToPath(new URL('../../../firmware/main.js', import.meta.url));
const packageFile = new URL('../../../package.json', import.meta.url);

/** wrsrvd with a session of one user, shown by wrclient in a window that fills the screen. */
const wayrayPeer = (name: string, video: 'auto' | 'off'): Peer => ({
  name,
  encryption: 'TLS 1.3',
  reconnects: true,
  version: () => JSON.parse(readFileSync(packageFile, 'utf8')).version,
  start: (site) => start(site, video),
});

export const wayray = wayrayPeer('wayray', 'auto');
export const wayrayLossless = wayrayPeer('wayray-lossless', 'off');

async function start(site: PeerSite, video: 'auto' | 'off'): Promise<RunningPeer> {
  for (const program of [server, terminal])
    if (!existsSync(program)) throw new Error(`${program} is missing`);
  const { directory, processes } = site;
  const address = `${site.serverAddress}:${port}`;
  const env = { HOME: directory, XDG_RUNTIME_DIR: directory, XDG_STATE_HOME: directory };
  const daemon = processes.start({
    name: 'wrsrvd',
    command: process.execPath,
    args: [
      ...[...engineFlags, server, '--single-user', '--listen', address, '--size', '1920x1080'],
      // The bench starts its own application; the session's shall cost nothing.
      ...['--exec', 'sleep infinity', '--state-dir', directory],
      ...['--wayland-display', waylandDisplay, '--video', video],
    ],
    env,
    namespace: site.serverNamespace,
  });
  const fingerprint = await readFingerprint(daemon);
  await untilFile(daemon, directory, new RegExp(`^${waylandDisplay}$`), startMs);
  const viewer = new Viewer(processes, {
    name: 'wrclient',
    command: process.execPath,
    args: [
      ...[...engineFlags, terminal, '--server', address, '--pin', fingerprint],
      ...['--display', 'window', '--size', '1920x1080'],
    ],
    env: {
      HOME: directory,
      XDG_STATE_HOME: directory,
      DISPLAY: site.viewerDisplay,
      WAYLAND_DISPLAY: '',
      SDL_VIDEODRIVER: 'x11',
    },
    namespace: site.viewerNamespace,
  });
  return {
    application: {
      kind: 'wayland',
      env: { WAYLAND_DISPLAY: waylandDisplay, XDG_RUNTIME_DIR: directory },
    },
    serverPids: [daemon.pid],
    get viewerPid() {
      return viewer.pid;
    },
    async connect() {
      viewer.connect();
    },
    disconnect: () => viewer.disconnect(),
    async stop() {
      await viewer.disconnect();
      await daemon.stop();
    },
  };
}

/** The server's line about where it listens names its certificate's SHA-256. */
function readFingerprint(daemon: OwnedProcess): Promise<string> {
  const find = daemon.output.find(
    (line) => /"fingerprint":"([0-9A-Fa-f:]+)"/.exec(line)?.[1],
    startMs,
  );
  return daemon.explain('fingerprint', find);
}
