import { ConfigError } from '../errors.ts';

/**
 * What a person shows to be let at a session: PAM password, card PIN (PIV 9A), the card's own key (PIV 9E, nothing is
 * typed), or nothing at all (kiosk). A token's number is not among them: it can be copied.
 */
export const PROOFS = ['pam', 'pin', 'cardKey', 'nothing'] as const;
export type Proof = (typeof PROOFS)[number];

export interface UnlockPolicy {
  /** Any one of these is enough at any time, and the only ones for a first login or a lock that was asked for. */
  readonly always: readonly Proof[];
  /** These too, as long as the session was shown at most `graceMs` ago. */
  readonly withinGrace: readonly Proof[];
  readonly graceMs: number;
}

export const IDLE_ACTIONS = ['lock', 'suspend', 'end'] as const;

/** The rules of one session, fixed when it begins. A time of null means: never. */
export interface SessionPolicy {
  /** From creation until it is shown for the first time. */
  readonly startMs: number;
  /** For proving who one is at a terminal. */
  readonly loginMs: number;
  readonly idle: {
    readonly afterMs: number;
    readonly action: (typeof IDLE_ACTIONS)[number];
  } | null;
  /** How long a session may run unseen. */
  readonly suspendedMs: number | null;
  /** How long a session may exist, seen or not. */
  readonly lifetimeMs: number | null;
  readonly lockOnDetach: boolean;
  readonly unlock: UnlockPolicy;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** setTimeout's own limit, about 24.8 days: beyond it Node fires at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

export const DEFAULT_POLICY: SessionPolicy = {
  startMs: MINUTE_MS,
  loginMs: 3 * MINUTE_MS,
  idle: { afterMs: 15 * MINUTE_MS, action: 'lock' },
  suspendedMs: 3 * DAY_MS,
  lifetimeMs: null,
  lockOnDetach: true,
  unlock: { always: ['pam', 'pin'], withinGrace: [], graceMs: 0 },
};

/** @throws ConfigError naming the field and what was expected */
export function checkPolicy(policy: SessionPolicy): SessionPolicy {
  checkTime('startMs', policy.startMs);
  checkTime('loginMs', policy.loginMs);
  if (policy.idle) {
    checkTime('idle.afterMs', policy.idle.afterMs);
    if (!IDLE_ACTIONS.includes(policy.idle.action)) {
      throw new ConfigError(`policy idle.action: expected one of ${IDLE_ACTIONS.join(', ')}`);
    }
  }
  if (policy.suspendedMs !== null) checkTime('suspendedMs', policy.suspendedMs);
  if (policy.lifetimeMs !== null) checkTime('lifetimeMs', policy.lifetimeMs);
  checkUnlock(policy.unlock);
  return policy;
}

function checkUnlock({ always, withinGrace, graceMs }: UnlockPolicy): void {
  for (const proof of [...always, ...withinGrace]) {
    if (!PROOFS.includes(proof)) {
      throw new ConfigError(`policy unlock: "${proof}" is none of ${PROOFS.join(', ')}`);
    }
  }
  if (always.length === 0) {
    throw new ConfigError('policy unlock.always: expected at least one proof, nobody could log in');
  }
  if (!Number.isSafeInteger(graceMs) || graceMs < 0) {
    throw new ConfigError('policy unlock.graceMs: expected milliseconds, 0 or more');
  }
}

function checkTime(field: string, timeMs: number): void {
  if (Number.isSafeInteger(timeMs) && timeMs > 0 && timeMs <= MAX_TIMER_MS) return;
  throw new ConfigError(
    `policy ${field}: expected 1 to ${MAX_TIMER_MS} milliseconds, got ${timeMs}`,
  );
}
