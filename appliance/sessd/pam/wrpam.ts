import { Socket } from 'node:net';
import { adoptOrphans, hideMemory } from '../../../native/process/index.ts';
import { Channel, splitSecrets } from '../../wire/channel.ts';
import { controlSocket } from '../places.ts';
import { openLauncher, type SessionSettings } from '../settings.ts';
import { SessionControl } from './control.ts';
import { type LoggedIn, logIn } from './login.ts';
import { type Order, type Report, readOrder } from './messages.ts';
import { Questions } from './questions.ts';
import { startSession } from './running.ts';

/*
 * One login, and the session that follows from it, in a process that may hang, crash or be killed. Before the session
 * runs it is wrsessd's and ends with it; after that it lives on its own and answers on the session's control socket.
 */
const CHANNEL_FD = 3;

const settings = JSON.parse(process.argv[2] ?? '{}') as SessionSettings;
hideMemory();
adoptOrphans();

let alone = false;
let loggedIn: LoggedIn | null = null;
const questions = new Questions(send);
const channel = new Channel(new Socket({ fd: CHANNEL_FD }), {
  onFrame: ({ head, secrets }) => {
    const order = readOrder(head);
    if (order.type !== 'answer') return void obey(order).catch(crash);
    const answers = splitSecrets(order.answers, secrets);
    questions.answer(order.round, answers);
  },
  onClose: () => {
    if (!alone) process.exit(0);
  },
});

function send(report: Report): void {
  channel.send(report);
}

async function obey(order: Exclude<Order, { type: 'answer' }>): Promise<void> {
  if (order.type === 'begin') {
    loggedIn = await logIn(order, questions, send);
    if (!loggedIn || order.purpose === 'unlock') leave();
  } else if (loggedIn) {
    await run(loggedIn, order);
    leave();
  }
}

async function run(who: LoggedIn, order: Extract<Order, { type: 'start' }>): Promise<void> {
  alone = true;
  const { session } = order;
  const running = await started(who, order);
  if (!running) return;
  const { launched, over } = running;
  const { pid, socket } = launched;
  const { name: user, uid } = who.account;
  const record = { session, user, uid, pid, socket, greeter: false };
  const control = await SessionControl.open(
    controlSocket(settings.places, session),
    record,
    () => void launched.end().catch(crash),
  );
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => void launched.end().catch(crash));
  send({ type: 'started', pid, socket });
  control.close(await over);
}

async function started(who: LoggedIn, order: Extract<Order, { type: 'start' }>) {
  try {
    return await startSession(who, order, openLauncher(settings, warn));
  } catch (error) {
    send({ type: 'start_failed', message: (error as Error).message.slice(0, 2000) });
    return null;
  }
}

function warn(message: string): void {
  process.stderr.write(`wrpam: ${message}\n`);
}

/** Ends when the last report is on its way. */
function leave(): void {
  alone = false;
  channel.end();
}

function crash(error: Error): never {
  process.stderr.write(`wrpam: ${error.stack}\n`);
  process.exit(70);
}
