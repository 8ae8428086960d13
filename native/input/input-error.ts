import { asSystemCallError, SystemCallError } from '../system-call-error.ts';

/** Input devices, or who gives them, did not do what they were asked: the function (or `open`, `closed`) and the errno. */
export class InputError extends SystemCallError {
  override readonly name = 'InputError';
}

/** @throws InputError for what the addon throws about devices; anything else passes */
export const asInputError = <Result>(run: () => Result): Result =>
  asSystemCallError(InputError, run);
