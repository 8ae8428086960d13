import { WayRayError } from '../errors.ts';

/**
 * What a person brings to be found by. A token only locates a session: its number can be copied, so it proves nothing.
 * - smartCard: the card's own number (GUID of a PIV card, serial number otherwise), 8 to 32 bytes
 * - badge: the UID of a contactless chip: 4, 7 or 10 bytes (ISO/IEC 14443-3)
 * - software: SHA-256 of a public key that lives on the terminal
 * - none: nothing; the person is found by user name after a login
 */
export type Token =
  | { readonly kind: 'smartCard' | 'badge' | 'software'; readonly id: string }
  | { readonly kind: 'none' };

export type LocatingToken = Exclude<Token, { kind: 'none' }>;
export type TokenKind = Token['kind'];

export interface TokenKindFacts {
  /** For people. */
  readonly title: string;
  /** Lengths in bytes that the id may have; empty where there is none. */
  readonly idBytes: readonly number[];
  /** It leaves when the person leaves, so that its removal detaches the session. */
  readonly removable: boolean;
  /** It has keys of its own that can answer a challenge. */
  readonly holdsKeys: boolean;
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

export const TOKEN_KINDS: Readonly<Record<TokenKind, TokenKindFacts>> = {
  smartCard: { title: 'smart card', idBytes: range(8, 32), removable: true, holdsKeys: true },
  badge: { title: 'badge', idBytes: [4, 7, 10], removable: true, holdsKeys: false },
  software: { title: 'software token', idBytes: [32], removable: false, holdsKeys: true },
  none: { title: 'no token', idBytes: [], removable: false, holdsKeys: false },
};

/** The id that cards without a number of their own report: it would locate everybody's session. */
const EMPTY_ID = /^(?:(?:00)+|(?:ff)+)$/;
/** ISO/IEC 14443-3: a four-byte UID that starts with 08 is drawn anew each time, and names nobody. */
const RANDOM_UID = /^08[0-9a-f]{6}$/;

/**
 * Reads `kind:hex`, e.g. `badge:04a2b3c4d5e6f7`, or `none`; hexadecimal digits in any case, with or without `:`, `-`
 * and spaces between them.
 * @throws WayRayError `token` saying what is wrong, without repeating the id
 */
export function parseToken(text: string): Token {
  if (text.length > 256) throw refused('longer than 256 characters');
  if (text === 'none') return { kind: 'none' };
  const colon = text.indexOf(':');
  const kind = text.slice(0, Math.max(colon, 0));
  if (!isLocatingKind(kind)) throw refused('expected smartCard:, badge: or software: and an id');
  return makeToken(kind, text.slice(colon + 1));
}

/** @throws WayRayError `token` saying what is wrong, without repeating the id */
export function makeToken(kind: LocatingToken['kind'], id: string): LocatingToken {
  const { title, idBytes } = TOKEN_KINDS[kind];
  if (id.length > 256) throw refused('longer than 256 characters');
  const hex = id.replace(/[\s:-]/g, '').toLowerCase();
  if (!/^(?:[0-9a-f]{2})+$/.test(hex)) throw refused(`a ${title} has an id of hexadecimal digits`);
  if (!idBytes.includes(hex.length / 2)) {
    const [least, most] = [Math.min(...idBytes), Math.max(...idBytes)];
    const lengths = idBytes.length > 3 ? `${least} to ${most}` : idBytes.join(', ');
    throw refused(`the id of a ${title} has ${lengths} bytes, not ${hex.length / 2}`);
  }
  if (EMPTY_ID.test(hex)) throw refused(`a ${title} without a number of its own locates nobody`);
  if (kind === 'badge' && RANDOM_UID.test(hex)) throw refused('the badge has a random number');
  return { kind, id: hex };
}

/** One spelling for each token: what is hashed. */
export const tokenText = (token: LocatingToken): string => `${token.kind}:${token.id}`;

const isLocatingKind = (kind: string): kind is LocatingToken['kind'] =>
  Object.hasOwn(TOKEN_KINDS, kind) && kind !== 'none';

const refused = (what: string) => new WayRayError('token', `token refused: ${what}`);
