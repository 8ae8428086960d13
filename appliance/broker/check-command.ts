import { spawnSync } from 'node:child_process';
import { EXIT, ExitError } from '../../protocol/node/cli.ts';

/**
 * Looks for the program that a shell command starts with, so that a slip is told before a session starts.
 * @throws ExitError when there is no such program
 */
export function checkCommand(command: string): void {
  // Assignments in front (`LANG=C foot`) are the shell's.
  const program = command
    .trim()
    .split(/\s+/)
    .find((word) => !/^[A-Za-z_]\w*=/.test(word));
  if (!program) throw new ExitError('--exec: the command is empty', EXIT.usage);
  // What else the shell makes of it (quotes, substitutions) is its business.
  if (!/^[\w./+-]+$/.test(program)) return;
  const { status } = spawnSync('/bin/sh', ['-c', 'command -v -- "$0"', program], {
    stdio: 'ignore',
  });
  if (status !== 0) throw new ExitError(`--exec: there is no program ${program}`, EXIT.usage);
}
