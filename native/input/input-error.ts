/** Input devices, or who gives them, did not do what they were asked: the function (or `open`, `closed`) and the errno. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly call: string;
  readonly errno: number;

  constructor(call: string, errno: number, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.call = call;
    this.errno = errno;
  }
}

/** @throws InputError for what the addon throws about devices; anything else passes */
export function asInputError<Made>(call: () => Made): Made {
  try {
    return call();
  } catch (cause) {
    const { call: name, errno, message } = cause as Partial<InputError>;
    if (typeof name !== 'string' || typeof errno !== 'number') throw cause;
    throw new InputError(name, errno, String(message), { cause });
  }
}
