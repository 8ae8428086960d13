import { connect } from 'node:net';
import { type Answer, readAnswer } from '../../sessd/wire/broker-messages.ts';
import { Channel } from '../../wire/channel.ts';
import { MessageError } from '../../wire/check.ts';
import { type Frame, FrameError } from '../../wire/frame.ts';

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5000;

export interface SessdConnectionListener {
  onUp(): void;
  /** Called after each onUp, and before the first one when nobody listens there; `reason` is for the log. */
  onDown(reason: string): void;
  onAnswer(answer: Answer): void;
}

/** The one connection to wrsessd, made again with a growing pause whenever it ends. */
export class SessdConnection {
  readonly #path: string;
  readonly #listener: SessdConnectionListener;
  #channel: Channel | null = null;
  #up = false;
  #retryMs = FIRST_RETRY_MS;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(path: string, listener: SessdConnectionListener) {
    this.#path = path;
    this.#listener = listener;
  }

  get up(): boolean {
    return this.#up;
  }

  open(): void {
    if (this.#ended) return;
    const socket = connect(this.#path);
    const channel = new Channel(socket, {
      onFrame: (frame) => this.#received(frame),
      onClose: (error) => this.#closed(channel, error),
    });
    this.#channel = channel;
    socket.once('connect', () => {
      if (this.#ended) return;
      this.#up = true;
      this.#retryMs = FIRST_RETRY_MS;
      this.#listener.onUp();
    });
  }

  /** Wipes the secrets in any case. False when wrsessd is away. */
  send(head: object, secrets: readonly Uint8Array[] = []): boolean {
    if (this.#up && this.#channel) {
      this.#channel.send(head, secrets);
      return true;
    }
    for (const secret of secrets) secret.fill(0);
    return false;
  }

  /** wrsessd does not answer: tries anew. */
  drop(): void {
    this.#channel?.[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#channel?.[Symbol.dispose]();
  }

  #received({ head, secrets }: Frame): void {
    secrets.fill(0);
    try {
      this.#listener.onAnswer(readAnswer(head));
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      throw new FrameError(error.message);
    }
  }

  #closed(channel: Channel, error: Error | null): void {
    if (this.#channel !== channel) return;
    this.#channel = null;
    this.#up = false;
    if (this.#ended) return;
    this.#listener.onDown(error?.message ?? 'it closed the connection');
    this.#timer = setTimeout(() => this.open(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }
}
