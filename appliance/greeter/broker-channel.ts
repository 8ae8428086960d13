import { connect } from 'node:net';
import { Channel } from '../wire/channel.ts';
import { FrameError } from '../wire/frame.ts';
import {
  type BrokerMessage,
  type GreeterMessage,
  readBrokerMessage,
} from './wire/greeter-messages.ts';

const CONNECT_TIMEOUT_MS = 5000;

export interface BrokerListener {
  onMessage(message: BrokerMessage): void;
  /** Called once; `error` when the broker broke the rules. */
  onClose(error: Error | null): void;
}

/** Connects to the broker. @throws Error when nobody listens */
export async function connectBroker(
  path: string,
  listener: BrokerListener,
): Promise<BrokerChannel> {
  const socket = connect(path);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(
    () => reject(new Error('the broker does not answer')),
    CONNECT_TIMEOUT_MS,
  );
  socket.once('error', reject);
  socket.once('connect', resolve);
  try {
    await promise;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    socket.off('error', reject);
  }
  return new BrokerChannel(new Channel(socket, channelListener(listener)));
}

function channelListener({ onMessage, onClose }: BrokerListener) {
  return {
    onFrame: ({ head, secrets }: { head: unknown; secrets: Uint8Array }) => {
      secrets.fill(0);
      onMessage(read(head));
    },
    onClose,
  };
}

/** @throws FrameError, which closes the channel; it says which field, never what stood there */
function read(head: unknown): BrokerMessage {
  try {
    return readBrokerMessage(head);
  } catch (error) {
    throw new FrameError((error as Error).message);
  }
}

/** What the login screen tells the broker. */
export class BrokerChannel {
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  send(message: GreeterMessage): void {
    this.#channel.send(message);
  }

  /** @param answers null where nothing was asked; the bytes are wiped */
  answer(login: string, round: number, answers: readonly (Uint8Array | null)[]): void {
    const lengths = answers.map((bytes) => bytes?.length ?? null);
    const secrets = answers.filter((bytes) => bytes !== null);
    const message: GreeterMessage = { type: 'answer', login, round, answers: lengths };
    this.#channel.send(message, secrets);
  }

  [Symbol.dispose](): void {
    this.#channel.end();
  }
}
