import { closeSync, writeSync } from 'node:fs';
import { hideMemory, returnBigBlocks, takeShortTurns } from '../../native/process/index.ts';
import { ExitError, runProgram } from '../../protocol/node/cli.ts';
import { type Logger, openLog } from '../../protocol/node/log.ts';
import { listenUnix } from '../../protocol/node/unix.ts';
import { Compositor } from '../compositor/compositor.ts';
import { sessionMark } from '../session-processes.ts';
import { Applications } from './application.ts';
import { ApplicationLogs } from './application-logs.ts';
import { DetachedClock } from './detached-clock.ts';
import { sessionEnvironment } from './environment.ts';
import { homeFolder } from './home.ts';
import { type CompositorOptions, parseCompositorOptions } from './options.ts';
import { RenderLoop } from './render-loop.ts';
import { SessionDesktop } from './session-desktop.ts';
import { planSession, withKeyboard } from './session-plan.ts';
import { SessionServer } from './session-server.ts';
import { KEYS, superBinding } from './super-binding.ts';
import { openTestControl } from './test-control.ts';
import { TestViewer } from './test-viewer.ts';
import { Tidying } from './tidying.ts';
import { openWishSocket, wishSocketPath } from './wish-socket.ts';
import { Wishes } from './wishes.ts';

/** wrsrvd waits on this descriptor for one line: `ready`, or why not. */
const READY_FD = 3;
/** In which a broker that was asked for the end has begun with it. */
const LOGOUT_MS = 5000;

await runProgram('wrcomp', async () => {
  // Canvases are megabytes, of another size at each terminal.
  returnBigBlocks();
  // Before films of other sessions and what applications reckon: a key is quickly done.
  takeShortTurns();
  const options = parseCompositorOptions(process.argv.slice(2));
  // Passwords are typed here, and all greeters have one user.
  if (options.greeter) hideMemory();
  const log = openLog({
    name: 'wrcomp',
    level: options.logLevel,
    readable: process.stderr.isTTY === true,
  }).child({ session: options.session });

  const compositor = new Compositor({
    log,
    size: options.size,
    windowKeys: !options.greeter,
    acceptsUnconfiguredBuffers: options.controlSocket !== undefined,
  });
  const waylandDisplay = addSocket(compositor, options.waylandDisplay);
  const logs = openLogs(options, log);
  const mark = sessionMark(options.socket);
  const plan = withKeyboard(await planSession(options), compositor);
  const wishPath = options.greeter ? null : wishSocketPath(waylandDisplay);
  const applications = new Applications({
    environment: sessionEnvironment({
      waylandDisplay,
      mark,
      wishSocket: wishPath,
      wanted: plan.environment,
    }),
    mark,
    folder: options.exec === undefined ? homeFolder() : process.cwd(),
    outputOf: (name) => logs.outputOf(name),
    log,
  });
  const desktop = new SessionDesktop({
    plan,
    compositor,
    applications,
    log,
    showsHint: !options.greeter && !options.controlSocket,
    onOver: (name) => leave(name),
  });

  const tidying = new Tidying(compositor.clock);
  compositor.seat.onActivity(() => tidying.stir());
  tidying.stir();
  // Before anybody can connect and ask for the end.
  let ending = false;
  const detached = options.controlSocket
    ? new TestViewer(compositor)
    : new DetachedClock(compositor, (output, damage) => server.changedUnseen(output, damage));
  const server = new SessionServer({
    session: options.session,
    waylandDisplay,
    compositor,
    ownKeyboard: plan.keyboard !== null,
    films: options.video ?? plan.video,
    log,
    onShutdown: (reason) => void end(reason),
    onAttached: (attached) => {
      detached.setRunning(!attached);
      tidying.stir();
    },
    onCanvasesGone: () => tidying.now(),
  });
  const wishes = new Wishes({
    session: options.session,
    waylandDisplay,
    compositor,
    server,
    brokerListens: options.brokerLocks,
  });
  if (options.brokerLocks)
    compositor.seat.interceptors.push(superBinding(KEYS.l, () => void wishes.answer('lock')));
  const wishSocket = wishPath ? await openWishSocket(wishPath, wishes, log) : null;
  new RenderLoop(compositor, () => {
    server.tick();
    detached.tick();
  });
  const listener = await listenUnix(options.socket, {
    admission: false,
    onLink: (link) => server.accept(link),
  });
  const control = options.controlSocket ? openTestControl(options.controlSocket, compositor) : null;

  /** The broker ends a person's session, and says so at the terminal; without a broker it ends by itself. */
  function leave(name: string): void {
    if (ending) return;
    const reason = `${name} has ended`;
    log.info({ reason }, 'session is over');
    const asked = options.brokerLocks && 'ok' in wishes.answer('logout');
    if (asked) setTimeout(() => void end(reason), LOGOUT_MS);
    else void end(reason);
  }

  async function end(reason: string): Promise<void> {
    if (ending) return;
    ending = true;
    log.info({ reason }, 'session ends');
    desktop[Symbol.dispose]();
    await applications.end();
    logs[Symbol.dispose]();
    wishSocket?.[Symbol.dispose]();
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
  desktop.start();
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

function openLogs(options: CompositorOptions, log: Logger): ApplicationLogs {
  const { applicationLog = null } = options;
  try {
    return new ApplicationLogs(applicationLog, log);
  } catch (cause) {
    const failure = `${applicationLog}: cannot be used: ${(cause as Error).message}`;
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
