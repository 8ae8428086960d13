import { hostname } from 'node:os';
import { hideMemory, returnBigBlocks } from '../native/process/index.ts';
import { ConfigError } from '../protocol/errors.ts';
import type { KeyboardNames } from '../protocol/generated/control.ts';
import { EXIT, ExitError, runProgram } from '../protocol/node/cli.ts';
import { type Logger, openLog } from '../protocol/node/log.ts';
import { startSigns } from './alive.ts';
import { openReaders } from './card/open-readers.ts';
import { SoftwareToken } from './card/software-token.ts';
import { readTerminalConfig, type TerminalConfig } from './config/terminal-config.ts';
import { DamagedStateError } from './connection/damaged-state.ts';
import { TerminalState } from './connection/terminal-state.ts';
import { commandLineSource } from './discovery/command-line.ts';
import { dialler } from './discovery/dial.ts';
import { readNetwork } from './discovery/network.ts';
import { ServerSearch } from './discovery/server-search.ts';
import { discover } from './discovery/source.ts';
import { systemSources } from './discovery/sources.ts';
import type { Display, DisplayEvents } from './display/display.ts';
import { FrameStats } from './display/frame-stats.ts';
import { onVideoDecoder } from './display/native-video.ts';
import { type Shot, shotFile, shotsOf, writeScreenshot } from './display/screenshot.ts';
import { isClockWrong } from './information/clock.ts';
import type { HostFacts } from './information/facts.ts';
import { readScript, type ScriptStep } from './input/script.ts';
import { openDisplay } from './open-display.ts';
import { parseTerminalOptions, type TerminalOptions } from './options.ts';
import { openScratch } from './rehearsal/open-scratch.ts';
import { Rehearsal } from './rehearsal/rehearsal.ts';
import { Run } from './run.ts';
import { nowUs, Terminal } from './terminal.ts';
import { Tidying } from './tidying.ts';
import { VERSION } from './version.ts';

const FAREWELL_MS = 1500;

await runProgram('wrclient', async () => {
  // PINs are typed here, and what sessions show is nobody else's: no dump of it may lie around.
  hideMemory();
  returnBigBlocks();
  const given = parseTerminalOptions(process.argv.slice(2));
  const config = readTerminalConfig(given.terminalFile);
  const options = withFile(given, config);
  const log = openLog({
    name: 'wrclient',
    level: options.logLevel,
    readable: process.stderr.isTTY === true,
  });
  using tidying = new Tidying();
  using _signs = startSigns(process.env, log);
  for (const reason of config.problems) log.warn({ reason }, 'terminal.toml');
  if (isClockWrong()) log.warn({ clock: new Date().toISOString() }, 'the clock is wrong');
  onVideoDecoder((decoder) => log.info({ decoder }, 'films are decoded'));
  const script = options.input ? readScript(options.input) : [];
  const endless = options.until === undefined && options.display !== 'headless';
  const state = new TerminalState({ folder: options.stateDir, name: options.name, log });
  await openState(state, endless, log);
  const codeWaits = (): boolean => terminal.codeWaits;
  const search = serverSearch(options, { state, codeWaits, log });
  const token = openToken(options, script);
  const stats = options.stats ? new FrameStats(options.stats) : null;

  let rehearsal: Rehearsal | null = null;
  const rehearse = () =>
    new Rehearsal(
      () => openScratch(options.display, log),
      log,
      () => tidying.settle(),
    );
  using _rehearsed = { [Symbol.dispose]: () => rehearsal?.[Symbol.dispose]() };
  const events: DisplayEvents = {
    input: (input) => {
      rehearsal?.touched();
      terminal.input(input);
    },
    releaseAll: () => terminal.releaseAll(),
    resized: () => {
      terminal.resized();
      tidying.stir();
    },
    closed: () => run.finish(EXIT.ok),
  };
  const { reader } = options;
  const { readers, order } = await openReaders({ config: config.cards, reader, log, nowUs });
  // Last: from then on there is input, and it goes to the terminal.
  const display = await openDisplay(options, config, events, log);
  const terminal: Terminal = new Terminal({
    connect: async () => {
      await state.open();
      return search.connect();
    },
    onNetworkChange: () => search.hurry(),
    facts: () => hostFacts(options, search, state),
    endless,
    display,
    keyboard: keyboardNames(options, display),
    name: options.name,
    get fingerprint() {
      return state.fingerprint;
    },
    ...(options.enrol ? { credential: options.enrol } : {}),
    readers: [...(token ? [token] : []), ...readers],
    readerOrder: order,
    log,
    onPresented: (frame, presentedNs) => {
      stats?.frame(frame, presentedNs);
      run.presented();
      if (endless) rehearsal ??= rehearse();
      rehearsal?.stir();
    },
    onSettled: () => run.settled(),
    onShowing: (showing) => {
      stats?.showing(showing);
      run.showing(showing);
    },
    onChange: () => tidying.stir(),
    onGivenUp: (error) => {
      if (!run.givenUp(error)) log.error({ kind: error.code, reason: error.message }, 'given up');
    },
  });
  const run = new Run({ options, script, terminal, display, token });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => run.finish(EXIT.ok));
  terminal.start();

  const { status, message } = await run.done;
  // Ending takes the cards, and with them what is shown.
  const shown = options.screenshot ? await shotsOf(display) : [];
  terminal.end();
  display.close();
  stats?.[Symbol.dispose]();
  if (message) throw new ExitError(message, status);
  if (options.screenshot) await saveScreenshots(shown, options.screenshot);
  // What was sent last still has to leave; the link ends by itself after a second at the latest.
  process.exitCode = status;
  setTimeout(() => process.exit(status), FAREWELL_MS).unref();
});

