/** A graphics device did not do what it was asked: the ioctl (or `open`, `mmap`, `read`, `closed`) and the errno. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
  readonly call: string;
  readonly errno: number;

  constructor(call: string, errno: number, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.call = call;
    this.errno = errno;
  }
}

/** Linux errnos that mean something to a program that shows pictures. */
export const Errno = {
  perm: 1,
  noEntry: 2,
  acces: 13,
  busy: 16,
  noDevice: 19,
  invalid: 22,
} as const;

/** @throws DeviceError for what the addon throws about a device; anything else passes */
export function asDeviceError<Made>(call: () => Made): Made {
  try {
    return call();
  } catch (cause) {
    const {
      call: name,
      errno,
      message,
    } = cause as { call?: unknown; errno?: unknown; message: string };
    if (typeof name !== 'string' || typeof errno !== 'number') throw cause;
    throw new DeviceError(name, errno, message, { cause });
  }
}
