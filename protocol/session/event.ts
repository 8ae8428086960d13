import type { Place } from './place.ts';
import type { Proof } from './policy.ts';
import type { TimerName } from './state.ts';

/** What can happen to a session. Each event carries the wall clock, for the machine has none. */
export type SessionEvent = { readonly atMs: number } & (
  | { readonly type: 'started' /* its compositor answers */ }
  | {
      readonly type: 'attach';
      readonly place: Place;
      readonly token: string | null;
      /** The card may have lain there when the terminal connected: nobody need have come. */
      readonly lies?: boolean;
    }
  | {
      readonly type: 'authenticated';
      readonly place: Place;
      readonly proof: Proof;
      /** The user's card that lies there: its removal takes the session away again where no other card asked. */
      readonly token?: string | null;
    }
  /** A login at a terminal whose user turned out to have this session: attach and authenticated in one. */
  | {
      readonly type: 'login';
      readonly place: Place;
      readonly proof: Proof;
      /** The card whose removal takes the session away again; none without it. */
      readonly token?: string | null;
    }
  | { readonly type: 'attachFailed'; readonly attachment: number }
  | { readonly type: 'cardRemoved'; readonly place: Place; readonly token: string }
  | { readonly type: 'terminalLost'; readonly place: Place }
  /** The terminal is wanted for another session. */
  | { readonly type: 'replaced'; readonly place: Place }
  | { readonly type: 'activity' }
  | { readonly type: 'lock'; readonly by: string }
  | { readonly type: 'unlock'; readonly proof: Proof }
  | { readonly type: 'logout' }
  /** The person at it puts it aside. */
  | { readonly type: 'leave' }
  /** Nobody at the terminal that asks for it will prove anything; it has been told. */
  | { readonly type: 'givenUp'; readonly place: Place }
  | { readonly type: 'compositorEnded'; readonly how: string }
  | { readonly type: 'timerFired'; readonly timer: TimerName }
  | { readonly type: 'adminDetach'; readonly by: string }
  /** Shows it at another terminal as soon as somebody there has proved who they are. */
  | { readonly type: 'adminMove'; readonly place: Place; readonly by: string }
  | { readonly type: 'adminKill'; readonly by: string }
);
