import type { Effect } from './effect.ts';
import type { SessionEvent } from './event.ts';
import type { Place } from './place.ts';
import { candidateOf, ownerOf, type SessionState } from './state.ts';
import { type Step, transition } from './transition.ts';

export interface FloorEffect {
  readonly session: string;
  readonly effect: Effect;
}

/**
 * All sessions of a host over all its terminals: a terminal shows one session, a session is shown by one terminal.
 * Does nothing itself; the effects are carried out by the caller, in their order.
 */
export class SessionFloor {
  readonly #sessions = new Map<string, SessionState>();
  /** By terminal: the sessions shown there or asked for there. */
  readonly #present = new Map<string, Set<string>>();

  /** Takes in a session that was created or found. @throws Error when there is one of that id */
  add({ state, effects }: Step): FloorEffect[] {
    if (this.#sessions.has(state.id)) throw new Error(`there is a session ${state.id} already`);
    this.#keep(state);
    return effects.map((effect) => ({ session: state.id, effect }));
  }

  get(session: string): SessionState | undefined {
    return this.#sessions.get(session);
  }

  sessions(): IterableIterator<SessionState> {
    return this.#sessions.values();
  }

  /** The session that this terminal shows. */
  shownAt(terminal: string): SessionState | null {
    for (const state of this.#at(terminal)) {
      if (ownerOf(state)?.place.terminal === terminal) return state;
    }
    return null;
  }

  /** Something happened to one session. One that is not there has ended: whoever asks for it hears that. */
  handle(session: string, event: SessionEvent): FloorEffect[] {
    const state = this.#sessions.get(session) ?? {
      name: 'destroyed',
      id: session,
      reason: 'logout',
    };
    const asksFor = placeAskedFor(event);
    const cleared =
      asksFor && state.name !== 'destroyed' ? this.#clear(asksFor, session, event.atMs) : [];
    return [...cleared, ...this.#step(state, event)];
  }

  /** Something happened at a terminal: every session that is there hears it. */
  handleAt(event: SessionEvent & { readonly type: 'cardRemoved' | 'terminalLost' }): FloorEffect[] {
    return this.#at(event.place.terminal).flatMap((state) => this.#step(state, event));
  }

  /** Takes a terminal from the other sessions, also over connections of it that have not been missed yet. */
  #clear(place: Place, wantedBy: string, atMs: number): FloorEffect[] {
    const others = this.#at(place.terminal).filter(({ id }) => id !== wantedBy);
    return others.flatMap((state) =>
      placesOf(state)
        .filter(({ terminal }) => terminal === place.terminal)
        .flatMap((theirs) =>
          this.#step(this.#now(state), { type: 'replaced', place: theirs, atMs }),
        ),
    );
  }

  #step(state: SessionState, event: SessionEvent): FloorEffect[] {
    const step = transition(state, event);
    this.#forget(state);
    this.#keep(step.state);
    return step.effects.map((effect) => ({ session: state.id, effect }));
  }

  #now(state: SessionState): SessionState {
    return this.#sessions.get(state.id) ?? state;
  }

  #at(terminal: string): SessionState[] {
    const ids = [...(this.#present.get(terminal) ?? [])];
    return ids.flatMap((id) => this.#sessions.get(id) ?? []);
  }

  #keep(state: SessionState): void {
    if (state.name === 'destroyed') return;
    this.#sessions.set(state.id, state);
    for (const { terminal } of placesOf(state)) {
      const present = this.#present.get(terminal);
      if (present) present.add(state.id);
      else this.#present.set(terminal, new Set([state.id]));
    }
  }

  #forget(state: SessionState): void {
    this.#sessions.delete(state.id);
    for (const { terminal } of placesOf(state)) {
      const present = this.#present.get(terminal);
      present?.delete(state.id);
      if (present?.size === 0) this.#present.delete(terminal);
    }
  }
}

function placeAskedFor(event: SessionEvent): Place | null {
  const asks = event.type === 'attach' || event.type === 'login' || event.type === 'adminMove';
  return asks ? event.place : null;
}

const placesOf = (state: SessionState): Place[] =>
  [ownerOf(state)?.place, candidateOf(state)?.place].filter((place) => place !== undefined);
