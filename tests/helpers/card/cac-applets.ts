import { deflateSync } from 'node:zlib';
import type { Command } from './piv-applet.ts';
import { signWithCardKey } from './raw-signature.ts';
import type { CacSpec } from './spec.ts';

const AUTHENTICATION = Buffer.from('a0000000790100', 'hex');
const status = (sw: number) => Buffer.from([sw >> 8, sw & 0xff]);
const le16 = (value: number) => Buffer.of(value & 0xff, value >> 8);

/** The card side of GSC-IS 2.1 as CAC cards use it: one PKI applet with its certificate and key. */
export class CacApplets {
  readonly #spec: CacSpec;
  readonly #buffers: Readonly<Record<number, Buffer>>;
  #selected = false;
  #verified = false;
  #triesLeft: number;
  #signs: Buffer[] = [];
  #rest = Buffer.alloc(0);

  constructor(spec: CacSpec) {
    this.#spec = spec;
    this.#triesLeft = spec.tries;
    const plain = Buffer.from(spec.key.certificate, 'base64');
    const certificate = spec.packed ? deflateSync(plain) : plain;
    const tags = [Buffer.of(0x71, 1, 0x70, 0xff), le16(certificate.length), Buffer.of(0x72, 0)];
    this.#buffers = {
      1: file(...tags),
      2: file(Buffer.of(spec.packed ? 1 : 0), certificate),
    };
  }

  /** No command takes back what a PIN allowed. */
  reset(): void {
    this.#selected = this.#verified = false;
    this.#signs = [];
  }

  answer(command: Command): Buffer {
    if (command.ins === 0xc0) return this.#page(this.#rest, command.le);
    const answer = this.#run(command);
    if (answer.length <= 2) return answer;
    return this.#page(answer.subarray(0, -2), command.le);
  }

  #page(bytes: Buffer, le: number): Buffer {
    const part = bytes.subarray(0, le);
    this.#rest = Buffer.from(bytes.subarray(le));
    const left = this.#rest.length;
    const more = 0x6100 | (left > 255 ? 0 : left);
    return Buffer.concat([part, status(left === 0 ? 0x9000 : more)]);
  }

  #run({ cla, ins, p1, p2, data }: Command): Buffer {
    if (cla === 0 && ins === 0xa4) return this.#select(p1, data);
    if (cla === 0 && ins === 0x20) return this.#verify(p1, p2, data);
    if (!this.#selected || cla !== 0x80) return status(0x6d00);
    if (ins === 0x52) return this.#read((p1 << 8) | p2, data);
    if (ins === 0x42) return this.#sign(p1, data);
    return status(0x6d00);
  }

  #select(p1: number, aid: Buffer): Buffer {
    this.#selected = p1 === 4 && AUTHENTICATION.equals(aid);
    return status(this.#selected ? 0x9000 : 0x6a82);
  }

  #verify(p1: number, p2: number, data: Buffer): Buffer {
    if (p1 !== 0 || p2 !== 0) return status(0x6a86);
    if (data.length === 0) return this.#verified ? status(0x9000) : this.#tries();
    if (this.#triesLeft === 0) return status(0x6983);
    const expected = Buffer.alloc(8, 0xff);
    expected.write(this.#spec.pin, 'ascii');
    this.#verified = data.equals(expected);
    this.#triesLeft = this.#verified ? this.#spec.tries : this.#triesLeft - 1;
    return this.#verified ? status(0x9000) : this.#tries();
  }

  #tries(): Buffer {
    return this.#triesLeft === 0 ? status(0x6983) : status(0x63c0 | this.#triesLeft);
  }

  #read(offset: number, [which = 0, length = 0]: Buffer): Buffer {
    const buffer = this.#buffers[which];
    if (!buffer || offset > buffer.length) return status(0x6a86);
    return Buffer.concat([buffer.subarray(offset, offset + length), status(0x9000)]);
  }

  #sign(p1: number, data: Buffer): Buffer {
    this.#signs.push(data);
    if (p1 === 0x80) return status(0x9000);
    const block = Buffer.concat(this.#signs.splice(0));
    if (!this.#verified) return status(0x6982);
    if (block.length !== 256) return status(0x6984);
    return Buffer.concat([signWithCardKey(this.#spec.key, block), status(0x9000)]);
  }
}

/** What READ BUFFER reads: its length in front. */
function file(...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([le16(content.length), content]);
}
