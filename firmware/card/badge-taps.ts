/**
 * What a reader sees of badges, and what follows from it. `tap`: a badge that comes is inserted, and when it comes once
 * more it is taken out; another one takes its place. `absence`: it is inserted for as long as it lies there.
 */
export interface TapState {
  /** The badge at the reader just now. */
  readonly there: string | null;
  /** The badge that counts as inserted. */
  readonly inserted: string | null;
}

export type TapEvent =
  /** `isShown`: what the inserted badge brought is on the screen. */
  | { readonly type: 'seen'; readonly id: string; readonly isShown: boolean }
  | { readonly type: 'gone' }
  /** The reader was unplugged: whoever holds a badge to the next one begins anew. */
  | { readonly type: 'lost' };

export type TapEffect =
  | { readonly type: 'insert'; readonly id: string }
  | { readonly type: 'remove' };

export const NO_BADGE: TapState = { there: null, inserted: null };

export function tapTransition(
  state: TapState,
  event: TapEvent,
  leaves: 'tap' | 'absence',
): { readonly state: TapState; readonly effects: readonly TapEffect[] } {
  const remove: TapEffect[] = state.inserted === null ? [] : [{ type: 'remove' }];
  switch (event.type) {
    case 'seen': {
      const { id } = event;
      // Readers say it again and again while it is held to them.
      if (state.there === id) return { state, effects: [] };
      // The session may have gone to another terminal, or never come: then a person who taps wants it, not less of it.
      const isEnough = leaves === 'tap' && state.inserted === id && event.isShown;
      if (isEnough) return { state: { there: id, inserted: null }, effects: remove };
      const effects: TapEffect[] = [...remove, { type: 'insert', id }];
      return { state: { there: id, inserted: id }, effects };
    }
    case 'gone':
      if (leaves === 'absence') return { state: NO_BADGE, effects: remove };
      return { state: { ...state, there: null }, effects: [] };
    case 'lost':
      return { state: NO_BADGE, effects: remove };
    default:
      return event satisfies never;
  }
}
