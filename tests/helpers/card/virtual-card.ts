import { createConnection, type Socket } from 'node:net';
import { CardChip } from './card-chip.ts';
import type { CardSpec } from './spec.ts';

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
  readonly #watch: CardWatch;
  readonly #chip: CardChip;
  readonly #port: number;
  #socket: Socket | null = null;
  #buffer = Buffer.alloc(0);
  #removed = false;
  #powered = false;

  constructor(spec: CardSpec, port: number, watch: CardWatch) {
    this.#chip = new CardChip(spec);
    this.#watch = watch;
    this.#port = port;
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
    if (code === SEND_ATR) return this.#send(this.#chip.atr);
    if (code === POWER_ON) {
      this.#powered = true;
      this.#watch.powered();
    }
    if (code === RESET || code === POWER_OFF || code === POWER_ON) this.#chip.reset();
  }

  async #apdu(apdu: Buffer): Promise<void> {
    this.#watch.apdu(apdu.subarray(0, 4).toString('hex'));
    const answer = await this.#chip.answer(apdu);
    if (answer === 'vanish') this.remove();
    else if (answer !== 'mute') this.#send(answer);
  }

  #send(bytes: Buffer): void {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    this.#socket?.write(Buffer.concat([length, bytes]));
  }
}
