import { signWithCardKey } from './raw-signature.ts';
import type { CardKeySpec, KeySlot, PivSpec } from './spec.ts';
import { tlv } from './tlv.ts';

const AID = Buffer.from('a000000308000010000100', 'hex');
const CERTIFICATES: Readonly<Record<string, KeySlot>> = { '5fc105': '9a', '5fc101': '9e' };
const SLOTS: Readonly<Record<number, KeySlot>> = { 154: '9a', 158: '9e' };
const ALGORITHM_IDS = { p256: 0x11, p384: 0x14, rsa2048: 0x07 } as const;
const status = (sw: number) => Buffer.from([sw >> 8, sw & 0xff]);

export interface Command {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Buffer;
  /** Bytes wanted, at most 256. */
  readonly le: number;
}

/** Short APDUs alone, as the host sends them. */
export function parseCommand(apdu: Buffer): Command {
  const [cla = 0, ins = 0, p1 = 0, p2 = 0, p3 = 0] = apdu;
  const data = apdu.length > 5 ? apdu.subarray(5, 5 + p3) : Buffer.alloc(0);
  const leByte = apdu.length === 5 ? p3 : (apdu[5 + p3] ?? 0);
  return { cla, ins, p1, p2, data, le: leByte === 0 ? 256 : leByte };
}

/** The card side of NIST SP 800-73-4, as far as tests need it. */
export class PivApplet {
  readonly #spec: PivSpec;
  #selected = false;
  #verified = false;
  #triesLeft: number;
  #chain: Buffer[] = [];
  #rest = Buffer.alloc(0);

  constructor(spec: PivSpec) {
    this.#spec = spec;
    this.#triesLeft = spec.tries;
  }

  reset(): void {
    this.#selected = this.#verified = false;
    this.#chain = [];
  }

  answer(command: Command): Buffer {
    if (command.ins === 0xc0) return this.#page(this.#rest, command.le);
    this.#chain.push(command.data);
    if (command.cla === 0x10) return status(0x9000);
    const data = Buffer.concat(this.#chain.splice(0));
    const full = this.#run(command, data);
    if (full.length <= 2) return full;
    return this.#page(full.subarray(0, -2), command.le);
  }

  #page(bytes: Buffer, le: number): Buffer {
    const part = bytes.subarray(0, le);
    this.#rest = Buffer.from(bytes.subarray(le));
    const left = this.#rest.length;
    return Buffer.concat([
      part,
      left === 0 ? status(0x9000) : status(0x6100 | (left > 255 ? 0 : left)),
    ]);
  }

  #run({ cla, ins, p1, p2 }: Command, data: Buffer): Buffer {
    if (ins === 0xa4) return this.#select(data);
    if (cla === 0x80 && ins === 0xca && !this.#selected && this.#spec.cplc)
      return Buffer.concat([Buffer.from(this.#spec.cplc, 'hex'), status(0x9000)]);
    if (!this.#selected) return status(0x6d00);
    if (ins === 0xcb) return this.#getData(data);
    if (ins === 0x20) return this.#verify(p1, data);
    if (ins === 0x87) return this.#authenticate(p1, p2, data);
    return status(0x6d00);
  }

  #select(aid: Buffer): Buffer {
    this.#selected = aid.length >= 9 && AID.subarray(0, aid.length).equals(aid);
    this.#verified = false;
    if (!this.#selected) return status(aid.length === 0 ? 0x9000 : 0x6a82);
    const template = tlv(
      0x61,
      tlv(0x4f, AID.subarray(5)),
      tlv(0x79, tlv(0x4f, AID.subarray(0, 5))),
    );
    return Buffer.concat([template, status(0x9000)]);
  }

  #getData(data: Buffer): Buffer {
    const object = data.subarray(2).toString('hex');
    const found = object === '5fc102' ? this.#chuid() : this.#certificate(object);
    return found ? Buffer.concat([tlv(0x53, found), status(0x9000)]) : status(0x6a82);
  }

  #chuid(): Buffer {
    const fascN = Buffer.from('d4e739da739ced39ce739da1685a1082108ce73984108ca3f5', 'hex');
    return Buffer.concat([
      tlv(0x30, fascN),
      tlv(0x34, Buffer.from(this.#spec.guid, 'hex')),
      tlv(0x35, Buffer.from('20491231')),
      tlv(0x3e),
      tlv(0xfe),
    ]);
  }

  #certificate(object: string): Buffer | null {
    const slot = CERTIFICATES[object];
    if (!slot) return null;
    const container = this.#spec.containers?.[slot];
    if (container !== undefined) return Buffer.from(container, 'base64');
    const key = this.#spec.keys[slot];
    if (!key) return null;
    return Buffer.concat([
      tlv(0x70, Buffer.from(key.certificate, 'base64')),
      tlv(0x71, Buffer.of(0)),
      tlv(0xfe),
    ]);
  }

  #verify(p1: number, data: Buffer): Buffer {
    if (p1 === 0xff) {
      this.#verified = false;
      return status(0x9000);
    }
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

  #authenticate(algorithm: number, reference: number, data: Buffer): Buffer {
    const slot = SLOTS[reference];
    const key = slot && this.#spec.keys[slot];
    if (!key) return status(0x6a88);
    if (ALGORITHM_IDS[key.algorithm] !== algorithm) return status(0x6a86);
    if (slot === '9a' && !this.#verified) return status(0x6982);
    const challenge = challengeIn(data);
    if (!challenge) return status(0x6a80);
    return Buffer.concat([
      tlv(0x7c, tlv(0x82, signWithCardKey(key as CardKeySpec, challenge))),
      status(0x9000),
    ]);
  }
}

/** 7C { 82 empty, 81 challenge } */
function challengeIn(data: Buffer): Buffer | null {
  const at = data.indexOf(Buffer.of(0x82, 0x00, 0x81));
  if (data[0] !== 0x7c || at < 0) return null;
  const form = data[at + 3] ?? 0;
  const lengthBytes = form < 0x80 ? 0 : form & 0x7f;
  const length = lengthBytes === 0 ? form : data.readUIntBE(at + 4, lengthBytes);
  const challenge = data.subarray(at + 4 + lengthBytes);
  return challenge.length === length ? challenge : null;
}
