import { createHash } from 'node:crypto';
import type { Terminal } from '../../../../appliance/broker/terminal.ts';
import { type Admit, greet } from '../../../../appliance/broker/terminal.ts';
import { Channel } from '../../../../protocol/channel.ts';
import { decodeFrameUnit } from '../../../../protocol/frame-unit.ts';
import {
  type ControlMessage,
  decodeControl,
  encodeControl,
  type Hello,
  PageKind,
  Role,
  type ShowPage,
  type View,
} from '../../../../protocol/generated/control.ts';
import { encodeInput } from '../../../../protocol/generated/input.ts';
import { LinkAcceptor } from '../../../../protocol/link/acceptor.ts';
import { type ClientLink, connectStreams } from '../../../../protocol/link/connector.ts';
import type { LinkClosed, LinkStream } from '../../../../protocol/link/link.ts';
import { MemoryStream } from '../../../../protocol/link/memory.ts';
import { openLog } from '../../../../protocol/node/log.ts';
import { PROTOCOL_MAJOR, PROTOCOL_MINOR } from '../../../../protocol/version.ts';
import { eventually } from '../../../helpers/eventually.ts';

export const silent = openLog({ name: 'test', level: 'silent', readable: false });

export const HELLO: Hello = {
  type: 'Hello',
  major: PROTOCOL_MAJOR,
  minor: PROTOCOL_MINOR,
  role: Role.terminal,
  software: 'test',
  capabilities: [],
  terminalName: 'hall',
  outputs: [],
  keyboard: { rules: '', model: '', layout: 'us', variant: '', options: '' },
  credential: '',
};

export const fingerprintOf = (name: string): string =>
  createHash('sha256').update(name).digest('hex');

/** Where terminals of the test connect to. */
export class FakeDoor {
  readonly #admit: Admit;
  readonly #come: (terminal: Terminal) => void;

  constructor(admit: Admit, come: (terminal: Terminal) => void) {
    this.#admit = admit;
    this.#come = come;
  }

  /** @param key names the terminal's key */
  async connect(key: string, hello: Partial<Hello> = {}): Promise<FakeTerminal> {
    const acceptor = new LinkAcceptor({
      admission: true,
      onLink: (link) => greet(link, '', this.#admit, silent, this.#come),
    });
    const peer = { fingerprint: fingerprintOf(key), address: '10.0.0.7:5000' };
    const dial = async () => {
      const [near, far] = MemoryStream.pair();
      acceptor.accept(far, peer, acceptor.reserve());
      return { stream: near, peer: { fingerprint: null, address: 'memory' } };
    };
    const terminal = new FakeTerminal(key, await connectStreams(dial));
    terminal.send({ ...HELLO, terminalName: key, ...hello });
    return terminal;
  }
}

/** A terminal's end of a link, which notes all that comes. */
export class FakeTerminal {
  readonly key: string;
  readonly fingerprint: string;
  readonly link: ClientLink;
  readonly heard: ControlMessage[] = [];
  readonly frames: { view: number; picture: string }[] = [];
  readonly streams = new Map<Channel, LinkStream>();
  closed: LinkClosed | null = null;
  view = 0;
  #insertion = 0;

  constructor(key: string, link: ClientLink) {
    this.key = key;
    this.fingerprint = fingerprintOf(key);
    this.link = link;
    link.onClose((info) => {
      this.closed = info;
    });
    link.controlStream.onMessage((bytes) => {
      const message = decodeControl(bytes);
      if (message.type === 'unknown') return;
      this.heard.push(message);
      if (message.type === 'View') this.#show(message);
    });
    link.onUni((_channel, unit) => {
      const { header, payload } = decodeFrameUnit(unit);
      this.frames.push({ view: header.view, picture: pictureOf(payload) });
    });
  }

  /** Opens its channels, as a terminal does once it is let in. */
  async open(): Promise<this> {
    await this.hears('Welcome');
    for (const channel of [Channel.input, Channel.cursor, Channel.display]) {
      const stream = await this.link.openBidi(channel);
      stream.onMessage(() => {});
      this.streams.set(channel, stream);
    }
    return this;
  }

  #show({ view }: View): void {
    this.view = view;
    this.streams.get(Channel.input)?.send(encodeInput({ type: 'InputView', view }));
  }

  key_(code: number): void {
    const key = encodeInput({ type: 'Key', sequence: 1, timeUs: 0, code, pressed: true });
    this.streams.get(Channel.input)?.send(key);
  }

  send(message: ControlMessage): void {
    this.link.controlStream.send(encodeControl(message));
  }

  insert(card: {
    tokenId: string;
    kind?: number;
    reader?: string;
    cardKey?: boolean;
    pinKey?: boolean;
  }): number {
    this.#insertion += 1;
    const { kind = 0, reader = 'reader', cardKey = false, pinKey = false, tokenId } = card;
    this.send({
      type: 'CardInserted',
      insertion: this.#insertion,
      reader,
      kind,
      tokenId,
      atr: new Uint8Array(),
      cardKey,
      pinKey,
      eventUs: 0,
    });
    return this.#insertion;
  }

  remove(insertion = this.#insertion): void {
    this.send({ type: 'CardRemoved', insertion });
  }

  /** Waits for the count-th message of a type. */
  hears<T extends ControlMessage['type']>(
    type: T,
    count = 1,
  ): Promise<ControlMessage & { type: T }> {
    return eventually(() => {
      const found = this.heard.filter((message) => message.type === type)[count - 1];
      if (!found) throw new Error(`no ${type}; heard ${this.heard.map((m) => m.type).join(' ')}`);
      return found as ControlMessage & { type: T };
    });
  }

  /** Waits until this page is what is shown. */
  shows(page: keyof typeof PageKind): Promise<ShowPage> {
    return eventually(() => {
      const last = this.heard.findLast(({ type }) => type === 'ShowPage' || type === 'View');
      if (last?.type === 'ShowPage' && last.page === PageKind[page]) return last;
      const pages = this.heard.flatMap((m) => (m.type === 'ShowPage' ? [m.page] : []));
      throw new Error(`shows ${last?.type} ${JSON.stringify(pages)}, not ${page}`);
    });
  }

  close(): void {
    this.link.close(0, 'the test ends');
  }
}

const pictureOf = (payload: Uint8Array): string =>
  /<<(.+)>>/.exec(Buffer.from(payload).toString())?.[1] ?? '';
