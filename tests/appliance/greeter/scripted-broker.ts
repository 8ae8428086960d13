import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import {
  type BrokerMessage,
  type GreeterMessage,
  readGreeterMessage,
} from '../../../appliance/greeter/wire/greeter-messages.ts';
import { Channel, splitSecrets } from '../../../appliance/wire/channel.ts';
import { eventually } from '../../helpers/eventually.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

type Kind = GreeterMessage['type'];
type Of<K extends Kind> = Extract<GreeterMessage, { type: K }>;

export const HELLO: BrokerMessage = {
  type: 'hello',
  terminal: 'reading-room-7',
  host: 'library',
  keyboard: { layout: 'us', variant: '' },
  layouts: [
    { layout: 'us', variant: '', name: 'English (US)' },
    { layout: 'de', variant: '', name: 'Deutsch' },
    { layout: 'us', variant: 'intl', name: 'English (international)' },
  ],
  sessions: [],
  shutdown: false,
  contrast: 'normal',
  locale: 'en-GB',
};

/** The broker's end of a greeter's channel, played by a test. */
export class ScriptedBroker {
  readonly path: string;
  readonly received: GreeterMessage[] = [];
  /** Of the last answer. */
  answers: (string | null)[] = [];
  socket: Socket | null = null;
  #channel: Channel | null = null;
  readonly #server: Server;
  readonly #folder = scratchFolder();

  static async listen(): Promise<ScriptedBroker> {
    const broker = new ScriptedBroker();
    await new Promise<void>((resolve) => broker.#server.listen(broker.path, resolve));
    return broker;
  }

  private constructor() {
    this.path = join(this.#folder.path, 'greeter');
    this.#server = createServer((socket) => {
      this.socket = socket;
      this.#channel = new Channel(socket, {
        onFrame: ({ head, secrets }) => {
          const message = readGreeterMessage(head);
          if (message.type === 'answer')
            this.answers = splitSecrets(message.answers, secrets).map((bytes) =>
              bytes === null ? null : Buffer.from(bytes).toString(),
            );
          this.received.push(message);
        },
        onClose: () => {},
      });
    });
  }

  send(message: BrokerMessage | object): void {
    this.#channel?.send(message);
  }

  /** Resolves with the newest message of a kind, once there are so many. */
  told<K extends Kind>(type: K, count = 1): Promise<Of<K>> {
    return eventually(() => {
      const all = this.received.filter((message) => message.type === type);
      if (all.length < count)
        throw new Error(`not told: ${type}; ${JSON.stringify(this.received)}`);
      return all.at(-1) as Of<K>;
    });
  }

  [Symbol.dispose](): void {
    this.socket?.destroy();
    this.#server.close();
    this.#folder[Symbol.dispose]();
  }
}
