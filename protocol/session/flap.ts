/** A card that comes back sooner than this after it was taken out is not believed yet. */
export const SETTLE_MS = 300;

/**
 * One reader of one terminal. A removal is believed at once, for what the screen shows is at stake; an insertion is
 * believed at once too, unless the reader lost a card within the last 300 ms. A bad contact thus ends in at most one
 * removal and one insertion, and an ordinary card loses no time.
 */
export interface ReaderState {
  /** The card as it was last reported. */
  readonly reported: string | null;
  /** The card that lies in the reader and is not believed yet. */
  readonly held: string | null;
  /** Until when insertions are held, on the caller's monotonic clock; null when they are not. */
  readonly calmAtMs: number | null;
  readonly timerRuns: boolean;
}

export type ReaderEvent = { readonly atMs: number } & (
  | { readonly type: 'inserted'; readonly token: string }
  | { readonly type: 'removed' }
  | { readonly type: 'timerFired' }
);

export type ReaderEffect =
  | { readonly type: 'inserted'; readonly token: string }
  | { readonly type: 'removed'; readonly token: string }
  | { readonly type: 'startTimer'; readonly afterMs: number }
  | { readonly type: 'stopTimer' };

export interface ReaderStep {
  readonly state: ReaderState;
  readonly effects: readonly ReaderEffect[];
}

export const EMPTY_READER: ReaderState = {
  reported: null,
  held: null,
  calmAtMs: null,
  timerRuns: false,
};

export function readerTransition(state: ReaderState, event: ReaderEvent): ReaderStep {
  switch (event.type) {
    case 'inserted':
      return inserted(state, event.token, event.atMs);
    case 'removed':
      return removed(state, event.atMs);
    case 'timerFired':
      return timerFired(state);
    default:
      return event satisfies never;
  }
}

function inserted(state: ReaderState, token: string, atMs: number): ReaderStep {
  if (token === state.reported || token === state.held) return { state, effects: [] };
  // Another card without a removal in between: the removal was missed.
  const before = state.reported === null ? { state, effects: [] } : removed(state, atMs);
  const { calmAtMs, timerRuns } = before.state;
  if (calmAtMs === null || atMs >= calmAtMs) {
    const stop: ReaderEffect[] = timerRuns ? [{ type: 'stopTimer' }] : [];
    const effects: ReaderEffect[] = [...before.effects, ...stop, { type: 'inserted', token }];
    return { state: { ...EMPTY_READER, reported: token }, effects };
  }
  const start: ReaderEffect[] = timerRuns ? [] : [{ type: 'startTimer', afterMs: calmAtMs - atMs }];
  return {
    state: { ...before.state, held: token, timerRuns: true },
    effects: [...before.effects, ...start],
  };
}

function removed(state: ReaderState, atMs: number): ReaderStep {
  if (state.reported === null && state.held === null) return { state, effects: [] };
  const effects: ReaderEffect[] = [];
  if (state.reported !== null) effects.push({ type: 'removed', token: state.reported });
  if (state.timerRuns) effects.push({ type: 'stopTimer' });
  const calmAtMs = atMs + SETTLE_MS;
  return { state: { ...EMPTY_READER, calmAtMs }, effects };
}

function timerFired(state: ReaderState): ReaderStep {
  if (!state.timerRuns) return { state, effects: [] };
  const calm: ReaderState = { ...EMPTY_READER, reported: state.held };
  return { state: calm, effects: state.held ? [{ type: 'inserted', token: state.held }] : [] };
}
