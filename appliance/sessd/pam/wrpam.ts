import { Socket } from 'node:net';
import { adoptOrphans, giveBackUnused, hideMemory } from '../../../native/process/index.ts';
import { Channel, splitSecrets } from '../../wire/channel.ts';
import type { GreeterLaunch } from '../launch/launcher.ts';
import { controlSocket } from '../places.ts';
import { openLauncher, type SessionSettings } from '../settings.ts';
import { SessionControl } from './control.ts';
import { greet } from './greet.ts';
import { logIn } from './login.ts';
import { type Order, type Report, readOrder } from './messages.ts';
import { Questions } from './questions.ts';
import { startSession, type Who } from './running.ts';

type Greet = Extract<Order, { type: 'greet' }>;
type Start = Extract<Order, { type: 'start' }> | Greet;

/*
 * One login, and the session that follows from it, or a greeter's session, in a process that may hang, crash or be killed. Before the session
 * runs it is wrsessd's and ends with it; after that it lives on its own and answers on the session's control socket.
 */
const CHANNEL_FD = 3;
const STARTED_MS = 3000;
/** Until a terminal says its own. */
const SIZE = { width: 1920, height: 1080 };

const settings = JSON.parse(process.argv[2] ?? '{}') as SessionSettings;
hideMemory();
adoptOrphans();

let alone = false;
let loggedIn: Who | null = null;
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
  } else if (order.type === 'greet') {
    await run(() => greet(order), order);
    leave();
  } else if (loggedIn) {
    const who = loggedIn;
    await run(() => who, order);
    leave();
  }
}

async function run(find: () => Who | Promise<Who>, order: Start): Promise<void> {
  alone = true;
  const { session } = order;
  const found = await started(find, order);
  if (!found) return;
  const { launched, over } = found.running;
  const { pid, socket } = launched;
  const { name: user, uid } = found.who.account;
  const record = { session, user, uid, pid, socket, greeter: order.type === 'greet' };
  const control = await SessionControl.open(
    controlSocket(settings.places, session),
    record,
    () => void launched.end().catch(crash),
  );
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => void launched.end().catch(crash));
  // wrsessd was killed meanwhile: the next one may have looked for sessions before this one could be found.
  if (channel.closed) void launched.end().catch(crash);
  send({ type: 'started', pid, socket });
  setTimeout(rest, STARTED_MS).unref();
  control.close(await over);
}

/** Nothing is to be done until the session ends, hours later. */
function rest(): void {
  globalThis.gc?.();
  giveBackUnused();
}

async function started(find: () => Who | Promise<Who>, order: Start) {
  try {
    const who = await find();
    const { session, size = SIZE } = order;
    const what = {
      session,
      size,
      ...(order.type === 'greet' ? { greeter: greeterOf(order) } : chosenOf(order)),
    };
    return { who, running: await startSession(who, what, openLauncher(settings, warn)) };
  } catch (error) {
    send({ type: 'start_failed', message: (error as Error).message.slice(0, 2000) });
    return null;
  }
}

const greeterOf = ({ channel, service }: Greet): GreeterLaunch => ({
  channel,
  pamService: service ?? null,
});

const chosenOf = ({ choice }: Exclude<Start, Greet>) => (choice === undefined ? {} : { choice });

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
