import { WayRayError } from '../../../protocol/errors.ts';

/** wrsessd did not do what it was asked: it is away, did not answer in time, or could not. */
export class SessdError extends WayRayError {
  override readonly name = 'SessdError';
  declare readonly code: 'away' | 'timeout' | 'failed';

  constructor(code: 'away' | 'timeout' | 'failed', message: string) {
    super(code, message);
  }
}
