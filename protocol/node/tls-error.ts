import { BROKEN_RULE, CUT_OFF } from '../../native/stream/tls.ts';
import { ProtocolError } from '../errors.ts';

/** What TLS has to say about the peer as the error it is; the system's errors stay what they are. */
export function tlsError(error: NodeJS.ErrnoException): Error {
  const { code, message } = error;
  if (code === BROKEN_RULE) return new ProtocolError('malformed', 'TLS', message, { cause: error });
  if (code !== CUT_OFF) return error;
  return new ProtocolError('truncated', 'TLS', 'the peer hung up without a word', { cause: error });
}
