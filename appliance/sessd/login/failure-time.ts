/** When a failed login is told. */
export interface FailureTime {
  /** Longer than any module takes: then all failures are told after this time. */
  readonly floorMs: number;
  /** Hides what is left, such as a timer that fires late on a busy machine. */
  readonly jitterMs: number;
}

export const DEFAULT_FAILURE_TIME: FailureTime = { floorMs: 2000, jitterMs: 500 };

/** The same words for every failed login: which of its many reasons it was helps nobody but an attacker. */
export const LOGIN_FAILED = 'The login failed. Check user name and password.';

/**
 * How long to hold a failure back. What took longer than the floor goes to its next multiple, so that a slow directory
 * server tells as little as possible.
 * @param elapsedMs since the last answer
 * @param random 0 to 1
 */
export function holdBackMs(elapsedMs: number, time: FailureTime, random: number): number {
  const floors = Math.max(1, Math.ceil(elapsedMs / time.floorMs));
  return floors * time.floorMs + random * time.jitterMs - elapsedMs;
}
