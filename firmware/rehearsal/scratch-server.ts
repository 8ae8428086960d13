import { Loopback } from '../../native/stream/loopback.ts';
import { Channel } from '../../protocol/channel.ts';
import { StepWriter } from '../../protocol/frame-step.ts';
import { encodeFrameHead } from '../../protocol/frame-unit.ts';
import { encodeControl } from '../../protocol/generated/control.ts';
import { type ClientLink, connectStreams } from '../../protocol/link/connector.ts';
import { encodeFrameHeader, FrameKind } from '../../protocol/link/framing.ts';
import { encodeReply, Status } from '../../protocol/link/preamble.ts';
import { DirectStream } from '../../protocol/node/direct-stream.ts';
import { PROTOCOL_MAJOR, PROTOCOL_MINOR } from '../../protocol/version.ts';
import { ScratchDesk } from './scratch-desk.ts';

/** Where the channel is in a preamble. */
const CHANNEL_AT = 5;
const HEARTBEAT_MS = 60_000;
/** A session waits for every so manieth acknowledgement. */
const STRICT_EVERY = 4;

const WELCOME = encodeControl({
  type: 'Welcome',
  major: PROTOCOL_MAJOR,
  minor: PROTOCOL_MINOR,
  sessionId: 'rehearsal',
  capabilities: [],
  heartbeatMs: HEARTBEAT_MS,
});

/** As much of a server as a terminal needs to have a session: it says yes to everything and sends small pictures. */
export class ScratchServer {
  readonly #steps = new StepWriter();
  readonly #desk = new ScratchDesk();
  #display: Loopback | null = null;
  #told = 0;

  /** Messages of the terminal. */
  get told(): number {
    return this.#told;
  }

  connect(): Promise<ClientLink> {
    return connectStreams(async () => {
      // Of closures as the real ones have, or V8 would learn that there are no others.
      const stream = new DirectStream(
        this.#lane().open,
        (error) => error,
        () => true,
      );
      return { stream, peer: { fingerprint: null, address: 'rehearsal' } };
    });
  }

  /** Once the terminal has its first picture. */
  sendLetter(): void {
    const { header, payload } = this.#desk.type();
    const relaxed = header.frame % STRICT_EVERY !== 0;
    if (this.#steps.fits(header)) this.#send([this.#steps.head(header, relaxed), payload]);
  }

  #lane(): Loopback {
    let begun = false;
    const lane: Loopback = new Loopback(([preamble]) => {
      // What follows the preamble needs no answer.
      if (begun) return void this.#told++;
      begun = true;
      const channel = preamble?.[CHANNEL_AT];
      // Nobody listens yet.
      setImmediate(() => {
        lane.push(encodeReply(Status.accepted));
        if (channel === Channel.control) lane.push(framed(FrameKind.message, [WELCOME]));
        if (channel === Channel.display) this.#opened(lane);
      });
    });
    return lane;
  }

  #opened(display: Loopback): void {
    this.#display = display;
    const { header, payload } = this.#desk.whole();
    this.#steps.whole(header);
    this.#send([...encodeFrameHead(header), payload]);
  }

  #send(parts: Uint8Array[]): void {
    this.#display?.push(framed(FrameKind.unit, parts));
  }
}

function framed(kind: FrameKind, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([encodeFrameHeader(kind, length), ...parts]);
}
