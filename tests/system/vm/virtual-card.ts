import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { CardChip } from '../../helpers/card/card-chip.ts';
import type { CardSpec } from '../../helpers/card/spec.ts';
import type { Qmp } from './qmp.ts';

/** Of the VSCard protocol (vscard_common.h of libcacard), version 0.0.2; numbers are big-endian. */
const MessageType = {
  init: 1,
  error: 2,
  readerAdd: 3,
  atr: 5,
  cardRemove: 6,
  apdu: 7,
  flush: 8,
  flushComplete: 9,
} as const;
const HEADER_BYTES = 12;
/** Far more than an APDU. */
const MAX_BYTES = 65_536;
const MAGIC = Buffer.from('VSCD');
const VERSION = 2;
/**
 * QEMU's reader forgets the answer to a command when the card goes meanwhile, and its driver waits for a minute or more:
 * a hand that takes the card waits for so long a pause, and not for longer than this.
 */
const QUIET_MS = 300;
const RESTLESS_MS = 15_000;
const READER = 0;
const UNDEFINED_READER = 0xffff_ffff;
const ANSWER_MS = 30_000;
/** QEMU's reader knows no T=1. */
const ATR_T0 = '3b00';

/**
 * The card in a machine's USB reader, seen from the host: QEMU's `ccid-card-passthru` connects here and asks this card
 * whatever the guest's pcscd asks the reader. The card never hears of a reset: that ends at QEMU's reader.
 *
 *     await using card = await VirtualCard.listen(path);
 *     spawn('qemu-system-x86_64', [..., ...card.qemuArguments()]);
 *     await card.insert(await makePivCard());
 */
export class VirtualCard {
  /** First four bytes of the commands that cards have got so far, as hexadecimal digits. */
  readonly commands: string[] = [];
  readonly #path: string;
  readonly #server: Server;
  /** QEMU has its reader. */
  readonly #ready = Promise.withResolvers<void>();
  #socket: Socket | null = null;
  #buffer: Buffer = Buffer.alloc(0);
  #chip: CardChip | null = null;
  #lastCommandMs = Number.NEGATIVE_INFINITY;
  #waiting: ((code: number) => void)[] = [];
  /** Cards answer one command after the other. */
  #tail: Promise<void> = Promise.resolve();

