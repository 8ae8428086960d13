import { Channel } from '../../protocol/channel.ts';
import { ProtocolError, VersionError, WayRayError } from '../../protocol/errors.ts';
import {
  type ControlMessage,
  decodeControl,
  encodeControl,
  type Hello,
  RefuseCode,
  type Welcome,
} from '../../protocol/generated/control.ts';
import type { Link, LinkStream } from '../../protocol/link/link.ts';
import { checkWelcome } from '../../protocol/negotiation.ts';
import { PROTOCOL_MAJOR } from '../../protocol/version.ts';

const ANSWER_TIMEOUT_MS = 5000;
/** Messages between the Welcome and the moment somebody listens. */
const MAX_EARLY = 64;

/** The server said no; trying again changes nothing until somebody acts. */
export class RefusedError extends WayRayError {
  override readonly name = 'RefusedError';
  constructor(message: string) {
    super('refused', message);
  }
}

/** The control channel after the greeting. */
export interface Greeted {
  readonly control: LinkStream;
  readonly welcome: Welcome;
  /** Messages that follow the Welcome; ones that came before this was set are kept for it. */
  onMessage(callback: (message: ControlMessage) => void): void;
}

/**
 * Says who we are and waits for the server's answer.
 * @throws RefusedError, ProtocolError, WayRayError `busy`, `timeout` or `closed`
 */
export async function greet(link: Link, hello: Hello): Promise<Greeted> {
  const control = await link.openBidi(Channel.control);
  const { promise, resolve, reject } = Promise.withResolvers<Welcome>();
  const early: ControlMessage[] = [];
  let receive = (message: ControlMessage): void => keep(early, message);
  let greeted = false;
  // A violation ends the link, which rejects what waits here.
  control.onMessage((bytes) => {
    const message = decodeControl(bytes);
    if (message.type === 'unknown') return;
    if (greeted) return receive(message);
    greeted = true;
    try {
      resolve(answer(message));
    } catch (error) {
      reject(error as Error);
    }
  });
  link.onClose(({ reason, error }) => reject(error ?? new WayRayError('closed', reason)));
  const timer = setTimeout(
    () => reject(new WayRayError('timeout', 'the server does not answer')),
    ANSWER_TIMEOUT_MS,
  );
  control.send(encodeControl(hello));
  try {
    const welcome = await promise;
    return {
      control,
      welcome,
      onMessage(callback) {
        receive = callback;
        for (const message of early.splice(0)) callback(message);
      },
    };
  } finally {
    clearTimeout(timer);
  }
}

function keep(early: ControlMessage[], message: ControlMessage): void {
  if (early.length === MAX_EARLY)
    throw new ProtocolError('unexpected', 'greeting', `${MAX_EARLY} messages follow at once`);
  early.push(message);
}

function answer(message: ControlMessage): Welcome {
  // Who is too busy now is not so for ever.
  if (message.type === 'Refuse' && message.code === RefuseCode.busy)
    throw new WayRayError('busy', message.message);
  if (message.type === 'Refuse' && message.code === RefuseCode.version)
    throw new VersionError('Hello', message.message, {
      theirs: message.serverMajor,
      ours: PROTOCOL_MAJOR,
    });
  if (message.type === 'Refuse') throw new RefusedError(message.message);
  if (message.type === 'Welcome') return checkWelcome(message);
  throw new ProtocolError('unexpected', 'greeting', `the server answers with ${message.type}`);
}
