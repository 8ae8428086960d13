import { createConnection, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type Command, PivApplet, parseCommand } from './piv-applet.ts';
import type { CardFault, CardSpec } from './spec.ts';

/** Contact card with T=1, or what a reader says of a contactless chip. */
const ATR = { contact: '3b800181', contactless: '3b8f8001804f0ca000000306030001000000006a' };
const POWER_OFF = 0;
const POWER_ON = 1;
const RESET = 2;
const SEND_ATR = 4;

export interface CardWatch {
  powered(): void;
  apdu(header: string): void;
  removed(): void;
}

/** A card in a slot of vpcd: speaks its protocol (u16 length, then one control byte or an APDU). */
export class VirtualCard {
  readonly #spec: CardSpec;
  readonly #watch: CardWatch;
  readonly #applet: PivApplet | null;
  readonly #port: number;
  #socket: Socket | null = null;
  #buffer = Buffer.alloc(0);
  #removed = false;
  #powered = false;
  #faultCalls = 0;

  constructor(spec: CardSpec, port: number, watch: CardWatch) {
    this.#spec = spec;
    this.#watch = watch;
    this.#port = port;
    this.#applet = spec.kind === 'piv' ? new PivApplet(spec) : null;
    this.#connect();
  }

  get hasPower(): boolean {
    return this.#powered && !this.#removed;
  }

  remove(): void {
    this.#removed = true;
    this.#socket?.destroy();
    this.#watch.removed();
  }

  /** pcscd may have gone or not have come yet: a card lies in its reader all the same. */
  #connect(): void {
    const socket = createConnection(this.#port, '127.0.0.1');
    this.#socket = socket;
    this.#buffer = Buffer.alloc(0);
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (!this.#removed) setTimeout(() => this.#removed || this.#connect(), 50);
    });
  }

  #receive(bytes: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    while (this.#buffer.length >= 2) {
      const length = this.#buffer.readUInt16BE(0);
      if (this.#buffer.length < 2 + length) return;
      const message = Buffer.from(this.#buffer.subarray(2, 2 + length));
      this.#buffer = this.#buffer.subarray(2 + length);
      if (length === 1) this.#control(message[0] ?? 0);
      else void this.#apdu(message);
    }
  }

  #control(code: number): void {
    if (code === SEND_ATR) return this.#send(this.#atr());
    if (code === POWER_ON) {
      this.#powered = true;
      this.#watch.powered();
    }
    if (code === RESET || code === POWER_OFF || code === POWER_ON) this.#applet?.reset();
  }

  #atr(): Buffer {
    const { kind, atr } = this.#spec;
    return Buffer.from(atr ?? (kind === 'badge' ? ATR.contactless : ATR.contact), 'hex');
  }

  async #apdu(apdu: Buffer): Promise<void> {
    const command = parseCommand(apdu);
    this.#watch.apdu(apdu.subarray(0, 4).toString('hex'));
    if (this.#spec.delayMs) await wait(this.#spec.delayMs);
    const { fault } = this.#spec;
    if (fault && command.ins === fault.instruction && this.#faultCalls++ >= (fault.after ?? 0))
      return this.#misbehave(fault.kind);
    // A card that says 61FF is asked for the rest.
    if (fault?.kind === 'endless' && command.ins === 0xc0) return this.#misbehave('endless');
    this.#send(this.#answer(command));
  }

  #answer(command: Command): Buffer {
    if (this.#applet) return this.#applet.answer(command);
    if (this.#spec.kind === 'badge' && command.cla === 0xff && command.ins === 0xca)
      return Buffer.from(`${this.#spec.uid}9000`, 'hex');
    return Buffer.from('6d00', 'hex');
  }

  #misbehave(kind: CardFault['kind']): void {
    switch (kind) {
      case 'mute':
        return;
      case 'vanish':
        return this.remove();
      case 'short':
        return this.#send(Buffer.of(0x90));
      case 'empty':
        return this.#send(Buffer.from('9000', 'hex'));
      case 'huge':
        return this.#send(Buffer.concat([Buffer.alloc(60_000, 0x41), Buffer.from('9000', 'hex')]));
      case 'endless':
        return this.#send(Buffer.concat([Buffer.alloc(255, 0x53), Buffer.from('61ff', 'hex')]));
      case 'garbage':
        return this.#send(
          Buffer.concat([Buffer.from('c3f1a07e55', 'hex'), Buffer.from('9000', 'hex')]),
        );
      case 'longTlv':
        return this.#send(Buffer.from('5384ffffffff70827fff309000', 'hex'));
      default:
        kind satisfies never;
    }
  }

  #send(bytes: Buffer): void {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    this.#socket?.write(Buffer.concat([length, bytes]));
  }
}
