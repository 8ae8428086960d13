import { getSystemErrorMap } from 'node:util';

/** The connection to the compositor is over. `code` is an errno's name: EPIPE when the compositor went away. */
export class DisconnectedError extends Error {
  override readonly name: string = 'DisconnectedError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The compositor says that we broke a protocol; the connection is over. */
export class ProtocolViolation extends DisconnectedError {
  override readonly name = 'ProtocolViolation';
  /** Of the object the error is about; null when it is gone here. */
  readonly interfaceName: string | null;
  readonly objectId: number;
  /** One of the interface's error enum. */
  readonly protocolCode: number;

  constructor(complaint: string, interfaceName: string | null, id: number, code: number) {
    super('EPROTO', complaint.trim() || `${interfaceName ?? 'object'}@${id}: error ${code}`);
    this.interfaceName = interfaceName;
    this.objectId = id;
    this.protocolCode = code;
  }
}

export function endOf(
  errno: number,
  complaint: string,
  interfaceName: string | null,
  id: number,
  code: number,
): DisconnectedError {
  const name = getSystemErrorMap().get(-errno)?.[0] ?? `errno ${errno}`;
  if (name === 'EPROTO') return new ProtocolViolation(complaint, interfaceName, id, code);
  return new DisconnectedError(name, `the Wayland connection has ended: ${name}`);
}
