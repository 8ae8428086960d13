import { WayRayError } from '../../protocol/errors.ts';

/** Codes of errors that a client sees, each with its HTTP status. They are stable. */
export const REQUEST_ERRORS = {
  invalid: 400,
  unauthenticated: 401,
  denied: 403,
  'not-found': 404,
  timeout: 408,
  conflict: 409,
  exists: 409,
  full: 409,
  'too-large': 413,
  'unsupported-type': 415,
  limited: 429,
  failed: 500,
  unavailable: 503,
} as const;

export type RequestErrorCode = keyof typeof REQUEST_ERRORS;

/** A request that is answered with an error. */
export class RequestError extends WayRayError {
  override readonly name = 'RequestError';
  declare readonly code: RequestErrorCode;
  readonly retryAfterMs: number | null;

  constructor(
    code: RequestErrorCode,
    message: string,
    { retryAfterMs, ...options }: { cause?: unknown; retryAfterMs?: number } = {},
  ) {
    super(code, message, options);
    this.retryAfterMs = retryAfterMs ?? null;
  }
}
