import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../session/main.js', import.meta.url));
/** docs/adr/0009-engine-settings.md */
const ENGINE_FLAGS = [
  ...['--max-semi-space-size=1', '--v8-pool-size=1', '--single-threaded-gc'],
  '--disable-warning=ExperimentalWarning',
];

export interface CompositorCommand {
  readonly session: string;
  readonly socket: string;
  readonly size: { readonly width: number; readonly height: number };
  /** Shell command of the session's first application. */
  readonly exec: string | null;
}

/** Program and arguments. `program` is for tests, which put a stand-in in wrcomp's place. */
export function compositorCommand(command: CompositorCommand, program = PROGRAM): string[] {
  const { session, socket, size, exec } = command;
  const words = [process.execPath, ...ENGINE_FLAGS, program, '--session', session];
  words.push('--socket', socket, '--size', `${size.width}x${size.height}`);
  if (exec !== null) words.push('--exec', exec);
  return words;
}
