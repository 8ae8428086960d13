/** Base of every error the project throws on purpose: `code` is stable and meant for programs, `message` for people. */
export class WayRayError extends Error {
  override readonly name: string = 'WayRayError';
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

export type ProtocolErrorCode =
  | 'truncated'
  | 'too-long'
  | 'out-of-range'
  | 'malformed'
  | 'unexpected'
  | 'version';

/** The peer broke a rule of the wire protocol; whoever catches it closes that peer and nobody else. */
export class ProtocolError extends WayRayError {
  override readonly name: string = 'ProtocolError';

  /** @param where the message and field, or the layer, that was being read, e.g. `FrameUpdate.regions`. */
  constructor(code: ProtocolErrorCode, where: string, what: string, options?: { cause?: unknown }) {
    super(code, `${where}: ${what}`, options);
  }
}

/** The peer speaks another version of the protocol. */
export class VersionError extends ProtocolError {
  override readonly name = 'ProtocolError';
  readonly theirs: number;
  readonly ours: number;

  /** @param theirs major version, or that of the link, as `ours` */
  constructor(where: string, what: string, versions: { theirs: number; ours: number }) {
    super('version', where, what);
    this.theirs = versions.theirs;
    this.ours = versions.ours;
  }
}

export type LinkErrorCode =
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'pin-mismatch'
  | 'closed'
  | 'busy'
  | 'overflow'
  | 'lost'
  | 'usage';

/** A connection could not be made or did not survive. */
export class LinkError extends WayRayError {
  override readonly name = 'LinkError';

  constructor(code: LinkErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
  }
}

/** Something that the user set is wrong; programs exit with 78. The message names what, and what was expected. */
export class ConfigError extends WayRayError {
  override readonly name = 'ConfigError';

  constructor(message: string, options?: { cause?: unknown }) {
    super('config', message, options);
  }
}
