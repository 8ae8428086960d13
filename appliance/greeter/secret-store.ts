import { answerMax } from '../wire/limits.ts';
import type { FieldId } from './conversation/state.ts';

interface Secret {
  readonly bytes: Buffer;
  used: number;
}

/** What is typed into secret fields, as UTF-8 in memory that is wiped: never a string. */
export class SecretStore {
  readonly #secrets = new Map<FieldId, Secret>();

  append(field: FieldId, codePoint: number): void {
    const secret = this.#of(field);
    secret.used += writeCharacter(secret.bytes, secret.used, codePoint);
  }

  /** Takes the last character away. */
  erase(field: FieldId): void {
    const { bytes, used } = this.#of(field);
    let end = used;
    while (end > 0 && ((bytes[--end] as number) & 0xc0) === 0x80);
    bytes.fill(0, end, used);
    this.#of(field).used = end;
  }

  clear(field: FieldId): void {
    const secret = this.#of(field);
    secret.bytes.fill(0);
    secret.used = 0;
  }

  /** A view; empty where nothing was typed. */
  read(field: FieldId): Uint8Array {
    const { bytes, used } = this.#of(field);
    return bytes.subarray(0, used);
  }

  wipe(): void {
    for (const { bytes } of this.#secrets.values()) bytes.fill(0);
    this.#secrets.clear();
  }

  [Symbol.dispose](): void {
    this.wipe();
  }

  #of(field: FieldId): Secret {
    let secret = this.#secrets.get(field);
    if (!secret) {
      // Not out of Node's pool, whose memory others see.
      secret = { bytes: Buffer.alloc(answerMax), used: 0 };
      this.#secrets.set(field, secret);
    }
    return secret;
  }
}

/** Returns the bytes written; 0 where there is no room. */
function writeCharacter(bytes: Buffer, at: number, code: number): number {
  const length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  if (at + length > bytes.length) return 0;
  if (length === 1) {
    bytes[at] = code;
    return 1;
  }
  const lead = [0, 0, 0xc0, 0xe0, 0xf0][length] as number;
  bytes[at] = lead | (code >> (6 * (length - 1)));
  for (let i = 1; i < length; i++) bytes[at + i] = 0x80 | ((code >> (6 * (length - 1 - i))) & 0x3f);
  return length;
}
