import type { Effect } from './effect.ts';
import type { Live, TimerName } from './state.ts';

/*
 * The state knows which timers run, so that none is started twice, stopped twice or heard after it was stopped.
 */

export const armed = (state: Live, timer: TimerName): boolean => state.timers.has(timer);

/** Does nothing for a time of null, or when the timer runs already. */
export function startTimer<S extends Live>(
  state: S,
  timer: TimerName,
  afterMs: number | null,
  effects: Effect[],
): S {
  if (afterMs === null || armed(state, timer)) return state;
  effects.push({ type: 'startTimer', timer, afterMs });
  return { ...state, timers: new Set([...state.timers, timer]) };
}

export function stopTimer<S extends Live>(state: S, timer: TimerName, effects: Effect[]): S {
  if (!armed(state, timer)) return state;
  effects.push({ type: 'stopTimer', timer });
  return fired(state, timer);
}

export function restartTimer<S extends Live>(
  state: S,
  timer: TimerName,
  afterMs: number,
  effects: Effect[],
): S {
  return startTimer(stopTimer(state, timer, effects), timer, afterMs, effects);
}

/** The timer has run out by itself. */
export const fired = <S extends Live>(state: S, timer: TimerName): S => ({
  ...state,
  timers: new Set([...state.timers].filter((other) => other !== timer)),
});
