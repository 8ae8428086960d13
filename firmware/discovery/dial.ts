import { ConfigError, LinkError } from '../../protocol/errors.ts';
import type { Link } from '../../protocol/link/link.ts';
import type { Identity } from '../../protocol/node/identity.ts';
import type { Logger } from '../../protocol/node/log.ts';
import { connectTls } from '../../protocol/node/tls-client.ts';
import { ATTACHMENT_CHANNELS } from '../connection/attachment.ts';
import { DamagedStateError } from '../connection/damaged-state.ts';
import type { KnownServers } from '../connection/known-servers.ts';
import { addressOf, type Candidate, type Origin } from './candidate.ts';
import { UnvouchedError } from './unvouched.ts';

export interface DialDeps {
  readonly identity: Identity;
  readonly known: KnownServers;
  readonly log: Logger;
  /** A one-time code is going to be told to whoever is dialled. */
  readonly codeWaits?: () => boolean;
}

/** Whom an administrator of the terminal names; anybody on the network can answer for the others. */
const TRUSTED: readonly Origin[] = ['command-line', 'file'];

/**
 * A server without a fingerprint is trusted the first time and must be the same ever after. What a network says of a
 * server that is remembered does not count for more than the memory. With a one-time code nobody is trusted for the first
 * time: it would be told to whoever answers first.
 */
export function dialler(deps: DialDeps): (server: Candidate) => Promise<Link> {
  const { identity, known, log, codeWaits } = deps;
  return async (server) => {
    const address = addressOf(server);
    const byPin = server.pin !== undefined && TRUSTED.includes(server.origin);
    // Where an administrator says who it is, a memory that is damaged does no harm.
    const remembered = byPin ? undefined : known.fingerprintOf(address);
    const byMemory = remembered !== undefined;
    if (!byPin && !byMemory && codeWaits?.()) throw new UnvouchedError(address);
    if (byMemory && server.pin && server.pin !== remembered) {
      const what = `${server.from} says that ${address} has fingerprint ${server.pin}`;
      throw mismatch(what, known);
    }
    const expected = byMemory ? remembered : server.pin;
    try {
      const { host, port } = server;
      const link = await connectTls({
        host,
        port,
        identity,
        early: ATTACHMENT_CHANNELS,
        ...(expected ? { pin: expected } : {}),
      });
      const { fingerprint } = link.peer;
      const isNews = !expected || server.origin === 'command-line';
      if (isNews && fingerprint) remember(known, address, fingerprint, log);
      return link;
    } catch (error) {
      if (!byMemory || !(error instanceof LinkError) || error.code !== 'pin-mismatch') throw error;
      throw mismatch(error.message, known, error);
    }
  };
}

function mismatch(what: string, { file }: KnownServers, cause?: Error): LinkError {
  const advice = `if that is right, remove its line from ${file}`;
  return new LinkError('pin-mismatch', `${what}; it had another before: ${advice}`, { cause });
}

/** A terminal that cannot write, or has lost what it wrote, still works; its server is trusted or named anew next time. */
function remember(known: KnownServers, address: string, fingerprint: string, log: Logger): void {
  try {
    known.remember(address, fingerprint);
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof DamagedStateError)) throw error;
    log.warn({ reason: error.message }, 'the server cannot be remembered');
  }
}
