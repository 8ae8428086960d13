import { WayRayError } from '../errors.ts';
import { type LocatingToken, tokenText } from './token.ts';

/** Names a key where it is signed; the wire's CardKey numbers are not. */
export type CardKeyName = 'cardKey' | 'pinKey';

/** What a card's signature is bound to: it is worth nothing at another server, terminal, token, key or challenge. */
export interface CardProofSubject {
  /** SHA-256 over the server's certificate as the terminal saw it in the handshake: 64 hex digits. */
  readonly serverFingerprint: string;
  /** SHA-256 over the terminal's certificate as the server saw it in the handshake: 64 hex digits. */
  readonly terminalFingerprint: string;
  readonly token: LocatingToken;
  readonly key: CardKeyName;
  /** 32 bytes from the broker's random source, used once. */
  readonly nonce: Uint8Array;
}

export const CARD_PROOF_DOMAIN = 'WayRay card proof 1\0';
export const CARD_PROOF_NONCE_BYTES = 32;

/**
 * The exact bytes that are signed:
 *
 *   bytes  what
 *   20     "WayRay card proof 1" and a zero byte, ASCII
 *   32     fingerprint of the server
 *   32     fingerprint of the terminal
 *   1 + n  length, then the token as protocol/session/token.ts writes it, e.g. "smartCard:00112233445566778899aabbccddeeff"
 *   1 + n  length, then "cardKey" or "pinKey"
 *   32     nonce
 *
 * Every key signs these bytes in the usual way of its algorithm: ECDSA P-256 and RSA over their SHA-256, ECDSA P-384
 * over their SHA-384, Ed25519 over the bytes themselves.
 * @throws WayRayError `card-proof` when a part has not the length it must have
 */
export function cardProofText(subject: CardProofSubject): Uint8Array {
  if (subject.nonce.length !== CARD_PROOF_NONCE_BYTES) throw refused('the nonce has 32 bytes');
  return joined([
    ascii(CARD_PROOF_DOMAIN),
    fingerprint(subject.serverFingerprint),
    fingerprint(subject.terminalFingerprint),
    counted(tokenText(subject.token)),
    counted(subject.key),
    subject.nonce,
  ]);
}

function fingerprint(hex: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/.test(hex)) throw refused('a fingerprint has 64 hexadecimal digits');
  return Uint8Array.from({ length: 32 }, (_, at) =>
    Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16),
  );
}

/** Its length stands in front, or else two neighbours could be divided in another way. */
function counted(text: string): Uint8Array {
  if (text.length > 255) throw refused('the token is too long');
  return joined([Uint8Array.of(text.length), ascii(text)]);
}

/** Token texts and key names are made of nothing else. */
const ascii = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0));

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const refused = (what: string) => new WayRayError('card-proof', `card proof refused: ${what}`);
