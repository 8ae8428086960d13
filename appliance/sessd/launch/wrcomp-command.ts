import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMPOSITOR_FLAGS, GREETER_FLAGS } from '../../engine-flags.ts';
import { quoted } from './environment.ts';
import type { Launch } from './launcher.ts';

const PROGRAM = fileURLToPath(new URL('../../session/main.js', import.meta.url));
const GREETER = fileURLToPath(new URL('../../greeter/main.js', import.meta.url));

/** Of a user, for what applications print; a folder, as it ends in a slash. */
const LOGS = '.local/state/wayray/applications/';

/** What all sessions of a wrsessd are started with. */
export interface CompositorSettings {
  /** Shell command of a session's first application; null: none. */
  readonly exec: string | null;
  /** Folder of the session.toml that holds for all. */
  readonly systemConfig: string;
  /** For tests: stand-ins for wrcomp and for the login program. */
  readonly program?: string;
  readonly greeterProgram?: string;
}

/** Program and arguments. */
export function compositorCommand(
  { session, size, account, hasHome, greeter, choice }: Omit<Launch, 'pamEnvironment'>,
  socket: string,
  settings: CompositorSettings,
): string[] {
  const { exec, systemConfig, program = PROGRAM, greeterProgram = GREETER } = settings;
  const words = [process.execPath, ...COMPOSITOR_FLAGS, program, '--session', session];
  words.push('--socket', socket, '--size', `${size.width}x${size.height}`);
  if (greeter) return [...words, '--greeter', '--exec', shellCommand(greeterProgram)];
  words.push('--broker-locks', '--system-config', systemConfig);
  if (choice !== undefined) words.push('--session-choice', choice);
  // Without a home there is no place that stays; wrcomp's own log has it then.
  if (hasHome) words.push('--application-log', join(account.home, LOGS));
  if (exec !== null) words.push('--exec', exec);
  return words;
}

/** wrcomp gives it to a shell. */
const shellCommand = (program: string): string =>
  `exec ${[process.execPath, ...GREETER_FLAGS, program].map(quoted).join(' ')}`;
