import type { Ask, CardApplet } from './card-applet.ts';
import { CardError } from './card-error.ts';
import { type CardKey, cardKeyOf, unpackCertificate } from './card-key.ts';
import type { CardKeyName } from './card-reader.ts';
import { demandOk, OK } from './exchange.ts';
import { readPinTries, verifyPin } from './pin.ts';
import { findTlv, makeTlv } from './tlv.ts';

const APPLET = Buffer.from('a00000030800001000', 'hex');
const GUID_BYTES = 16;
const PIN_REFERENCE = 0x80;
/** Reference of the key and of its certificate's object (NIST SP 800-73-4, part 1, tables 3 and 4b). */
const KEYS = {
  cardKey: { reference: 0x9e, object: Buffer.from('5fc101', 'hex') },
  pinKey: { reference: 0x9a, object: Buffer.from('5fc105', 'hex') },
} as const satisfies Record<CardKeyName, unknown>;
const CHUID = Buffer.from('5fc102', 'hex');

async function select(ask: Ask): Promise<boolean> {
  const answer = await ask({ ins: 0xa4, p1: 0x04, p2: 0x00, data: APPLET });
  if (answer.statusWord !== OK) return false;
  if (findTlv(answer.data, 0x61) === undefined)
    throw new CardError('malformed', 'the PIV applet does not introduce itself');
  return true;
}

/** Personal Identity Verification (NIST SP 800-73-4). */
export const PIV: CardApplet = {
  name: 'PIV',
  select,
  readKey,
  verifyPin: (ask, pin) => verifyPin(ask, PIN_REFERENCE, pin),
  readPinTries: (ask) => readPinTries(ask, PIN_REFERENCE),
  forgetPin,
  sign,
};

/** The card's number, 16 bytes; null when it has none. The applet is selected. @throws CardError */
export async function readGuid(ask: Ask): Promise<Uint8Array | null> {
  // The signature behind it takes most of the object, and most of the time; nobody here needs it.
  const content = await readObject(ask, CHUID, true);
  const guid = content && findTlv(content, 0x34, { cut: true });
  if (guid?.length !== GUID_BYTES) return null;
  return guid.some((byte) => byte !== 0) ? guid : null;
}

/** Whether there is a certificate for the key, by the beginning of it. @throws CardError */
export async function hasKey(ask: Ask, name: CardKeyName): Promise<boolean> {
  const content = await readObject(ask, KEYS[name].object, true);
  return !!content && !!findTlv(content, 0x70, { cut: true })?.length;
}

async function readKey(ask: Ask, name: CardKeyName): Promise<CardKey> {
  const content = (await readObject(ask, KEYS[name].object, false)) ?? new Uint8Array();
  const certificate = findTlv(content, 0x70);
  if (!certificate?.length) throw new CardError('unsupported', 'the card has no certificate');
  const packed = ((findTlv(content, 0x71)?.[0] ?? 0) & 0x03) === 1;
  // A view of a larger answer would keep all of it.
  return cardKeyOf(packed ? unpackCertificate(certificate) : Uint8Array.from(certificate));
}

async function forgetPin(ask: Ask): Promise<boolean> {
  const answer = await ask({ ins: 0x20, p1: 0xff, p2: PIN_REFERENCE, noAnswer: true });
  return answer.statusWord === OK;
}

async function sign(
  ask: Ask,
  name: CardKeyName,
  key: CardKey,
  input: Uint8Array,
): Promise<Uint8Array> {
  const request = Buffer.concat([makeTlv(0x82, new Uint8Array()), makeTlv(0x81, input)]);
  const answer = await ask({
    ins: 0x87,
    p1: key.algorithm,
    p2: KEYS[name].reference,
    data: makeTlv(0x7c, request),
    slow: true,
  });
  const template = findTlv(demandOk(answer, 'sign'), 0x7c);
  const signature = template && findTlv(template, 0x82);
  if (!signature?.length) throw new CardError('malformed', 'the card answered without a signature');
  return Uint8Array.from(signature);
}

/** What stands in tag 53; null when there is no such object, or when it is empty. */
async function readObject(
  ask: Ask,
  object: Uint8Array,
  startOnly: boolean,
): Promise<Uint8Array | null> {
  const data = makeTlv(0x5c, object);
  const answer = await ask({ ins: 0xcb, p1: 0x3f, p2: 0xff, data, startOnly });
  // Not found, or not to be had by us: both mean that it is not there for us.
  if (answer.statusWord !== OK) return null;
  const content = findTlv(answer.data, 0x53, { cut: startOnly });
  if (content === undefined) throw new CardError('malformed', 'the card gave another object');
  return content.length > 0 ? content : null;
}
