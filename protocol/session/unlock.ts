import type { Proof } from './policy.ts';
import { type Candidate, isShown, type Live } from './state.ts';

/** What lets a person at this session now. */
export function acceptedProofs(state: Live, atMs: number): readonly Proof[] {
  const { always, withinGrace } = state.policy.unlock;
  return inGrace(state, atMs) ? [...new Set([...always, ...withinGrace])] : always;
}

/** A card that merely lies there does not undo a lock that was asked for by its own key; inserted anew it does. */
export function acceptedOf(state: Live, { lies }: Candidate, atMs: number): readonly Proof[] {
  const accepted = acceptedProofs(state, atMs);
  return lies && state.lock === 'asked'
    ? accepted.filter((proof) => proof !== 'cardKey')
    : accepted;
}

export function accepts(state: Live, proof: Proof, atMs: number): boolean {
  const accepted = acceptedProofs(state, atMs);
  return accepted.includes(proof) || accepted.includes('nothing');
}

function inGrace(state: Live, atMs: number): boolean {
  // Whoever asked for the lock wants more than the card that anybody may hold.
  if (state.lock === 'asked') return false;
  if (isShown(state)) return true;
  if (state.shownAtMs === null) return false;
  const agoMs = atMs - state.shownAtMs;
  // A clock that was set back must not prolong the grace.
  return agoMs >= 0 && agoMs <= state.policy.unlock.graceMs;
}
