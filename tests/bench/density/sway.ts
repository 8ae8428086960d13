import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nativeProgram } from '../host/native-programs.ts';
import { processTree } from '../host/process-tree.ts';
import { untilFile, untilListening } from '../host/wait.ts';
import type { Scene } from '../host/workload.ts';
import type { DenseProduct, DenseSession, DensitySite } from './product.ts';
import { vncViewer } from './vnc-viewer.ts';

const firstPort = 5960;
const startMs = 10_000;
/** sway refuses to run as root. */
const user = 'nobody';
const userId = 65534;

/** One sway without a screen and one wayvnc for each session. */
export const sway: DenseProduct = {
  name: 'sway-wayvnc',
  settleSeconds: 5,
  restSeconds: 5,
  async start(site, scenes) {
    const sessions: (DenseSession & { stop(): Promise<void> })[] = [];
    for (const [i, scene] of scenes.entries()) sessions.push(await startSession(site, scene, i));
    return {
      sessions,
      sharedPids: () => [],
      async stop() {
        for (const session of sessions) await session.stop();
      },
    };
  },
};

async function startSession(
  { processes, directory }: DensitySite,
  scenes: readonly Scene[],
  number: number,
) {
  const folder = join(directory, `sway-${number}`);
  const home = { HOME: folder, XDG_RUNTIME_DIR: folder };
  const compositor = processes.start({
    name: `sway-${number}`,
    command: 'sway',
    args: ['-c', await prepare(folder)],
    env: {
      ...home,
      WLR_BACKENDS: 'headless',
      WLR_RENDERER: 'pixman',
      WLR_LIBINPUT_NO_DEVICES: '1',
    },
    user,
  });
  const WAYLAND_DISPLAY = await untilFile(compositor, folder, /^wayland-\d+$/, startMs);
  const port = firstPort + number;
  const server = processes.start({
    name: `wayvnc-${number}`,
    command: 'wayvnc',
    args: ['--max-fps=60', '127.0.0.1', String(port)],
    env: { ...home, WAYLAND_DISPLAY },
    user,
  });
  await untilListening(server, port, startMs);
  const workloadLog = join(folder, 'workload.log');
  const application = processes.start({
    name: 'workload',
    command: nativeProgram('workload'),
    args: ['wayland', scenes.join(','), String(number), workloadLog],
    env: { ...home, WAYLAND_DISPLAY },
  });
  const viewer = vncViewer({ processes, directory, name: `wayvnc-viewer-${number}`, port });
  return {
    workloadLog,
    serverPids: () => [compositor.pid, server.pid].flatMap(processTree),
    applicationPids: () => [application.pid],
    ...viewer,
    async stop() {
      await viewer.detach();
      await application.stop();
      await server.stop();
      await compositor.stop();
    },
  };
}

/** @returns the configuration's path */
async function prepare(folder: string): Promise<string> {
  await mkdir(folder, { mode: 0o700 });
  const config = join(folder, 'sway.conf');
  await writeFile(config, 'output HEADLESS-1 mode 1920x1080@60Hz\ndefault_border none\n');
  await chmod(dirname(folder), 0o711);
  await chown(folder, userId, userId);
  return config;
}
