import { ConfigError, ProtocolError } from '../../protocol/errors.ts';
import { type Candidate, MAX_CANDIDATES, parseServer } from './candidate.ts';

/** What a terminal says in option 60, and a server that means us may say back. */
export const VENDOR_CLASS = 'wayray-1';

/** Sub-options of option 43. */
const SUB = { pad: 0, server: 1, fingerprint: 2, end: 255 } as const;
/** Option 43 may be split over several options and joined again (RFC 3396). */
const MAX_BYTES = 4096;
const FINGERPRINT_BYTES = 32;
const WHERE = 'DHCP option 43';

interface SubOption {
  readonly code: number;
  readonly value: Uint8Array;
}

/**
 * Servers that option 43 names: sub-option 1 `HOST:PORT`, as often as there are servers, each may be followed by
 * sub-option 2, the 32 bytes of the SHA-256 of its certificate; one pair may come in either order. Others are passed over.
 * @param from the lease
 * @throws ProtocolError for anything that is not exactly that
 */
export function parseVendorOption(bytes: Uint8Array, from: string): Candidate[] {
  const candidates: Candidate[] = [];
  for (const { code, value } of inOurOrder([...subOptions(bytes)])) {
    if (code === SUB.server) candidates.push(server(value, from));
    else if (code === SUB.fingerprint) pinLast(candidates, value);
    if (candidates.length > MAX_CANDIDATES)
      throw new ProtocolError('out-of-range', WHERE, `more than ${MAX_CANDIDATES} servers`);
  }
  return candidates;
}

/** There are DHCP servers that turn the order around; of one server and one fingerprint it is clear what is meant. */
function inOurOrder(all: readonly SubOption[]): readonly SubOption[] {
  const ours = all.filter(({ code }) => code === SUB.server || code === SUB.fingerprint);
  const [first, second] = ours;
  const turned = first?.code === SUB.fingerprint && second?.code === SUB.server;
  return turned && ours.length === 2 ? [second, first] : ours;
}

function* subOptions(bytes: Uint8Array): Generator<SubOption> {
  if (bytes.length > MAX_BYTES) throw new ProtocolError('too-long', WHERE, `${bytes.length} bytes`);
  let at = 0;
  while (at < bytes.length) {
    const code = bytes[at++] as number;
    if (code === SUB.pad) continue;
    if (code === SUB.end) return onlyPadding(bytes.subarray(at));
    const length = bytes[at++];
    if (length === undefined || at + length > bytes.length)
      throw new ProtocolError('truncated', WHERE, `sub-option ${code} ends early`);
    yield { code, value: bytes.subarray(at, at + length) };
    at += length;
  }
}

function onlyPadding(rest: Uint8Array): void {
  if (rest.some((byte) => byte !== SUB.pad && byte !== SUB.end))
    throw new ProtocolError('malformed', WHERE, 'something follows its end');
}

function server(value: Uint8Array, from: string): Candidate {
  if (value.some((byte) => byte < 0x21 || byte > 0x7e))
    throw new ProtocolError('malformed', WHERE, 'the server is no printable text');
  try {
    const address = parseServer(Buffer.from(value).toString('latin1'), WHERE);
    return { ...address, origin: 'dhcp', from };
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause;
    throw new ProtocolError('malformed', WHERE, 'the server is not HOST:PORT', { cause });
  }
}

function pinLast(candidates: Candidate[], value: Uint8Array): void {
  const last = candidates.pop();
  if (!last) throw new ProtocolError('unexpected', WHERE, 'a fingerprint before any server');
  if (last.pin) throw new ProtocolError('unexpected', WHERE, 'two fingerprints for one server');
  if (value.length !== FINGERPRINT_BYTES)
    throw new ProtocolError('malformed', WHERE, `a fingerprint of ${value.length} bytes`);
  candidates.push({ ...last, pin: Buffer.from(value).toString('hex') });
}
