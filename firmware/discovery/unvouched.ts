import { LinkError } from '../../protocol/errors.ts';

/** A one-time code waits, and nothing but the network says that this server is the one it is meant for. */
export class UnvouchedError extends LinkError {
  constructor(address: string) {
    super('refused', `${address}: the one-time code needs its fingerprint (pin) beside it`);
  }
}
