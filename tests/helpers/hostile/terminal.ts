import { randomBytes } from 'node:crypto';
import {
  type ControlMessage,
  decodeControl,
  encodeControl,
  Role,
} from '../../../protocol/generated/control.ts';
import type { ClientLink } from '../../../protocol/link/connector.ts';
import { FrameKind } from '../../../protocol/link/framing.ts';
import type { Lane } from '../../../protocol/link/lane.ts';
import type { LinkClosed } from '../../../protocol/link/link.ts';
import type { Identity } from '../../../protocol/node/identity.ts';
import { connectTls } from '../../../protocol/node/tls-client.ts';
import { PROTOCOL_MAJOR, PROTOCOL_MINOR } from '../../../protocol/version.ts';
import { eventually } from '../eventually.ts';

const NO_KEYBOARD = { rules: '', model: '', layout: '', variant: '', options: '' };

/** A terminal with a good key that says whatever it is told to say. */
export class HostileTerminal {
  readonly link: ClientLink;
  readonly heard: ControlMessage[] = [];
  closed: LinkClosed | null = null;
  sent = 0;
  onHeard: (message: ControlMessage) => void = () => {};

  /** @param address host:port */
  static async connect(address: string, identity: Identity, name: string) {
    const [host = '', port] = address.split(':');
    const link = await connectTls({ host, port: Number(port), identity });
    const terminal = new HostileTerminal(link);
    terminal.send({
      type: 'Hello',
      major: PROTOCOL_MAJOR,
      minor: PROTOCOL_MINOR,
      role: Role.terminal,
      software: 'test',
      capabilities: [],
      terminalName: name,
      outputs: [],
      keyboard: NO_KEYBOARD,
      credential: '',
    });
    await terminal.hears('Welcome');
    return terminal;
  }

  private constructor(link: ClientLink) {
    this.link = link;
    link.onClose((info) => {
      this.closed = info;
    });
    link.controlStream.onMessage((bytes) => {
      const message = decodeControl(bytes);
      if (message.type === 'unknown') return;
      this.heard.push(message);
      this.onHeard(message);
    });
  }

  send(message: ControlMessage): void {
    this.sendBytes(encodeControl(message));
  }

  sendBytes(bytes: Uint8Array): void {
    if (this.closed) return;
    this.sent += 1;
    this.link.controlStream.send(bytes);
  }

  /** With a number for a token that nobody has registered, unless one is named. */
  insert(
    insertion: number,
    tokenId = randomBytes(16).toString('hex'),
    kind = 0,
    reader = 'reader',
  ): void {
    const card = { reader, kind, tokenId, atr: new Uint8Array(20), eventUs: 0 };
    this.send({ type: 'CardInserted', insertion, ...card, cardKey: true, pinKey: true });
  }

  hears<T extends ControlMessage['type']>(type: T): Promise<ControlMessage & { type: T }> {
    return eventually(() => {
      const found = this.heard.findLast((message) => message.type === type);
      if (!found) throw new Error(`no ${type}; ${this.closed?.reason} ${this.types}`);
      return found as ControlMessage & { type: T };
    });
  }

  /** Everything that was sent has been read, or the server has had enough. */
  async read(): Promise<void> {
    // The answer to a Ping of the future is a round trip of nothing, which no other is.
    const timeUs = Math.round(performance.now() * 1000) + 1e9;
    const ping = encodeControl({ type: 'Ping', sequence: 0, timeUs });
    (this.link.controlStream as Lane).sendFrame(FrameKind.link, [ping]);
    await eventually(() => {
      if (!this.closed && this.link.stats().rttMs !== 0) throw new Error('not read');
    });
  }

  get types(): string {
    return this.heard.map(({ type }) => type).join(' ');
  }

  close(): void {
    this.link.close(0, 'the test ends');
  }
}
