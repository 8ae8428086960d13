import { ConfigError } from '../../../protocol/errors.ts';
import { ExitError } from '../../../protocol/node/cli.ts';

/** Exit statuses of wradm. They are stable. */
export const STATUS = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  denied: 4,
  unreachable: 5,
  conflict: 6,
} as const;

const OF_CODE: Readonly<Record<string, number>> = {
  usage: STATUS.usage,
  invalid: STATUS.usage,
  'too-large': STATUS.usage,
  'not-found': STATUS.notFound,
  denied: STATUS.denied,
  unauthenticated: STATUS.denied,
  limited: STATUS.denied,
  unreachable: STATUS.unreachable,
  conflict: STATUS.conflict,
  exists: STATUS.conflict,
  full: STATUS.conflict,
};

/** Ends wradm with one line and the status that belongs to its code. */
export class CommandError extends ExitError {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, OF_CODE[code] ?? STATUS.failed, options);
    this.code = code;
  }
}

/** What a person can do something about; anything else is a defect and stays as it is. */
export function asCommandError(error: unknown): unknown {
  if (error instanceof ConfigError) return new CommandError('failed', error.message);
  const { code, syscall, path, message } = error as NodeJS.ErrnoException;
  if (syscall === undefined || code === undefined) return error;
  return new CommandError('failed', path ? `${path}: ${code}` : message, { cause: error });
}
