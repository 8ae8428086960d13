import { spawnSync } from 'node:child_process';
import { chmod, chown, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { untilFile, untilListening } from '../host/wait.ts';
import type { Peer, PeerSite, RunningPeer } from './peer.ts';
import { tigerVncViewerOptions } from './tigervnc.ts';
import { Viewer } from './viewer.ts';

const port = 5951;
const startMs = 10_000;
/** sway refuses to run as root. */
const user = 'nobody';
const userId = 65534;

const configuration = `output HEADLESS-1 mode 1920x1080@60Hz
default_border none
default_floating_border none
floating_modifier Mod1
focus_follows_mouse no
for_window [app_id="wayray-bench-window"] floating enable
`;

/** sway without a screen, shown by wayvnc. */
export const wayvnc: Peer = {
  name: 'sway-wayvnc',
  encryption: 'none',
  reconnects: true,
  version: () =>
    /wayvnc: (\S+)/.exec(spawnSync('wayvnc', ['--version']).stdout.toString())?.[1] ?? '?',
  start,
};

async function start(site: PeerSite): Promise<RunningPeer> {
  const { processes, directory } = site;
  const env = { HOME: directory, XDG_RUNTIME_DIR: directory };
  const sway = processes.start({
    name: 'sway',
    command: 'sway',
    args: ['-c', await prepareDirectory(directory)],
    env: {
      ...env,
      WLR_BACKENDS: 'headless',
      WLR_RENDERER: 'pixman',
      WLR_LIBINPUT_NO_DEVICES: '1',
    },
    user,
  });
  const display = await untilFile(sway, directory, /^wayland-\d+$/, startMs);
  const server = processes.start({
    name: 'wayvnc',
    command: 'wayvnc',
    args: ['--max-fps=60', site.serverAddress, String(port)],
    env: { ...env, WAYLAND_DISPLAY: display },
    user,
    namespace: site.serverNamespace,
  });
  await untilListening(server, port, startMs);
  const viewer = new Viewer(processes, {
    name: 'wayvnc-viewer',
    command: 'xtigervncviewer',
    args: [...tigerVncViewerOptions, `${site.serverAddress}::${port}`],
    env: { DISPLAY: site.viewerDisplay, HOME: directory },
    namespace: site.viewerNamespace,
  });
  return {
    application: {
      kind: 'wayland',
      env: { WAYLAND_DISPLAY: display, XDG_RUNTIME_DIR: directory },
    },
    serverPids: [sway.pid, server.pid],
    get viewerPid() {
      return viewer.pid;
    },
    async connect() {
      viewer.connect();
    },
    disconnect: () => viewer.disconnect(),
    async stop() {
      await viewer.disconnect();
      await server.stop();
      await sway.stop();
    },
  };
}

/** @returns the configuration's path */
async function prepareDirectory(directory: string): Promise<string> {
  const config = join(directory, 'sway.conf');
  await writeFile(config, configuration);
  await chmod(dirname(directory), 0o711);
  await chown(directory, userId, userId);
  return config;
}
