import type { Place } from './place.ts';
import type { Proof } from './policy.ts';
import type { EndReason, TimerName } from './state.ts';

/** Why a terminal shows a session no longer, or never came to; the terminal has a page for each. */
export type LeaveReason =
  | 'replaced'
  | 'moved'
  | 'starting'
  | 'startsElsewhere'
  | 'cardRemoved'
  | 'terminalLost'
  | 'otherSession'
  | 'loginTimeout'
  | 'idle'
  | 'failed'
  | 'administrator'
  | 'asked'
  | 'ended';

/** What the broker has to do, in this order; it decides nothing of its own. */
export type Effect =
  /** Stop relaying between the session and this terminal at once; the session lets go of every pressed key. */
  | {
      readonly type: 'release';
      readonly place: Place;
      readonly attachment: number;
      readonly reason: LeaveReason;
    }
  /** The terminal overwrites its picture. */
  | { readonly type: 'blank'; readonly place: Place }
  | { readonly type: 'tell'; readonly place: Place; readonly reason: LeaveReason }
  /** Let somebody at this terminal prove who they are, outside the session; any of `accepts` will do; ends with attach or
   * endAuthentication, and is said again when what was shown is not enough. */
  | {
      readonly type: 'authenticate';
      readonly place: Place;
      readonly token: string | null;
      readonly accepts: readonly Proof[];
    }
  | { readonly type: 'endAuthentication'; readonly place: Place; readonly reason: LeaveReason }
  | {
      readonly type: 'attach';
      readonly place: Place;
      readonly token: string | null;
      readonly attachment: number;
    }
  | { readonly type: 'lock' }
  | { readonly type: 'unlock' }
  | { readonly type: 'startTimer'; readonly timer: TimerName; readonly afterMs: number }
  | { readonly type: 'stopTimer'; readonly timer: TimerName }
  /** End the compositor, if it still runs, and everything of the session with it. */
  | { readonly type: 'destroy'; readonly reason: EndReason }
  | { readonly type: 'audit'; readonly what: AuditedChange };

export type AuditedChange =
  | { readonly kind: 'session-created' }
  | { readonly kind: 'session-found' }
  | {
      readonly kind: 'session-attached';
      readonly place: Place;
      readonly token: string | null;
      readonly proof: Proof;
    }
  | { readonly kind: 'session-detached'; readonly place: Place; readonly reason: LeaveReason }
  | { readonly kind: 'session-locked'; readonly by: string }
  | { readonly kind: 'session-unlocked'; readonly by: Proof }
  | { readonly kind: 'proof-refused'; readonly place: Place; readonly proof: Proof }
  | { readonly kind: 'session-moved'; readonly place: Place; readonly by: string }
  | { readonly kind: 'session-ended'; readonly reason: EndReason; readonly by: string };
