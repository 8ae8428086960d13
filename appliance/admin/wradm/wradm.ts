import { Command, CommanderError } from 'commander';
import { fingerprintOption, runProgram } from '../../../protocol/node/cli.ts';
import { VERSION } from '../../version.ts';
import { DEFAULT_ADMIN_CONFIG } from '../config.ts';
import { AdminClient } from './client.ts';
import { asCommandError, CommandError, STATUS } from './command-error.ts';
import { addAuditCommands } from './commands/audit.ts';
import { addCompletionCommand } from './commands/completion.ts';
import { addKeyCommands } from './commands/keys.ts';
import { addOverviewCommands } from './commands/overview.ts';
import { addSessionCommands } from './commands/sessions.ts';
import { addTerminalCommands } from './commands/terminals.ts';
import { addTokenCommands } from './commands/tokens.ts';
import { type ServerChoice, wayTo } from './dial.ts';
import { plain, SCREEN_WIDTH } from './table.ts';
import { parseServerUrl } from './values.ts';
import type { Verb } from './verb.ts';

interface GlobalOptions extends ServerChoice {
  readonly json?: true;
}

const STATUSES = `
Exit statuses: 0 done, 1 failed, 2 wrong usage or input, 3 not found, 4 denied,
5 server not reachable, 6 conflict (also: exists already, several match).`;

function makeProgram(): Command {
  const program = new Command('wradm')
    .description('Administers a WayRay server.')
    .version(VERSION)
    .option('--json', 'print JSON; events one object a line')
    .option('--socket <path>', 'the socket of the server', DEFAULT_ADMIN_CONFIG.socket ?? '')
    .option('--url <https://host:port>', 'a server elsewhere, over https', parseServerUrl)
    .option('--key-file <file>', 'with --url: holds the key, mode 600')
    .option('--pin <sha256>', "with --url: the certificate's fingerprint", fingerprintOption)
    .addHelpText('after', STATUSES)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeErr: () => {} })
    .showSuggestionAfterError(true)
    .exitOverride();
  for (const add of [
    addSessionCommands,
    addTokenCommands,
    addTerminalCommands,
    addOverviewCommands,
    addAuditCommands,
    addKeyCommands,
    addCompletionCommand,
  ]) {
    add(program, verb);
  }
  return program;
}

/** Commander hands over the arguments, the options and the command, in this order. */
const verb: Verb =
  (action) =>
  async (...given) => {
    const command = given.at(-1) as Command;
    const options = command.optsWithGlobals<GlobalOptions>();
    const words = given.slice(0, -2).filter((word) => word !== undefined) as string[];
    using client = new AdminClient(wayTo(options));
    const context = {
      client,
      json: options.json === true,
      nowMs: Date.now(),
      width: Math.max(SCREEN_WIDTH, process.stdout.columns ?? 0),
      print: (text: string) => void process.stdout.write(`${text}\n`),
    };
    await action(context, words, options as never);
  };

async function main(): Promise<void> {
  const argv = process.argv.slice(2);
  // Whoever reads our output may have had enough of it.
  process.stdout.on('error', () => process.exit(STATUS.ok));
  const program = makeProgram();
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    const known =
      error instanceof CommanderError ? ofUsage(error, program, argv) : asCommandError(error);
    if (!(known instanceof CommandError) || !argv.includes('--json')) throw known;
    const { code, message, status } = known;
    process.stderr.write(`${JSON.stringify({ error: { code, message } })}\n`);
    process.exit(status);
  }
}

function ofUsage(error: CommanderError, program: Command, argv: readonly string[]): CommandError {
  if (error.exitCode === 0) process.exit(STATUS.ok);
  const command = commandOf(program, argv);
  const help = `${command} --help`;
  const text = error.code === 'commander.help' ? 'a verb is missing' : error.message;
  const said = plain(text.replace(/^error: /, '').replaceAll('\n', ' '));
  return new CommandError('usage', `${said}; see ${help}`);
}

/** The command that was meant, as far as it is one. */
function commandOf(program: Command, argv: readonly string[]): string {
  let [command, path] = [program, program.name()];
  for (const word of argv) {
    const below = command.commands.find((sub) => sub.name() === word);
    if (below) [command, path] = [below, `${path} ${word}`];
  }
  return path;
}

await runProgram('wradm', main);
