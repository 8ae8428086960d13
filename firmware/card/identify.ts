import { WayRayError } from '../../protocol/errors.ts';
import { type LocatingToken, makeToken } from '../../protocol/session/token.ts';
import { CAC, readCacIdentity } from './cac.ts';
import type { Ask, CardApplet } from './card-applet.ts';
import { CardError } from './card-error.ts';
import type { CardKeyName } from './card-reader.ts';
import { OK } from './exchange.ts';
import { hasKey, PIV, readGuid } from './piv.ts';

export interface Identity {
  readonly token: LocatingToken;
  readonly keys: Readonly<Record<CardKeyName, boolean>>;
  /** What holds the keys; null for a badge. */
  readonly applet: CardApplet | null;
}

const CPLC_TAG = Buffer.from('9f7f2a', 'hex');
const CPLC_BYTES = 42;

/**
 * What lies in the reader: a PIV card, named by its GUID or else by the serial number of its chip; a CAC card, named by
 * its certificate; or else a badge, named by its UID.
 * @throws CardError `unsupported` for everything else, saying why
 */
export async function identify(ask: Ask): Promise<Identity> {
  if (await PIV.select(ask)) return identifyPiv(ask);
  if (await CAC.select(ask)) return identifyCac(ask);
  return identifyBadge(ask);
}

async function identifyPiv(ask: Ask): Promise<Identity> {
  const guid = await readGuid(ask);
  const keys = { cardKey: await hasKey(ask, 'cardKey'), pinKey: await hasKey(ask, 'pinKey') };
  const id = guid ?? (await readChipSerial(ask));
  if (!id) throw new CardError('unsupported', 'a PIV card without a number of its own');
  return { token: tokenOf('smartCard', id), keys, applet: PIV };
}

async function identifyCac(ask: Ask): Promise<Identity> {
  const { id, hasUsableKey } = await readCacIdentity(ask);
  const keys = { cardKey: false, pinKey: hasUsableKey };
  return { token: tokenOf('smartCard', id), keys, applet: CAC };
}

/** A pseudo command that readers of contactless chips answer themselves (PC/SC part 3, 3.2.2.1.3). */
async function identifyBadge(ask: Ask): Promise<Identity> {
  const answer = await ask({ cla: 0xff, ins: 0xca, p1: 0x00, p2: 0x00 });
  if (answer.statusWord !== OK)
    throw new CardError('unsupported', 'neither a PIV or CAC card nor a badge with a number');
  const keys = { cardKey: false, pinKey: false };
  return { token: tokenOf('badge', answer.data), keys, applet: null };
}

/** Maker, type, date, serial and batch of the chip out of GlobalPlatform's production data. */
async function readChipSerial(ask: Ask): Promise<Uint8Array | null> {
  const selected = await ask({ ins: 0xa4, p1: 0x04, p2: 0x00 });
  if (selected.statusWord !== OK) return null;
  const { statusWord, data } = await ask({ cla: 0x80, ins: 0xca, p1: 0x9f, p2: 0x7f });
  if (statusWord !== OK) return null;
  const tagged = CPLC_TAG.equals(data.subarray(0, CPLC_TAG.length));
  const cplc = tagged ? data.subarray(CPLC_TAG.length) : data;
  const serial = cplc.subarray(12, 16);
  if (cplc.length !== CPLC_BYTES || serial.every((byte) => byte === 0 || byte === 0xff))
    return null;
  return Buffer.concat([cplc.subarray(0, 4), cplc.subarray(10, 18)]);
}

function tokenOf(kind: 'smartCard' | 'badge', id: Uint8Array): LocatingToken {
  try {
    return makeToken(kind, Buffer.from(id).toString('hex'));
  } catch (cause) {
    if (!(cause instanceof WayRayError)) throw cause;
    throw new CardError('unsupported', cause.message, { cause });
  }
}
