import { VersionError, type WayRayError } from '../../protocol/errors.ts';
import { type Trouble, TroubleError } from '../discovery/trouble.ts';
import type { PageName } from '../screens/words.ts';
import { DamagedStateError } from './damaged-state.ts';
import { RefusedError } from './greeting.ts';

/** What a person sees of a connection that did not come about, and what follows. */
export interface Outage {
  readonly page: PageName;
  /** `soon`: it may be over any moment; `slowly`: somebody has to act first, and may not know that it is wanted. */
  readonly again: 'soon' | 'slowly';
  /** A run that ends by itself ends here. */
  readonly final: boolean;
}

const PAGES: Readonly<Record<Trouble, PageName>> = {
  'no-network': 'noNetwork',
  'no-address': 'noAddress',
  'no-server': 'serverNotFound',
  'no-answer': 'noServer',
  'wrong-certificate': 'wrongServer',
  'clock-wrong': 'clockWrong',
  'no-fingerprint': 'pinWanted',
};

export function outageOf(error: WayRayError): Outage {
  if (error instanceof TroubleError)
    return { page: PAGES[error.trouble], again: 'soon', final: error.code === 'pin-mismatch' };
  if (error.code === 'pin-mismatch') return { page: 'wrongServer', again: 'soon', final: true };
  if (error instanceof VersionError) {
    const page = error.theirs > error.ours ? 'terminalTooOld' : 'serverTooOld';
    return { page, again: 'slowly', final: true };
  }
  if (error instanceof DamagedStateError)
    return { page: 'damagedMemory', again: 'slowly', final: true };
  if (error instanceof RefusedError) return { page: 'serverRefused', again: 'slowly', final: true };
  return { page: error.code === 'busy' ? 'busy' : 'noServer', again: 'soon', final: false };
}
