import { connect } from 'node:net';
import { Argument, Command } from 'commander';
import { EXIT, ExitError, parseCommandLine, runProgram } from '../../protocol/node/cli.ts';
import { VERSION } from '../version.ts';
import type { Stage } from './trace/latency-trace.ts';
import {
  type Answer,
  ASKS,
  type Ask,
  MAX_MESSAGE_BYTES,
  parseAnswer,
  type SessionView,
} from './wish-messages.ts';
import { WISH_SOCKET } from './wish-socket.ts';

const ANSWER_TIMEOUT_MS = 5000;

const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  inputToPresent: 'input to picture',
  way: '- on the way',
  inputToSend: '- in the session',
  commitToSend: 'change to sent',
  encode: '- of it encoding',
  present: 'decode and draw',
  decode: '- of it decoding',
};

await runProgram('wrsession', async () => {
  const { ask, json } = parseOptions(process.argv.slice(2));
  const path = process.env[WISH_SOCKET];
  if (!path) throw new ExitError(`${WISH_SOCKET} is not set: this is no WayRay session`);
  const answer = await askSession(path, ask);
  if ('error' in answer) throw new ExitError(answer.error);
  if (json) process.stdout.write(`${JSON.stringify(answer.info ?? answer)}\n`);
  else if (answer.info) process.stdout.write(words(answer.info));
});

function parseOptions(argv: readonly string[]): { ask: Ask; json: boolean } {
  const command = new Command('wrsession')
    .description('Asks for something about the WayRay session that it is started in.')
    .version(VERSION)
    .addArgument(new Argument('<what>', 'what is wanted').choices(ASKS))
    .option('--json', 'print JSON', false);
  const { json } = parseCommandLine<{ json: boolean }>(command, argv);
  return { ask: command.processedArgs[0] as Ask, json };
}

function askSession(path: string, ask: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let text = '';
    const finish = (conclude: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      conclude();
    };
    const fail = (reason: string) => finish(() => reject(new ExitError(reason, EXIT.failed)));
    const timer = setTimeout(() => fail('the session does not answer'), ANSWER_TIMEOUT_MS);
    socket.setEncoding('utf8');
    socket.on('error', (error) => fail(`${path}: ${error.message}`));
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.length > MAX_MESSAGE_BYTES) fail('the session gives no proper answer');
    });
    socket.on('end', () => {
      const answer = parseAnswer(text);
      if (answer) finish(() => resolve(answer));
      else fail('the session gives no proper answer');
    });
    socket.write(`${JSON.stringify({ ask })}\n`);
  });
}

function words(view: SessionView): string {
  const yes = (value: boolean) => (value ? 'yes' : 'no');
  const screens = view.outputs.map(
    ({ name, widthPx, heightPx, scale }) => `${name} ${widthPx}x${heightPx} scale ${scale}`,
  );
  const lines = [
    ['session', view.session],
    ['display', view.waylandDisplay],
    ['on a terminal', yes(view.attached)],
    ['locked', yes(view.locked)],
    ['server listens', yes(view.broker)],
    ['screens', screens.join(', ')],
    ...Object.entries(view.latency ?? {}).map(([stage, { count, p50Ms, p95Ms }]) => [
      STAGE_WORDS[stage as Stage] ?? stage,
      `${p50Ms} ms, 95 % below ${p95Ms} ms (${count})`,
    ]),
  ];
  return lines.map(([name = '', value = '']) => `${name.padEnd(18)}${value}\n`).join('');
}
