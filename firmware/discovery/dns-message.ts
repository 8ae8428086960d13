import { ProtocolError } from '../../protocol/errors.ts';

export const RECORD = { a: 1, ptr: 12, txt: 16, srv: 33 } as const;

/** A resource record; those of other types are passed over. Names are without a final dot. */
export type DnsRecord = { readonly name: string } & (
  | { readonly type: 'A'; readonly address: string }
  | { readonly type: 'PTR'; readonly target: string }
  | { readonly type: 'TXT'; readonly strings: readonly string[] }
  | {
      readonly type: 'SRV';
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
    }
);

export interface Question {
  readonly name: string;
  /** One of RECORD. */
  readonly type: number;
}

export interface DnsMessage {
  readonly id: number;
  readonly isAnswer: boolean;
  readonly questions: readonly Question[];
  /** Of all three sections. */
  readonly records: readonly DnsRecord[];
}

const HEADER_BYTES = 12;
/** A message over multicast may be larger than others (RFC 6762, section 17). */
const MAX_BYTES = 9000;
const MAX_RECORDS = 128;
const MAX_NAME = 255;
const INTERNET = 1;
/** In a question: please answer to me alone (RFC 6762, section 5.4). */
const UNICAST = 0x8000;
const WHERE = 'DNS message';

/** A query, without recursion. Labels are separated by dots. */
export function encodeQuery(id: number, questions: readonly Question[]): Uint8Array {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(questions.length, 4);
  return Buffer.concat([header, ...questions.map(encodeQuestion)]);
}

function encodeQuestion({ name, type }: Question): Uint8Array {
  const tail = Buffer.alloc(4);
  tail.writeUInt16BE(type, 0);
  tail.writeUInt16BE(INTERNET | UNICAST, 2);
  return Buffer.concat([encodeName(name), tail]);
}

/** @throws ProtocolError when it does not fit */
export function encodeName(name: string): Uint8Array {
  const labels = name.split('.').map((label) => Buffer.from(label, 'latin1'));
  if (labels.some(({ length }) => length === 0 || length > 63) || name.length > MAX_NAME - 2)
    throw new ProtocolError('out-of-range', WHERE, 'a name that cannot be encoded');
  return Buffer.concat([...labels.flatMap((l) => [Buffer.of(l.length), l]), Buffer.of(0)]);
}

/** @throws ProtocolError for anything but a whole message; extra bytes at the end count as wrong */
export function decodeMessage(bytes: Uint8Array): DnsMessage {
  if (bytes.length > MAX_BYTES) throw new ProtocolError('too-long', WHERE, `${bytes.length} bytes`);
  const reader = new Reader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  const id = reader.u16();
  const isAnswer = (reader.u16() & 0x8000) !== 0;
  const questionCount = reader.u16();
  const recordCount = reader.u16() + reader.u16() + reader.u16();
  if (questionCount + recordCount > MAX_RECORDS)
    throw new ProtocolError('out-of-range', WHERE, `${questionCount + recordCount} records`);
  const questions = Array.from({ length: questionCount }, () => reader.question());
  const records: DnsRecord[] = [];
  for (let i = 0; i < recordCount; i++) {
    const record = reader.record();
    if (record) records.push(record);
  }
  reader.end();
  return { id, isAnswer, questions, records };
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  u16(): number {
    return this.#take(2).readUInt16BE();
  }

  end(): void {
    if (this.#at !== this.#bytes.length)
      throw new ProtocolError('malformed', WHERE, 'bytes after its end');
  }

  question(): Question {
    const name = this.#name();
    const type = this.u16();
    this.u16();
    return { name, type };
  }

  /** Null for a record of no use here. */
  record(): DnsRecord | null {
    const name = this.#name();
    const type = this.u16();
    const isInternet = (this.u16() & 0x7fff) === INTERNET;
    this.#take(4);
    const length = this.u16();
    const end = this.#at + length;
    if (end > this.#bytes.length) throw truncated();
    const record = isInternet ? this.#data(name, type, end) : null;
    if (record && this.#at !== end)
      throw new ProtocolError('malformed', WHERE, 'a record of the wrong length');
    this.#at = end;
    return record;
  }

  #data(name: string, type: number, end: number): DnsRecord | null {
    switch (type) {
      case RECORD.a:
        return { name, type: 'A', address: [...this.#take(4)].join('.') };
      case RECORD.ptr:
        return { name, type: 'PTR', target: this.#name() };
      case RECORD.txt:
        return { name, type: 'TXT', strings: this.#strings(end) };
      case RECORD.srv: {
        const [priority, weight, port] = [this.u16(), this.u16(), this.u16()];
        return { name, type: 'SRV', priority, weight, port, target: this.#name() };
      }
      default:
        return null;
    }
  }

  #strings(end: number): string[] {
    const strings: string[] = [];
    while (this.#at < end) {
      const length = this.#take(1)[0] as number;
      if (this.#at + length > end) throw truncated();
      strings.push(this.#take(length).toString('latin1'));
    }
    return strings;
  }

  /** A pointer leads backwards only, so that no name is endless. */
  #name(): string {
    const labels: string[] = [];
    let length = 0;
    let at = this.#at;
    let before = at;
    let after: number | null = null;
    for (;;) {
      const size = this.#byte(at);
      if (size >= 0xc0) {
        const to = ((size & 0x3f) << 8) | this.#byte(at + 1);
        if (to >= before) throw new ProtocolError('malformed', WHERE, 'a name points forward');
        after ??= at + 2;
        at = before = to;
        continue;
      }
      if (size > 63) throw new ProtocolError('malformed', WHERE, 'an unknown kind of label');
      if (size === 0) break;
      if (at + 1 + size > this.#bytes.length) throw truncated();
      length += size + 1;
      if (length > MAX_NAME) throw new ProtocolError('too-long', WHERE, 'a name');
      labels.push(this.#bytes.toString('latin1', at + 1, at + 1 + size));
      at += 1 + size;
    }
    this.#at = after ?? at + 1;
    return labels.join('.');
  }

  #byte(at: number): number {
    const byte = this.#bytes[at];
    if (byte === undefined) throw truncated();
    return byte;
  }

  #take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw truncated();
    const taken = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return taken;
  }
}

function truncated(): ProtocolError {
  return new ProtocolError('truncated', WHERE, 'it ends early');
}
