import { LinkError, type LinkErrorCode } from '../../protocol/errors.ts';

/** Why there is no link; each has a page that says so. */
export type Trouble =
  | 'no-network'
  | 'no-address'
  | 'no-server'
  | 'no-answer'
  | 'wrong-certificate'
  | 'clock-wrong'
  | 'no-fingerprint';

/** No server could be reached, and why. */
export class TroubleError extends LinkError {
  readonly trouble: Trouble;

  constructor(
    trouble: Trouble,
    code: LinkErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(code, message, options);
    this.trouble = trouble;
  }
}
