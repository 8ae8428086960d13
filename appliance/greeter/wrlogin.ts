import { Command, Option } from 'commander';
import { hideMemory } from '../../native/process/index.ts';
import { EXIT, ExitError, parseCommandLine, runProgram } from '../../protocol/node/cli.ts';
import { LOG_LEVELS, type LogLevel, openLog } from '../../protocol/node/log.ts';
import { WlSeatCapability } from '../../protocol/wayland/generated/wayland.ts';
import { VERSION } from '../version.ts';
import { type BrokerChannel, connectBroker } from './broker-channel.ts';
import type { Event } from './conversation/state.ts';
import { Greeter } from './greeter.ts';
import { Keyboard } from './window/keyboard.ts';
import { LoginWindow } from './window/login-window.ts';
import { listenToPointer, listenToTouch } from './window/pointing.ts';
import { connectWayland, type Wayland } from './window/wayland.ts';
import type { BrokerMessage } from './wire/greeter-messages.ts';

interface Options {
  readonly channel?: string;
  readonly logLevel: LogLevel;
}

/** Longest that the broker's last words are waited for. */
const EXIT_AFTER_MS = 1000;

await runProgram('wrlogin', async () => {
  const options = parseOptions(process.argv.slice(2));
  const path = options.channel ?? process.env['WAYRAY_GREETER_SOCKET'];
  if (!path) throw new ExitError('neither --channel nor WAYRAY_GREETER_SOCKET is set', EXIT.usage);
  hideMemory();
  // With it libwayland would write every key to the log.
  delete process.env['WAYLAND_DEBUG'];
  const log = openLog({ name: 'wrlogin', level: options.logLevel, readable: false });

  const wayland = await connectWayland().catch(giveUp('the compositor'));
  let over = false;
  const ended = (status: number, reason: string, error: unknown = undefined): void => {
    if (over) return;
    over = true;
    log[status === EXIT.ok ? 'info' : 'error']({ reason, err: error }, 'login screen ends');
    greeter[Symbol.dispose]();
    window[Symbol.dispose]();
    process.exitCode = status;
    wayland.connection.close();
    broker[Symbol.dispose]();
    setTimeout(() => process.exit(status), EXIT_AFTER_MS).unref();
  };
  const window = new LoginWindow(wayland, 'Log in');
  // What the broker says waits in the socket until `ready` is sent.
  const broker: BrokerChannel = await connectBroker(path, {
    onMessage: (message: BrokerMessage) => greeter.take({ type: 'broker', message }),
    onClose: (error) => ended(EXIT.failed, 'the broker is gone', error),
  }).catch(giveUp('the broker'));
  const greeter = new Greeter({
    broker,
    log,
    show: (state) => window.show(state),
    useKeyboard: (layout, variant) => input.keyboard?.use(layout, variant),
    onExit: () => ended(EXIT.ok, 'the broker said so'),
  });
  const input = listen(wayland, window, (event) => greeter.take(event));
  wayland.connection.onEnded = (error) => ended(EXIT.failed, 'the compositor is gone', error);
  wayland.connection.onHandlerError = (error, where) => {
    log.error({ err: error, where }, 'an event was not handled');
  };
  window.onClosed = () => ended(EXIT.ok, 'the window was closed');
  window.onError = (error) => ended(EXIT.failed, 'the picture cannot be drawn', error);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.once(signal, () => ended(EXIT.ok, signal));
  broker.send({ type: 'ready' });
});

function giveUp(what: string): (cause: Error) => never {
  return (cause) => {
    throw new ExitError(`${what}: ${cause.message}`, EXIT.failed, { cause });
  };
}

function parseOptions(argv: readonly string[]): Options {
  const command = new Command('wrlogin')
    .description('The login screen: a Wayland client that wrsrvd talks with.')
    .version(VERSION)
    .option('--channel <path>', "wrsrvd's socket for it; default: WAYRAY_GREETER_SOCKET")
    .addOption(
      new Option('--log-level <level>', 'least severe level').choices(LOG_LEVELS).default('info'),
    );
  return parseCommandLine<Options>(command, argv);
}

interface Input {
  keyboard: Keyboard | null;
}

/** Listens to what the seat has; that may come and go. */
function listen(wayland: Wayland, window: LoginWindow, onEvent: (event: Event) => void): Input {
  const input: Input = { keyboard: null };
  const seat = wayland.bindSeat();
  const press = (element: Parameters<Parameters<typeof listenToTouch>[2]>[0]): void =>
    onEvent({ type: 'press', element });
  let had = 0;
  seat.setHandler({
    capabilities: (has) => {
      const came = has & ~had;
      had |= has;
      if (came & WlSeatCapability.keyboard)
        input.keyboard = new Keyboard(seat.getKeyboard(), onEvent);
      if (came & WlSeatCapability.pointer)
        listenToPointer(wayland, seat.getPointer(), window, press);
      if (came & WlSeatCapability.touch) listenToTouch(seat.getTouch(), window, press);
    },
  });
  return input;
}
