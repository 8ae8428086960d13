import { LinkError } from '../errors.ts';

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOENT: 'there is no such socket',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name cannot be looked up',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'no answer',
  EACCES: 'permission denied',
  ECONNRESET: 'the connection was reset',
};

/** Says in words why a connection to `address` could not be made. */
export function dialError(error: Error, address: string): LinkError {
  if (error instanceof LinkError) return error;
  const { code } = error as NodeJS.ErrnoException;
  const words = WORDS[code ?? ''] ?? error.message;
  return new LinkError('unreachable', `cannot connect to ${address}: ${words}`, { cause: error });
}
