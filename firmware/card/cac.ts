import { createHash } from 'node:crypto';
import type { Ask, CardApplet, PinAnswer } from './card-applet.ts';
import { CardError } from './card-error.ts';
import { type CardKey, cardKeyOf, unpackCertificate } from './card-key.ts';
import type { CardKeyName } from './card-reader.ts';
import { demandOk, OK } from './exchange.ts';
import { readPinTries, verifyPin } from './pin.ts';

/** PKI applet of the first key, which is the one for authentication (GSC-IS 2.1 with CAC's data model). */
const AUTHENTICATION = Buffer.from('a0000000790100', 'hex');
const PIN_REFERENCE = 0x00;
const READ_BUFFER = 0x52;
const SIGN_DECRYPT = 0x42;
const MORE_TO_COME = 0x80;
/** Cards and their readers give no more at a time. */
const PIECE_BYTES = 240;
/** A certificate and the few bytes beside it. */
const BUFFER_MAX_BYTES = 4_352;
const NOT_SATISFIED = 0x6985;
const Buffers = { tags: 1, values: 2 } as const;
const Tag = { certificate: 0x70, certificateInfo: 0x71 } as const;

/**
 * Common Access Card without a PIV applet: GSC-IS 2.1 (NIST IR 6887), 5.3 for the commands, 8 for the buffers. Its key
 * wants a PIN, and only a reset takes back what that allowed.
 */
export const CAC: CardApplet = {
  name: 'CAC',
  select,
  readKey,
  verifyPin: checkPin,
  readPinTries: (ask) => readPinTries(ask, PIN_REFERENCE),
  forgetPin: async () => false,
  sign,
};

/**
 * The applet is selected. A CAC card has no number that all makers keep unique: SHA-256 of its certificate, 32 bytes,
 * names it.
 * @throws CardError
 */
export async function readCacIdentity(
  ask: Ask,
): Promise<{ readonly id: Uint8Array; readonly hasUsableKey: boolean }> {
  const certificate = await readCertificate(ask);
  const id = createHash('sha256').update(certificate).digest();
  return { id, hasUsableKey: isUsable(certificate) };
}

async function select(ask: Ask): Promise<boolean> {
  const answer = await ask({ ins: 0xa4, p1: 0x04, p2: 0x00, data: AUTHENTICATION });
  return answer.statusWord === OK;
}

async function readKey(ask: Ask, name: CardKeyName): Promise<CardKey> {
  if (name !== 'pinKey') throw new CardError('unsupported', 'a CAC card wants a PIN for each key');
  return rsaKeyOf(await readCertificate(ask));
}

function rsaKeyOf(certificate: Uint8Array): CardKey {
  const key = cardKeyOf(certificate);
  if (key.publicKey.asymmetricKeyType !== 'rsa')
    throw new CardError('unsupported', 'a CAC card signs with RSA');
  return key;
}

function isUsable(certificate: Uint8Array): boolean {
  try {
    rsaKeyOf(certificate);
    return true;
  } catch (error) {
    if (error instanceof CardError && error.code === 'unsupported') return false;
    throw error;
  }
}

/** A card that does not count its tries (QEMU's) says that conditions are not satisfied, and means the PIN. */
async function checkPin(ask: Ask, pin: Uint8Array): Promise<PinAnswer> {
  try {
    return await verifyPin(ask, PIN_REFERENCE, pin);
  } catch (error) {
    if (!(error instanceof CardError) || error.statusWord !== NOT_SATISFIED) throw error;
    return { right: false, triesLeft: null };
  }
}

async function readCertificate(ask: Ask): Promise<Uint8Array> {
  const objects = splitObjects(
    await readBuffer(ask, Buffers.tags),
    await readBuffer(ask, Buffers.values),
  );
  const certificate = objects.get(Tag.certificate);
  if (!certificate?.length) throw new CardError('unsupported', 'the card has no certificate');
  const packed = ((objects.get(Tag.certificateInfo)?.[0] ?? 0) & 0x03) === 1;
  // A view of a larger answer would keep all of it.
  return packed ? unpackCertificate(certificate) : Uint8Array.from(certificate);
}

/** Two bytes tell the length of what follows, the lower one first. */
async function readBuffer(ask: Ask, which: number): Promise<Uint8Array> {
  const head = await readPiece(ask, which, 0, 2);
  const length = le16(head, 0);
  if (length === undefined) throw malformed('a buffer without a length');
  if (length > BUFFER_MAX_BYTES) throw malformed('a buffer that is too long');
  const parts: Uint8Array[] = [];
  for (let at = 0; at < length; ) {
    const part = await readPiece(ask, which, 2 + at, Math.min(PIECE_BYTES, length - at));
    parts.push(part);
    at += part.length;
  }
  return Buffer.concat(parts);
}

async function readPiece(ask: Ask, which: number, offset: number, length: number) {
  const data = Uint8Array.of(which, length);
  const answer = await ask({
    cla: 0x80,
    ins: READ_BUFFER,
    p1: offset >> 8,
    p2: offset & 0xff,
    data,
  });
  const bytes = demandOk(answer, 'read its certificate');
  if (bytes.length === 0 || bytes.length > length) throw malformed('a piece of another length');
  return bytes;
}

/** Tags and lengths stand in one buffer, the values in another (8.4: simple TLV, long lengths behind FF). */
function splitObjects(tags: Uint8Array, values: Uint8Array): Map<number, Uint8Array> {
  const objects = new Map<number, Uint8Array>();
  let value = 0;
  for (let at = 0; at < tags.length; ) {
    const tag = tags[at] as number;
    const short = tags[at + 1];
    const length = short === 0xff ? le16(tags, at + 2) : short;
    if (length === undefined) throw malformed('an object that ends in its length');
    at += short === 0xff ? 4 : 2;
    if (value + length > values.length) throw malformed('an object longer than its buffer');
    if (!objects.has(tag)) objects.set(tag, values.subarray(value, value + length));
    value += length;
  }
  return objects;
}

async function sign(
  ask: Ask,
  _name: CardKeyName,
  _key: CardKey,
  input: Uint8Array,
): Promise<Uint8Array> {
  const command = { cla: 0x80, ins: SIGN_DECRYPT, p2: 0x00, slow: true };
  let at = 0;
  for (; input.length - at > PIECE_BYTES; at += PIECE_BYTES) {
    const data = input.subarray(at, at + PIECE_BYTES);
    demandOk(await ask({ ...command, p1: MORE_TO_COME, data, noAnswer: true }), 'sign');
  }
  const signature = demandOk(await ask({ ...command, p1: 0x00, data: input.subarray(at) }), 'sign');
  if (signature.length === 0) throw malformed('no signature');
  return Uint8Array.from(signature);
}

function le16(bytes: Uint8Array, at: number): number | undefined {
  const [low, high] = [bytes[at], bytes[at + 1]];
  return low === undefined || high === undefined ? undefined : low | (high << 8);
}

const malformed = (what: string) => new CardError('malformed', `the card sent ${what}`);
