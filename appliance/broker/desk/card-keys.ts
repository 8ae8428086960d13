import type { TokenKeys } from '../../registry/records.ts';
import { verifyCardProof } from '../cards/verify.ts';
import type { AuthenticationSeam } from './authentication.ts';
import type { Card } from './readers.ts';

/** Enough for a card's own key; somebody waits for a session meanwhile. */
const KEY_MS = 5000;

/**
 * The key that a card shows without a PIN, for somebody who has logged in with it in the reader; none if it shows none
 * in time, or one that this server does not take.
 */
export async function shownKeys(
  { deps, place, challenger }: Pick<AuthenticationSeam, 'deps' | 'place' | 'challenger'>,
  { keys, insertion, token }: Card,
): Promise<TokenKeys> {
  if (!keys.cardKey) return {};
  const answer = await challenger.ask({ insertion, key: 'cardKey', timeoutMs: KEY_MS });
  if (answer.kind !== 'proof') return {};
  const verdict = verifyCardProof({
    subject: {
      serverFingerprint: deps.serverFingerprint,
      terminalFingerprint: place.terminal,
      token,
      key: 'cardKey',
      nonce: answer.nonce,
    },
    certificate: answer.certificate,
    signature: answer.signature,
    registeredKey: null,
    trust: deps.trust,
    atMs: deps.wallMs(),
  });
  if (!verdict.good) return {};
  return token.kind === 'software' ? { software: verdict.key } : { cardKey: verdict.key };
}
