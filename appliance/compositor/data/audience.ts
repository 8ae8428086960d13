import type { Seat } from '../seat/seat.ts';
import type { SelectionAudience } from './selection-teller.ts';

/** The seat's keyboard focus decides who may know of a selection. */
export function audienceOf(seat: Seat): SelectionAudience {
  return {
    get focusedClient() {
      return seat.keyboardFocus?.client ?? null;
    },
    get closed() {
      return seat.locked;
    },
    onFocusChanging: (callback) => seat.onFocusChanging(callback),
    schedule: (callback) => seat.afterBatch(callback),
  };
}
