import type { WindowId } from './policy.ts';

/**
 * The two-phase transaction as a pure machine. `idle` and `waiting` are the states at rest; `managing` lasts while the
 * policy decides and the configures go out.
 */
export type TransactionState =
  | { readonly phase: 'idle' }
  | {
      readonly phase: 'managing';
      readonly changed: boolean;
      /** What was waited for when an urgent change came in between. */
      readonly serials: ReadonlyMap<WindowId, number>;
    }
  | {
      readonly phase: 'waiting';
      readonly changed: boolean;
      /** The configure that each window has yet to draw. */
      readonly serials: ReadonlyMap<WindowId, number>;
    };

export type TransactionEvent =
  /** Urgent changes are decided at once; others wait for the clients, which paces a drag by what they can draw. */
  | { readonly type: 'changed'; readonly urgent: boolean }
  /** The manage phase is over; these windows were configured with another size. */
  | { readonly type: 'managed'; readonly serials: ReadonlyMap<WindowId, number> }
  /** The window has committed in response to this configure (or a later one). */
  | { readonly type: 'committed'; readonly id: WindowId; readonly serial: number }
  | { readonly type: 'gone'; readonly id: WindowId }
  | { readonly type: 'deadline' };

export type TransactionEffect =
  | { readonly type: 'manage' }
  | { readonly type: 'armDeadline' }
  | { readonly type: 'disarmDeadline' }
  /** These did not draw in time: do not wait for them again before they answer. */
  | { readonly type: 'late'; readonly ids: readonly WindowId[] }
  | { readonly type: 'render' };

export interface Transition {
  readonly state: TransactionState;
  readonly effects: readonly TransactionEffect[];
}

const idle: TransactionState = { phase: 'idle' };
const nothing: ReadonlyMap<WindowId, number> = new Map();

function managing(serials: ReadonlyMap<WindowId, number>): Transition {
  return { state: { phase: 'managing', changed: false, serials }, effects: [{ type: 'manage' }] };
}

function unchanged(state: TransactionState): Transition {
  return { state, effects: [] };
}

function rendered(changed: boolean, before: readonly TransactionEffect[]): Transition {
  const effects = [...before, { type: 'render' } as const];
  if (!changed) return { state: idle, effects };
  const next = managing(nothing);
  return { state: next.state, effects: [...effects, ...next.effects] };
}

/** Serials wrap around at 2^32: `a` is at or after `b` when it is less than half the circle ahead. */
function reached(a: number, b: number): boolean {
  return (a - b) >>> 0 < 0x80000000;
}

export const idleTransaction: TransactionState = idle;

export function transition(state: TransactionState, event: TransactionEvent): Transition {
  switch (event.type) {
    case 'changed':
      if (state.phase === 'idle') return managing(nothing);
      if (state.phase === 'waiting' && event.urgent) return managing(state.serials);
      return unchanged({ ...state, changed: true });
    case 'managed': {
      if (state.phase !== 'managing') return unchanged(state);
      const serials = new Map([...state.serials, ...event.serials]);
      if (serials.size === 0) return rendered(state.changed, []);
      return {
        state: { phase: 'waiting', changed: state.changed, serials },
        effects: state.serials.size > 0 ? [] : [{ type: 'armDeadline' }],
      };
    }
    case 'committed':
      return settle(state, event.id, (serial) => reached(event.serial, serial));
    case 'gone':
      return settle(state, event.id, () => true);
    case 'deadline':
      if (state.phase !== 'waiting') return unchanged(state);
      return rendered(state.changed, [{ type: 'late', ids: [...state.serials.keys()] }]);
  }
}

function settle(
  state: TransactionState,
  id: WindowId,
  isDone: (serial: number) => boolean,
): Transition {
  if (state.phase !== 'waiting') return unchanged(state);
  const serial = state.serials.get(id);
  if (serial === undefined || !isDone(serial)) return unchanged(state);
  const serials = new Map(state.serials);
  serials.delete(id);
  if (serials.size > 0) return unchanged({ ...state, serials });
  return rendered(state.changed, [{ type: 'disarmDeadline' }]);
}
