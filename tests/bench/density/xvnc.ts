import { join } from 'node:path';
import { nativeProgram } from '../host/native-programs.ts';
import { processTree } from '../host/process-tree.ts';
import type { Scene } from '../host/workload.ts';
import { startXServer } from '../host/x-server.ts';
import type { DenseProduct, DenseSession, DensitySite } from './product.ts';
import { vncViewer } from './vnc-viewer.ts';

const firstPort = 5960;

/** One Xvnc for each session. @param frameRate updates per second at most */
export const xvnc = (frameRate: number): DenseProduct => ({
  name: `tigervnc-${frameRate}`,
  settleSeconds: 5,
  restSeconds: 5,
  async start(site, scenes) {
    const sessions: (DenseSession & { stop(): Promise<void> })[] = [];
    for (const [i, scene] of scenes.entries())
      sessions.push(await startSession(site, scene, i, frameRate));
    return {
      sessions,
      sharedPids: () => [],
      async stop() {
        for (const session of sessions) await session.stop();
      },
    };
  },
});

async function startSession(
  { processes, directory }: DensitySite,
  scenes: readonly Scene[],
  number: number,
  frameRate: number,
) {
  const port = firstPort + number;
  const { process: server, display } = await startXServer(processes, {
    name: `xvnc-${number}`,
    command: 'Xvnc',
    args: [
      ...['-geometry', '1920x1080', '-depth', '24', '-SecurityTypes', 'None', '-AlwaysShared'],
      ...['-rfbport', String(port), '-interface', '127.0.0.1', '-FrameRate', String(frameRate)],
    ],
    env: { HOME: directory },
  });
  const workloadLog = join(directory, `workload-${number}.log`);
  const application = processes.start({
    name: 'workload',
    command: nativeProgram('workload'),
    args: ['x11', scenes.join(','), String(number), workloadLog],
    env: { DISPLAY: display },
  });
  const viewer = vncViewer({ processes, directory, name: `xvnc-viewer-${number}`, port });
  return {
    workloadLog,
    serverPids: () => processTree(server.pid),
    applicationPids: () => [application.pid],
    ...viewer,
    async stop() {
      await viewer.detach();
      await application.stop();
      await server.stop();
    },
  };
}