/** The command line counts for more than the file. */
function withFile(given: TerminalOptions, { name, keyboard }: TerminalConfig): TerminalOptions {
  return { ...(name ? { name } : {}), ...(keyboard ? { keyboard } : {}), ...given };
}

/** @throws ExitError when there is no picture or it cannot be written */
async function saveScreenshots(shots: readonly Shot[], file: string): Promise<void> {
  if (shots.length === 0) throw new ExitError('--screenshot: there is no picture');
  try {
    for (const { picture, suffix } of shots) await writeScreenshot(picture, shotFile(file, suffix));
  } catch (cause) {
    throw new ExitError(`--screenshot ${file}: ${(cause as Error).message}`, EXIT.failed, {
      cause,
    });
  }
}

/** @throws ExitError when the file cannot be used, or the script wants a token that there is none of */
function openToken(
  { softwareToken: file }: TerminalOptions,
  script: readonly ScriptStep[],
): SoftwareToken | null {
  const first = script.find((step) => step.kind === 'token');
  if (!file) {
    if (first) throw new ExitError('--input: token needs --software-token', EXIT.usage);
    return null;
  }
  // A script that brings the token begins without it.
  const inserted = first?.action !== 'insert';
  return asExit(() => new SoftwareToken({ file, nowUs, inserted }));
}

function asExit<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ExitError(error.message, EXIT.config, { cause: error });
  }
}

/** Who stands before a screen is told there, and it is tried again. @throws ExitError where nobody does */
async function openState(state: TerminalState, endless: boolean, log: Logger): Promise<void> {
  try {
    await state.open();
  } catch (error) {
    if (!(error instanceof DamagedStateError)) throw error;
  }
  for (const reason of state.problems) log.error({ reason }, 'state');
  const [damage] = state.damages;
  if (damage !== undefined && !endless) throw new ExitError(damage, EXIT.config);
}

/** The layout asked for, else the host's as the display or the environment knows it, else the server's default. */
function keyboardNames({ keyboard }: TerminalOptions, display: Display): KeyboardNames {
  if (keyboard) return { rules: '', model: '', ...keyboard, options: '' };
  const fromEnvironment = (name: string) => process.env[`XKB_DEFAULT_${name}`] ?? '';
  return (
    display.hostKeyboard ?? {
      rules: '',
      model: '',
      layout: fromEnvironment('LAYOUT'),
      variant: fromEnvironment('VARIANT'),
      options: '',
    }
  );
}

function hostFacts(
  { name, terminalFile }: TerminalOptions,
  { current, found }: ServerSearch,
  state: TerminalState,
): HostFacts {
  return {
    name: name ?? hostname(),
    version: VERSION,
    network: readNetwork(),
    server: current,
    found,
    nowMs: Date.now(),
    clockWrong: isClockWrong(),
    // As it is now: somebody may be putting it right.
    problems: [...readTerminalConfig(terminalFile).problems, ...state.problems],
  };
}

interface SearchDeps {
  readonly state: TerminalState;
  readonly codeWaits: () => boolean;
  readonly log: Logger;
}

/** Keeps to the server of the command line, or searches for one. */
function serverSearch(
  { server, pin, terminalFile }: TerminalOptions,
  { state, codeWaits, log }: SearchDeps,
): ServerSearch {
  const sources = server
    ? [commandLineSource({ ...server, ...(pin ? { pin } : {}) })]
    : systemSources(terminalFile);
  const { known } = state;
  return new ServerSearch({
    discover: () => discover(sources),
    dial: async (server) =>
      dialler({ identity: await state.open(), known, codeWaits, log })(server),
    log,
  });
}
