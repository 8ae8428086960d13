import { findAccount } from '../../../native/process/index.ts';
import type { VerbContext } from './context.ts';

const NAMED_AT_MOST = 5;

/**
 * Says which of these users the machine does not know: a token of somebody who does not exist opens nothing. No error,
 * since the account may come later. Only where wradm runs beside the server: elsewhere there are other users.
 */
export function warnOfStrangers({ client, json }: VerbContext, users: readonly string[]): void {
  if (json || !client.isLocal) return;
  const strangers = [...new Set(users)].filter((user) => !isKnown(user));
  if (strangers.length === 0) return;
  const named = strangers.slice(0, NAMED_AT_MOST).join(', ');
  const more =
    strangers.length > NAMED_AT_MOST ? ` and ${strangers.length - NAMED_AT_MOST} more` : '';
  process.stderr.write(`wradm: warning: this machine has no user ${named}${more}\n`);
}

function isKnown(user: string): boolean {
  try {
    return findAccount(user) !== null;
  } catch {
    // The directory does not answer; it may know them.
    return true;
  }
}
