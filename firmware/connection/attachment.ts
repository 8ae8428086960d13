import { Channel } from '../../protocol/channel.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import { decodeFrameUnit } from '../../protocol/frame-unit.ts';
import {
  ByeCode,
  type ControlMessage,
  encodeControl,
  type Hello,
} from '../../protocol/generated/control.ts';
import { type CursorMessage, decodeCursor } from '../../protocol/generated/cursor.ts';
import { encodeDisplay, type FrameUpdate } from '../../protocol/generated/display.ts';
import type { Link, LinkClosed, LinkStream } from '../../protocol/link/link.ts';
import { InputSender } from '../input/input-sender.ts';
import { type Greeted, greet } from './greeting.ts';

/** What a terminal does with what the session sends. */
export interface AttachmentEvents {
  frame(header: FrameUpdate, payload: Uint8Array, receivedUs: number): void;
  cursor(message: CursorMessage): void;
  /** Session states, lights, refused channels. */
  control(message: ControlMessage): void;
  closed(info: LinkClosed): void;
}

/** A terminal that shows a session: one link with its channels open. Runs in Node and in a browser. */
export class Attachment {
  readonly link: Link;
  readonly input: InputSender;
  readonly sessionId: string;
  readonly #control: LinkStream;
  readonly #display: LinkStream;

  /** @throws RefusedError and the link's errors; the link is closed then */
  static async open(
    link: Link,
    hello: Hello,
    events: AttachmentEvents,
    nowUs: () => number,
  ): Promise<Attachment> {
    try {
      const greeted = await greet(link, hello);
      const [input, cursor, display] = await Promise.all(
        [Channel.input, Channel.cursor, Channel.display].map((channel) => link.openBidi(channel)),
      );
      if (!input || !cursor || !display) throw new Error('a channel is missing');
      return new Attachment(link, greeted, { input, cursor, display }, events, nowUs);
    } catch (error) {
      link.close(ByeCode.normal, 'not attached');
      throw error;
    }
  }

  private constructor(
    link: Link,
    greeted: Greeted,
    streams: { input: LinkStream; cursor: LinkStream; display: LinkStream },
    events: AttachmentEvents,
    nowUs: () => number,
  ) {
    this.link = link;
    this.sessionId = greeted.welcome.sessionId;
    this.#control = greeted.control;
    this.#display = streams.display;
    this.input = new InputSender((bytes) => void streams.input.send(bytes), nowUs);
    greeted.onMessage((message) => events.control(message));
    streams.cursor.onMessage((bytes) =>
      this.#guard(() => {
        const message = decodeCursor(bytes);
        if (message.type !== 'unknown') events.cursor(message);
      }),
    );
    link.onUni((_channel, unit) =>
      this.#guard(() => {
        const receivedUs = nowUs();
        const { header, payload } = decodeFrameUnit(unit);
        events.frame(header, payload, receivedUs);
      }),
    );
    link.onClose((info) => events.closed(info));
  }

  acknowledge(frame: number, output: number, receivedUs: number, presentedUs: number): void {
    this.#display.send(encodeDisplay({ type: 'FrameAck', frame, output, receivedUs, presentedUs }));
  }

  requestKeyFrame(output: number, reason: number): void {
    this.#display.send(encodeDisplay({ type: 'KeyFrameRequest', output, reason }));
  }

  send(message: ControlMessage): void {
    this.#control.send(encodeControl(message));
  }

  close(reason: string): void {
    this.link.close(ByeCode.normal, reason);
  }

  /** The server is not trusted either: what it sends is checked, and a violation ends the link. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.link.close(ByeCode.protocol, error.message);
    }
  }
}
