import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { makePivCard } from '../../helpers/card/make-card.ts';
import { eventually } from '../../helpers/eventually.ts';
import { scratchFolder } from '../../helpers/scratch.ts';
import { VirtualCard } from './virtual-card.ts';

const [INIT, ERROR, READER_ADD, ATR, CARD_REMOVE, APDU, FLUSH, FLUSH_DONE] = [
  1, 2, 3, 5, 6, 7, 8, 9,
];
const SELECT_PIV = '00a4040009a0000003080000100000';

function message(type: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt32BE(type, 0);
  header.writeUInt32BE(payload.length, 8);
  return Buffer.concat([header, payload]);
}

/** The machine's side of the protocol; says yes to everything. */
class Reader {
  readonly got: { readonly type: number; readonly payload: string }[] = [];
  readonly #socket: Socket;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.#socket = connect(path);
    this.#socket.on('data', (bytes) => this.#receive(bytes));
  }

  send(type: number, payload?: Buffer): void {
    this.#socket.write(message(type, payload));
  }

  /** In pieces of one byte. */
  async trickle(type: number, payload: Buffer): Promise<void> {
    for (const byte of message(type, payload)) {
      this.#socket.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async next(type: number): Promise<string> {
    return eventually(() => {
      const at = this.got.findIndex((one) => one.type === type);
      if (at < 0) throw new Error(`no message ${type}: ${JSON.stringify(this.got)}`);
      return this.got.splice(at, 1)[0]?.payload ?? '';
    });
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #receive(bytes: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    while (this.#buffer.length >= 12) {
      const length = this.#buffer.readUInt32BE(8);
      if (this.#buffer.length < 12 + length) return;
      const type = this.#buffer.readUInt32BE(0);
      const payload = this.#buffer.subarray(12, 12 + length).toString('hex');
      this.#buffer = this.#buffer.subarray(12 + length);
      this.got.push({ type, payload });
      if (type === READER_ADD || type === ATR || type === CARD_REMOVE)
        this.send(ERROR, Buffer.alloc(4));
    }
  }
}

test('a card is put into the reader, answers and is taken out', async (t) => {
  using scratch = scratchFolder();
  await using card = await VirtualCard.listen(join(scratch.path, 'card'));
  using reader = new Reader(join(scratch.path, 'card'));
  t.is(await reader.next(INIT), '565343440000000200000000');
  await reader.next(READER_ADD);
  await card.insert(await makePivCard());
  t.is(await reader.next(ATR), '3b00');
  await reader.trickle(APDU, Buffer.from(SELECT_PIV, 'hex'));
  t.regex(await reader.next(APDU), /^61.*9000$/);
  t.deepEqual(card.commands, ['00a40400']);
  reader.send(FLUSH);
  t.is(await reader.next(FLUSH_DONE), '');
  await card.remove();
  t.is(await reader.next(CARD_REMOVE), '');
  await card.remove();
});

test('a card that lies there before the machine starts, and after it starts again', async (t) => {
  using scratch = scratchFolder();
  await using card = await VirtualCard.listen(join(scratch.path, 'card'));
  await card.insert(await makePivCard());
  await t.throwsAsync(card.insert(await makePivCard()));
  for (let start = 0; start < 2; start++) {
    using reader = new Reader(join(scratch.path, 'card'));
    t.is(await reader.next(ATR), '3b00');
  }
});

const qemu = spawnSync('qemu-system-x86_64', ['--version']).status === 0;
(qemu ? test : test.skip)('QEMU takes the card', async (t) => {
  using scratch = scratchFolder();
  const path = join(scratch.path, 'card');
  await using card = await VirtualCard.listen(path);
  await card.insert(await makePivCard());
  const args = ['-S', '-nodefaults', '-display', 'none', '-M', 'pc', '-accel', 'tcg'];
  const child = spawn('qemu-system-x86_64', [...args, ...card.qemuArguments('ccid0')]);
  try {
    await card.connected();
    await card.remove();
    await card.insert(await makePivCard());
    t.is(child.exitCode, null);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});
