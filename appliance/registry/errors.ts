import { WayRayError } from '../../protocol/errors.ts';

export type RegistryErrorCode =
  /** A field has a value that is not allowed. */
  | 'invalid'
  | 'not-found'
  /** There is one already. */
  | 'exists'
  /** Somebody else changed the record since it was read; read it again. */
  | 'stale'
  /** A terminal's name is taken by another key, or a terminal shows another session. */
  | 'conflict'
  | 'revoked'
  /** Unknown, wrong, expired, used and tried too often look the same. */
  | 'code-refused'
  /** A bound on the number of records is reached. */
  | 'full'
  /** Another process holds the database for longer than the busy timeout. */
  | 'busy'
  | 'corrupt'
  /** Written by a later version. */
  | 'newer'
  /** A database of another program. */
  | 'foreign'
  | 'no-space'
  | 'io'
  | 'key-missing'
  | 'key-malformed'
  | 'key-permissions'
  | 'wrong-key'
  /** A sealed field was changed, or moved here from another record. */
  | 'tampered'
  | 'closed';

/** The registry cannot do what was asked; nothing of it was done. */
export class RegistryError extends WayRayError {
  override readonly name = 'RegistryError';
  declare readonly code: RegistryErrorCode;

  constructor(code: RegistryErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
  }
}