  private constructor(path: string, server: Server) {
    this.#path = path;
    this.#server = server;
    server.on('connection', (socket) => this.#connected(socket));
  }

  /** @param path of the Unix socket; QEMU must be started after this */
  static async listen(path: string): Promise<VirtualCard> {
    const server = createServer();
    const card = new VirtualCard(path, server);
    server.listen(path);
    await once(server, 'listening');
    return card;
  }

  /** A USB controller and the reader with this card in it. @param reader QEMU's name for the reader, another for each */
  qemuArguments(reader = 'ccid0'): string[] {
    return [
      ...['-device', `qemu-xhci,id=${reader}-usb`],
      ...['-device', `usb-ccid,id=${reader},bus=${reader}-usb.0`],
      ...['-chardev', `socket,id=${reader}-card,path=${this.#path}`],
      ...['-device', `ccid-card-passthru,chardev=${reader}-card,bus=${reader}.0`],
    ];
  }

  /** Puts the reader's inside into a machine that runs. @param reader QEMU's name of a usb-ccid device */
  async plug(qmp: Qmp, reader: string): Promise<void> {
    const addr = { type: 'unix', data: { path: this.#path } };
    const backend = { type: 'socket', data: { addr, server: false } };
    await qmp.execute('chardev-add', { id: `${reader}-card`, backend });
    await qmp.execute('device_add', {
      driver: 'ccid-card-passthru',
      chardev: `${reader}-card`,
      bus: `${reader}.0`,
    });
    await this.connected();
  }

  /** Resolves when QEMU has come and has its reader. */
  connected(): Promise<void> {
    return this.#ready.promise;
  }

  /** Also before QEMU is there: then the card lies in its reader when it comes. @throws Error when QEMU refuses */
  async insert(spec: CardSpec): Promise<void> {
    if (this.#chip) throw new Error('a card lies there');
    this.#chip = new CardChip({ atr: ATR_T0, ...spec });
    if (this.#socket) await this.#ask(MessageType.atr, this.#chip.atr);
  }

  /** When no command is under way. Does nothing when no card is there. @throws Error when QEMU refuses */
  async remove(): Promise<void> {
    const deadlineMs = performance.now() + RESTLESS_MS;
    for (;;) {
      const nowMs = performance.now();
      const leftMs = this.#lastCommandMs + QUIET_MS - nowMs;
      if (leftMs <= 0 || nowMs > deadlineMs) break;
      await wait(leftMs);
    }
    await this.#pull();
  }

  async #pull(): Promise<void> {
    if (!this.#chip) return;
    this.#chip = null;
    if (this.#socket) await this.#ask(MessageType.cardRemove);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket?.destroy();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #connected(socket: Socket): void {
    this.#socket?.destroy();
    this.#socket = socket;
    this.#buffer = Buffer.alloc(0);
    socket.on('data', (bytes) => this.#receive(socket, bytes));
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      for (const answer of this.#waiting.splice(0)) answer(-1);
    });
    this.#send(MessageType.init, Buffer.concat([MAGIC, be32(VERSION), be32(0)]), UNDEFINED_READER);
    void this.#begin().catch((error: Error) => socket.destroy(error));
  }

  async #begin(): Promise<void> {
    await this.#ask(MessageType.readerAdd, Buffer.from('WayRay\0'));
    if (this.#chip) await this.#ask(MessageType.atr, this.#chip.atr);
    this.#ready.resolve();
  }

  #receive(socket: Socket, bytes: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    while (this.#buffer.length >= HEADER_BYTES) {
      const length = this.#buffer.readUInt32BE(8);
      if (length > MAX_BYTES) return void socket.destroy();
      if (this.#buffer.length < HEADER_BYTES + length) return;
      const type = this.#buffer.readUInt32BE(0);
      const payload = Buffer.from(this.#buffer.subarray(HEADER_BYTES, HEADER_BYTES + length));
      this.#buffer = this.#buffer.subarray(HEADER_BYTES + length);
      this.#message(type, payload);
    }
  }

  #message(type: number, payload: Buffer): void {
    if (type === MessageType.error) this.#waiting.shift()?.(payload.readUInt32BE(0));
    else if (type === MessageType.apdu) this.#tail = this.#tail.then(() => this.#answer(payload));
    else if (type === MessageType.flush)
      this.#tail = this.#tail.then(() => this.#send(MessageType.flushComplete));
    // Init is QEMU's answer to ours, or its own first word: an answer to it would be answered again.
  }

  async #answer(apdu: Buffer): Promise<void> {
    const chip = this.#chip;
    this.#lastCommandMs = performance.now();
    this.commands.push(apdu.subarray(0, 4).toString('hex'));
    if (!chip) return;
    const answer = await chip.answer(apdu);
    if (answer === 'vanish') await this.#pull();
    else if (answer !== 'mute' && chip === this.#chip) this.#send(MessageType.apdu, answer);
  }

  /** QEMU answers these with an Error message, of code 0 if all is well. */
  async #ask(type: number, payload: Buffer = Buffer.alloc(0)): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#waiting.push(resolve);
    this.#send(type, payload);
    const timer = setTimeout(() => resolve(-1), ANSWER_MS);
    const code = await promise;
    clearTimeout(timer);
    if (code !== 0) throw new Error(`QEMU refused message ${type}: ${code}`);
  }

  #send(type: number, payload: Buffer = Buffer.alloc(0), reader = READER): void {
    this.#socket?.write(Buffer.concat([be32(type), be32(reader), be32(payload.length), payload]));
  }
}

function be32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
