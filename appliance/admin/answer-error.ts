import type { FastifyError } from 'fastify';
import { WayRayError } from '../../protocol/errors.ts';
import { RegistryError, type RegistryErrorCode } from '../registry/errors.ts';
import { AdminError } from './backend.ts';
import { REQUEST_ERRORS, RequestError, type RequestErrorCode } from './request-error.ts';

/** What the registry refuses; everything else of it is the server's trouble. */
const OF_REGISTRY: Partial<Record<RegistryErrorCode, RequestErrorCode>> = {
  invalid: 'invalid',
  'not-found': 'not-found',
  exists: 'exists',
  stale: 'conflict',
  conflict: 'conflict',
  revoked: 'conflict',
  full: 'full',
  busy: 'unavailable',
  'no-space': 'unavailable',
  io: 'unavailable',
  closed: 'unavailable',
};

/** Words of our own: those of the framework repeat what was sent. */
const OF_STATUS: Readonly<Record<number, readonly [RequestErrorCode, string]>> = {
  404: ['not-found', 'there is nothing at this address'],
  408: ['timeout', 'the request did not come in time'],
  413: ['too-large', 'the body is too large'],
  414: ['too-large', 'the address is too long'],
  415: ['unsupported-type', 'expected a body of application/json'],
  431: ['too-large', 'the headers are too large'],
  503: ['unavailable', 'the server ends'],
};

/** Makes an error of a request out of whatever went wrong; `failed` for what nobody foresaw. */
export function asRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  if (error instanceof AdminError) return new RequestError(error.code, error.message);
  if (error instanceof RegistryError) {
    const code = OF_REGISTRY[error.code] ?? 'failed';
    const message = code === 'failed' ? 'the registry cannot be used' : error.message;
    return new RequestError(code, message, { cause: error });
  }
  // Of the parts of the house that check what was sent, a token's id only.
  if (error instanceof WayRayError && error.code === 'token') {
    return new RequestError('invalid', error.message);
  }
  return ofFramework(error as FastifyError);
}

function ofFramework(error: FastifyError): RequestError {
  if (error.validation) return new RequestError('invalid', told(error));
  const { statusCode = 500 } = error;
  const known = OF_STATUS[statusCode];
  if (known) return new RequestError(known[0], known[1]);
  if (statusCode >= 400 && statusCode < 500) {
    return new RequestError('invalid', 'expected a well-formed request with a JSON object as body');
  }
  return new RequestError('failed', 'the server failed; its log says why', { cause: error });
}

/** Names fields of ours only, and repeats no value. */
function told({ validation, validationContext }: FastifyError): string {
  const first = validation?.[0];
  const path = (first?.instancePath ?? '').replaceAll('/', '.');
  const what =
    first?.keyword === 'unrecognized_keys' ? 'there is an unknown field' : first?.message;
  return `${validationContext ?? 'request'}${path}: ${what ?? 'not valid'}`;
}

/** The body of an answer. */
export const errorBody = ({ code, message }: RequestError) => ({ error: { code, message } });

export const statusOf = ({ code }: RequestError): number => REQUEST_ERRORS[code];
