import type { ExecutionContext } from 'ava';
import { Encoder, Framebuffer } from '../../native/pixels/index.ts';
import { Channel } from '../../protocol/channel.ts';
import { encodeFrameHead } from '../../protocol/frame-unit.ts';
import {
  type ControlMessage,
  decodeControl,
  encodeControl,
  type Hello,
  PageKind,
  ViewKind,
} from '../../protocol/generated/control.ts';
import { encodeCursor } from '../../protocol/generated/cursor.ts';
import { decodeDisplay } from '../../protocol/generated/display.ts';
import { decodeInput, type InputMessage } from '../../protocol/generated/input.ts';
import type { LinkStream, ServerLink } from '../../protocol/link/link.ts';
import { createIdentity } from '../../protocol/node/certificate.ts';
import type { Identity } from '../../protocol/node/identity.ts';
import { listenTls, type TlsListener } from '../../protocol/node/tls-listener.ts';
import { PROTOCOL_MAJOR, PROTOCOL_MINOR } from '../../protocol/version.ts';
import { eventually } from '../helpers/eventually.ts';

type MessageOf<Type extends ControlMessage['type']> = Extract<ControlMessage, { type: Type }>;

export interface Refusal {
  readonly code: number;
  readonly message: string;
  /** Version of the protocol that it says it speaks. */
  readonly major?: number;
}

/** A server over TLS that does what a test says: no sessions, no policy. */
export class ScriptedBroker {
  readonly identity: Identity;
  /** Messages of the terminals on all links so far, without heartbeats. */
  readonly received: ControlMessage[] = [];
  readonly input: InputMessage[] = [];
  /** Answer to the next Hello, once. */
  refuseNext: Refusal | null = null;
  /** Views that frames were acknowledged for. */
  readonly acknowledged: number[] = [];
  readonly #listener: TlsListener | null;
  #link: ServerLink | null = null;
  #control: LinkStream | null = null;
  #cursor: LinkStream | null = null;
  #attached = 0;
  #painters = new Map<number, { readonly encoder: Encoder; frame: number }>();

  static async start(t: ExecutionContext): Promise<ScriptedBroker> {
    const identity = await createIdentity({ algorithm: 'ed25519', name: 'scripted broker' });
    const links: ((link: ServerLink) => void)[] = [];
    const listener = await listenTls({
      host: '127.0.0.1',
      port: 0,
      identity,
      admission: false,
      onRejected: () => {},
      onLink: (link) => links[0]?.(link),
    });
    const broker = new ScriptedBroker(identity, listener);
    links.push((link) => broker.serve(link));
    t.teardown(async () => {
      broker.dropLink();
      await listener.close();
    });
    return broker;
  }

  /** @param listener null: links come by serve() alone */
  constructor(identity: Identity, listener: TlsListener | null = null) {
    this.identity = identity;
    this.#listener = listener;
  }

  get address(): string {
    return `127.0.0.1:${this.#listener?.port}`;
  }

  get hello(): Hello | undefined {
    return this.received.findLast((message) => message.type === 'Hello');
  }

  /** The terminal's certificate as the server saw it. */
  get terminalFingerprint(): string {
    return this.#link?.peer.fingerprint ?? '';
  }

  send(message: ControlMessage): void {
    this.#control?.send(encodeControl(message));
  }

  /** @param insertion of the card that brought it */
  view(view: number, kind: keyof typeof ViewKind, insertion = 0): void {
    const sessionId = kind === 'none' ? '' : `session of view ${view}`;
    this.send({ type: 'View', view, kind: ViewKind[kind], sessionId, insertion });
  }

  page(page: keyof typeof PageKind, code = '', detail = ''): void {
    this.send({ type: 'ShowPage', page: PageKind[page], code, detail });
  }

  challenge(insertion: number, request: number, key: number, nonce: Uint8Array): void {
    this.send({ type: 'CardChallenge', insertion, request, key, nonce });
  }

  /** Sends a picture of one colour. */
  paint(view: number, rgb: number, width = 800, height = 600): void {
    const picture = new Framebuffer(width, height);
    picture.fill(rgb);
    this.paintPicture(view, picture);
  }

