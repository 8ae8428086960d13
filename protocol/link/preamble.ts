import { type Channel, isChannel } from '../channel.ts';
import { LinkError, ProtocolError, VersionError } from '../errors.ts';
import type { LanePrefix } from './lane.ts';
import { Origin } from './stream-link.ts';

/** First bytes on each connection of a byte-stream provider; see docs/wire-protocol.md, Links. */

export const LINK_VERSION = 1;
export const PREAMBLE_BYTES = 37;
export const NONCE_BYTES = 30;
const REPLY_BYTES = 6;
const MAGIC = [0x57, 0x52, 0x4c, 0x4b];

export const Status = { accepted: 0, version: 1, refused: 2 } as const;
export type Status = (typeof Status)[keyof typeof Status];

export interface Preamble {
  readonly version: number;
  readonly channel: Channel;
  readonly origin: Origin;
  /** Hex, for use as a key. */
  readonly nonce: string;
}

export const newNonce = (): Uint8Array => crypto.getRandomValues(new Uint8Array(NONCE_BYTES));

export function encodePreamble(channel: Channel, origin: Origin, nonce: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(PREAMBLE_BYTES);
  bytes.set(MAGIC);
  bytes.set([LINK_VERSION, channel, origin], MAGIC.length);
  bytes.set(nonce, PREAMBLE_BYTES - NONCE_BYTES);
  return bytes;
}

/** Throws ProtocolError; of another link version only the version is looked at. */
export function decodePreamble(bytes: Uint8Array): Preamble {
  checkMagic(bytes, 'preamble');
  const [version, channel, origin] = bytes.subarray(MAGIC.length) as unknown as number[];
  if (version !== LINK_VERSION) {
    const what = `link version ${version}, this is ${LINK_VERSION}`;
    throw new ProtocolError('version', 'preamble', what);
  }
  if (channel === undefined || !isChannel(channel)) {
    throw new ProtocolError('out-of-range', 'preamble', `there is no channel ${channel}`);
  }
  if (origin !== Origin.connecting && origin !== Origin.requested) {
    throw new ProtocolError('out-of-range', 'preamble', `there is no origin ${origin}`);
  }
  const nonce = bytes.subarray(PREAMBLE_BYTES - NONCE_BYTES, PREAMBLE_BYTES);
  return { version, channel, origin, nonce: hex(nonce) };
}

export const encodeReply = (status: Status): Uint8Array =>
  Uint8Array.from([...MAGIC, LINK_VERSION, status]);

/** What the connecting side expects before the frames. */
export const replyPrefix: LanePrefix = { bytes: REPLY_BYTES, check: checkReply };

function checkReply(bytes: Uint8Array): void {
  checkMagic(bytes, 'reply');
  const version = bytes[4];
  const status = bytes[5];
  if (status === Status.version) {
    const what = `the server speaks link version ${version}, this is ${LINK_VERSION}`;
    throw new VersionError('reply', what, { theirs: version ?? 0, ours: LINK_VERSION });
  }
  if (status !== Status.accepted)
    throw new LinkError('refused', 'the server refused the connection');
}

function checkMagic(bytes: Uint8Array, where: string): void {
  if (MAGIC.every((byte, i) => bytes[i] === byte)) return;
  throw new ProtocolError('malformed', where, 'the peer does not speak the WayRay link protocol');
}

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
