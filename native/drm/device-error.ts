import { asSystemCallError, SystemCallError } from '../system-call-error.ts';

/** A graphics device did not do what it was asked: the ioctl (or `open`, `mmap`, `read`, `closed`) and the errno. */
export class DeviceError extends SystemCallError {
  override readonly name = 'DeviceError';
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
export const asDeviceError = <Result>(run: () => Result): Result =>
  asSystemCallError(DeviceError, run);