  /** Sends this picture; the first of a view is a key frame. */
  paintPicture(view: number, picture: Framebuffer): void {
    const { width, height } = picture;
    const key = !this.#painters.has(view);
    const painter = this.#painters.get(view) ?? { encoder: new Encoder(width, height), frame: 0 };
    this.#painters.set(view, painter);
    const { regions, payload, payloadCompressed, checksum } = painter.encoder.encode(
      picture,
      Int32Array.of(0, 0, width, height),
      new Int32Array(0),
      { level: 1, key },
    );
    const head = encodeFrameHead({
      type: 'FrameUpdate',
      frame: ++painter.frame,
      output: 0,
      key,
      payloadCompressed,
      inputSequence: 0,
      widthPx: width,
      heightPx: height,
      checksum,
      regions,
      view,
      lossy: false,
      payloadFine: false,
      videos: [],
    });
    const unit = this.#link?.openUni(Channel.display);
    unit?.write(...head, payload);
    unit?.end();
  }

  showCursor(view: number): void {
    const pixels = new Uint8Array(16 * 16 * 4).fill(255);
    const image = { id: 1, widthPx: 16, heightPx: 16, hotspotX: 0, hotspotY: 0, scale120: 120 };
    this.#cursor?.send(encodeCursor({ type: 'CursorImage', ...image, pixels, view }));
    this.#cursor?.send(encodeCursor({ type: 'CursorShow', id: 1, view }));
  }

  /** Resolves with the message of this type that comes as number `count`, whenever it came. */
  hears<Type extends ControlMessage['type']>(type: Type, count = 1): Promise<MessageOf<Type>> {
    return eventually(() => {
      const message = this.received.filter((it) => it.type === type)[count - 1];
      if (!message) throw new Error(`no ${type} among ${this.received.map((it) => it.type)}`);
      return message as MessageOf<Type>;
    });
  }

  /** Resolves when a terminal has opened all its channels, for the time number `count`. */
  attached(count = 1): Promise<void> {
    return eventually(() => {
      if (this.#attached < count) throw new Error('no terminal with all its channels');
    });
  }

  /** Cuts the connection, as a network does. */
  dropLink(): void {
    this.#link?.close(0, 'dropped by the test');
    this.#link = null;
  }

  /** Takes a link that came some other way. */
  serve(link: ServerLink): void {
    this.#link = link;
    this.#painters.clear();
    let channels = 0;
    link.onBidi((stream) => {
      if (++channels === 4) this.#attached++;
      if (stream.channel === Channel.control) this.#serveControl(stream);
      if (stream.channel === Channel.cursor) this.#cursor = stream;
      if (stream.channel === Channel.input)
        stream.onMessage((bytes) => {
          const message = decodeInput(bytes);
          if (message.type !== 'unknown') this.input.push(message);
        });
      if (stream.channel === Channel.display)
        stream.onMessage((bytes) => {
          const message = decodeDisplay(bytes);
          if (message.type === 'FrameAck') this.acknowledged.push(message.view);
        });
    });
  }

  #serveControl(control: LinkStream): void {
    this.#control = control;
    control.onMessage((bytes) => {
      const message = decodeControl(bytes);
      if (message.type === 'unknown') return;
      this.received.push(structuredClone(message));
      if (message.type !== 'Hello') return;
      if (this.refuseNext) return this.#refuse(this.refuseNext);
      this.send({
        type: 'Welcome',
        major: PROTOCOL_MAJOR,
        minor: PROTOCOL_MINOR,
        sessionId: '',
        capabilities: [],
        heartbeatMs: 1000,
      });
    });
  }

  #refuse({ code, message, major = PROTOCOL_MAJOR }: Refusal): void {
    this.refuseNext = null;
    const versions = { serverMajor: major, serverMinor: PROTOCOL_MINOR };
    const peer = { peerMajor: PROTOCOL_MAJOR, peerMinor: PROTOCOL_MINOR };
    this.send({ type: 'Refuse', code, message, ...versions, ...peer });
  }
}
