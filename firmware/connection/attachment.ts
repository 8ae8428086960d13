import { Channel } from '../../protocol/channel.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import { isStep, type Step, StepReader } from '../../protocol/frame-step.ts';
import { decodeFrameUnit } from '../../protocol/frame-unit.ts';
import {
  ByeCode,
  type ControlMessage,
  encodeControl,
  type Hello,
} from '../../protocol/generated/control.ts';
import { type CursorMessage, decodeCursor } from '../../protocol/generated/cursor.ts';
import {
  encodeDisplay,
  type FrameAck,
  type FrameUpdate,
  KeyFrameReason,
} from '../../protocol/generated/display.ts';
import { encodeInput } from '../../protocol/generated/input.ts';
import type { Link, LinkClosed, LinkStream } from '../../protocol/link/link.ts';
import { InputSender } from '../input/input-sender.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { EarlyView } from './early-view.ts';
import { type Greeted, greet } from './greeting.ts';
import { InputBatch } from './input-batch.ts';

/** Those that every attachment opens, in this order: input, cursor, display. */
export const ATTACHMENT_CHANNELS = [Channel.input, Channel.cursor, Channel.display] as const;

/** A frame off the link. */
export interface ArrivedFrame {
  readonly header: FrameUpdate;
  readonly payload: Uint8Array;
  /** Of the whole unit. */
  readonly bytes: number;
  /** Terminal's clock when the unit was complete. */
  readonly receivedUs: number;
  /** Of a step only: whether its acknowledgement may wait. */
  readonly relaxed?: boolean;
  /** Once it is decoded: what that took, with the way to a worker and back. */
  readonly decodeUs?: number;
}

/** What a terminal does with what the session sends. */
export interface AttachmentEvents {
  frame(frame: ArrivedFrame): void;
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
  readonly #greeted: Greeted;
  readonly #cursor: LinkStream;
  readonly #display: LinkStream;
  readonly #inputStream: LinkStream;
  readonly #nowUs: () => number;
  readonly #early = new EarlyView();
  readonly #acknowledgements: Acknowledgements;
  readonly #inputs: InputBatch;
  readonly #steps = new StepReader();
  #events: AttachmentEvents | null = null;
  #view = 0;

  /** @throws RefusedError and the link's errors; the link is closed then */
  static async open(link: Link, hello: Hello, nowUs: () => number): Promise<Attachment> {
    try {
      const greeted = await greet(link, hello);
      const [input, cursor, display] = await Promise.all(
        ATTACHMENT_CHANNELS.map((channel) => link.openBidi(channel)),
      );
      if (!input || !cursor || !display) throw new Error('a channel is missing');
      return new Attachment(link, greeted, { input, cursor, display }, nowUs);
    } catch (error) {
      link.close(ByeCode.normal, 'not attached');
      throw error;
    }
  }

  private constructor(
    link: Link,
    greeted: Greeted,
    streams: { input: LinkStream; cursor: LinkStream; display: LinkStream },
    nowUs: () => number,
  ) {
    this.link = link;
    this.sessionId = greeted.welcome.sessionId;
    this.#greeted = greeted;
    this.#cursor = streams.cursor;
    this.#display = streams.display;
    this.#inputStream = streams.input;
    this.#nowUs = nowUs;
    this.#acknowledgements = new Acknowledgements((ack, step) => {
      if (step) streams.input.send(encodeShown(ack));
      else streams.display.send(encodeDisplay(ack));
    });
    this.#inputs = new InputBatch((bytes) => streams.input.send(bytes));
    this.input = new InputSender((bytes) => {
      this.#inputs.add(bytes);
      const ack = this.#acknowledgements.take();
      if (ack) this.#inputs.add(encodeShown(ack));
    }, nowUs);
  }

  /** From here on the events come; what arrived before comes at once. */
  listen(events: AttachmentEvents): void {
    this.#events = events;
    this.#greeted.onMessage((message) => events.control(message));
    this.#cursor.onMessage((bytes) =>
      this.#guard(() => {
        const message = decodeCursor(bytes);
        if (message.type === 'unknown') return;
        if (message.view === this.#view) events.cursor(message);
        else if (message.view > this.#view) this.#early.cursor(message.view, message);
      }),
    );
    this.link.onUni((_channel, unit) => this.#guard(() => this.#arrived(unit)));
    this.link.onClose((info) => events.closed(info));
  }

  #arrived(unit: Uint8Array): void {
    const receivedUs = this.#nowUs();
    const got = isStep(unit) ? this.#readStep(unit) : decodeFrameUnit(unit);
    if (!got) return;
    if (isStep(unit)) this.#inputs.together = got.header.view === this.#view;
    else this.#steps.whole(got.header);
    const frame = { ...got, bytes: unit.length, receivedUs };
    const { view } = got.header;
    if (view === this.#view) this.#events?.frame(frame);
    else if (view > this.#view) this.#early.frame(view, frame);
  }

  /** A step that makes no sense is the session's fault, which costs it whole pictures, not its terminal the link. */
  #readStep(unit: Uint8Array): Step | null {
    try {
      return this.#steps.read(unit);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      // Of a view that is not shown yet, too: its session would not know.
      for (const output of this.#steps.broken)
        this.#askForKeyFrame(output, KeyFrameReason.decode, this.#steps.view);
      return null;
    }
  }

  /**
   * Shows another view from now on: what still comes of the one before is dropped, what is typed is meant for this one.
   * What came of it already is handed over within the call.
   */
  showView(view: number): void {
    this.#view = view;
    this.#acknowledgements.take();
    this.#inputs.flush();
    this.#inputs.together = false;
    this.#inputStream.send(encodeInput({ type: 'InputView', view }));
    const { frames, cursors, lost } = this.#early.take(view);
    this.#guard(() => {
      for (const message of cursors) this.#events?.cursor(message);
      for (const frame of frames) this.#events?.frame(frame);
    });
    for (const output of lost) this.requestKeyFrame(output, KeyFrameReason.decode);
  }

  acknowledge(shown: ArrivedFrame, presentedUs: number): void {
    const { header, receivedUs, relaxed, decodeUs = 0 } = shown;
    const { frame, output, view } = header;
    this.#acknowledgements.acknowledge(
      { type: 'FrameAck', frame, output, receivedUs, presentedUs, view, decodeUs: told(decodeUs) },
      relaxed,
    );
  }

  requestKeyFrame(output: number, reason: number): void {
    this.#askForKeyFrame(output, reason, this.#view);
  }

  #askForKeyFrame(output: number, reason: number, view: number): void {
    this.#display.send(encodeDisplay({ type: 'KeyFrameRequest', output, reason, view }));
  }

  send(message: ControlMessage): void {
    this.#greeted.control.send(encodeControl(message));
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

function encodeShown({ presentedUs, ...ack }: FrameAck): Uint8Array {
  const presentUs = told(presentedUs - ack.receivedUs);
  return encodeInput({ ...ack, type: 'Shown', presentUs });
}

/** Whoever stops this process for an hour in the middle makes it more than a field can tell. */
const told = (us: number): number => Math.min(Math.max(0, us), 2 ** 32 - 1);
