import { closeSync, writeSync } from 'node:fs';
import { ExitError, runProgram } from '../../protocol/node/cli.ts';
import { openLog } from '../../protocol/node/log.ts';
import { listenUnix } from '../../protocol/node/unix.ts';
import { Compositor } from '../compositor/compositor.ts';
import { sessionMark } from '../session-processes.ts';
import { Applications } from './application.ts';
import { ApplicationOutput } from './application-output.ts';
import { DesktopHint } from './desktop-hint.ts';
import { DetachedClock } from './detached-clock.ts';
import { sessionEnvironment } from './environment.ts';
import { parseCompositorOptions } from './options.ts';
import { RenderLoop } from './render-loop.ts';
import { SessionServer } from './session-server.ts';
import { spawnBinding } from './spawn-binding.ts';
import { openTestControl } from './test-control.ts';
import { TestViewer } from './test-viewer.ts';

/** wrsrvd waits on this descriptor for one line: `ready`, or why not. */
const READY_FD = 3;

await runProgram('wrcomp', async () => {
  const options = parseCompositorOptions(process.argv.slice(2));
  const log = openLog({
    name: 'wrcomp',
    level: options.logLevel,
    readable: process.stderr.isTTY === true,
  }).child({ session: options.session });

  const compositor = new Compositor({
    log,
    size: options.size,
    acceptsUnconfiguredBuffers: options.controlSocket !== undefined,
  });
  const waylandDisplay = addSocket(compositor, options.waylandDisplay);
  const output = options.applicationLog ? openOutput(options.applicationLog) : null;
  const mark = sessionMark(options.socket);
  const applications = new Applications({
    environment: sessionEnvironment(waylandDisplay, mark),
    mark,
    output: output?.fd ?? 'inherit',
    log,
  });
  const startApplication = () => {
    if (options.exec) applications.start(options.exec);
  };
  if (!options.greeter) compositor.seat.interceptors.push(spawnBinding(startApplication));
  if (options.exec && !options.controlSocket && !options.greeter) {
    const { scene, outputs } = compositor;
    const hint = new DesktopHint(scene, outputs, options.exec, (error) =>
      log.error({ err: error }, 'the hint on the desktop could not be drawn'),
    );
    applications.onEnded = (end) => hint.applicationEnded(end);
  }

  // Before anybody can connect and ask for the end.
  let ending = false;
  const detached = options.controlSocket
    ? new TestViewer(compositor)
    : new DetachedClock(compositor);
  const server = new SessionServer({
    session: options.session,
    waylandDisplay,
    compositor,
    log,
    onShutdown: (reason) => void end(reason),
    onAttached: (attached) => detached.setRunning(!attached),
  });
  new RenderLoop(compositor, () => {
    server.tick();
    detached.tick();
  });
  const listener = await listenUnix(options.socket, {
    admission: false,
    onLink: (link) => server.accept(link),
  });
  const control = options.controlSocket ? openTestControl(options.controlSocket, compositor) : null;

  async function end(reason: string): Promise<void> {
    if (ending) return;
    ending = true;
    log.info({ reason }, 'session ends');
    await applications.end();
    output?.[Symbol.dispose]();
    server[Symbol.dispose]();
    control?.[Symbol.dispose]();
    compositor[Symbol.dispose]();
    await listener.close();
    process.exit(0);
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => void end(signal));
  }

  log.info({ waylandDisplay, pid: process.pid }, 'session serves');
  reportReady();
  startApplication();
});

function addSocket(compositor: Compositor, name: string | undefined): string {
  try {
    return compositor.display.addSocket(name);
  } catch (cause) {
    const reason = (cause as Error).message;
    reportReady(`Wayland socket ${name ?? ''}: ${reason}`);
    throw new ExitError(`Wayland socket ${name ?? ''}: ${reason}`, 1, { cause });
  }
}

function openOutput(path: string): ApplicationOutput {
  try {
    return new ApplicationOutput(path);
  } catch (cause) {
    const failure = `${path}: cannot be used: ${(cause as Error).message}`;
    reportReady(failure);
    throw new ExitError(failure, 1, { cause });
  }
}

/** Without a listener on the descriptor (started by hand) there is nobody to tell. */
function reportReady(failure = 'ready'): void {
  try {
    writeSync(READY_FD, `${failure}\n`);
    closeSync(READY_FD);
  } catch (error) {
    if (!['EBADF', 'EPIPE', 'EINVAL'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error;
  }
}
