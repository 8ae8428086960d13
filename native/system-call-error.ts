type Made<Failure> = new (
  call: string,
  errno: number,
  message: string,
  options?: { cause?: unknown },
) => Failure;

/** The system did not do what it was asked. */
export abstract class SystemCallError extends Error {
  /** The system call or function. */
  readonly call: string;
  readonly errno: number;

  constructor(call: string, errno: number, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.call = call;
    this.errno = errno;
  }
}

/** @throws `Failure` for what an addon throws with a call and an errno; anything else passes */
export function asSystemCallError<Failure extends SystemCallError, Result>(
  failure: Made<Failure>,
  run: () => Result,
): Result {
  try {
    return run();
  } catch (cause) {
    const { call, errno, message } = cause as Partial<SystemCallError>;
    if (typeof call !== 'string' || typeof errno !== 'number') throw cause;
    throw new failure(call, errno, String(message), { cause });
  }
}
