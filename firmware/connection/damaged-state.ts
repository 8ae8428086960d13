import { WayRayError } from '../../protocol/errors.ts';

/** What the terminal keeps cannot be used. It is read again at the next attempt: somebody may have put it right. */
export class DamagedStateError extends WayRayError {
  override readonly name = 'DamagedStateError';
  constructor(message: string, options?: { cause?: unknown }) {
    super('damaged-state', message, options);
  }
}
