import { writeFileSync } from 'node:fs';
import type { PamTransaction } from '../../../native/pam/index.ts';
import { type Account, takeGroups } from '../../../native/process/index.ts';
import { sessionClass } from '../launch/environment.ts';
import type { Launch, Launched, Launcher } from '../launch/launcher.ts';

/** Whose session it is. */
export interface Who {
  readonly account: Account;
  /** Null: the session has no PAM session. */
  readonly pam: PamTransaction | null;
}

export interface Running {
  readonly launched: Launched;
  /** Resolves when wrcomp has ended and the PAM session is closed. */
  readonly over: Promise<string>;
}

/**
 * Opens the PAM session and starts wrcomp in it. What modules change about a process (limits, login uid, groups) they
 * change about this one, and wrcomp inherits it.
 */
export async function startSession(
  { pam, account }: Who,
  what: Omit<Launch, 'account' | 'pamEnvironment'>,
  launcher: Launcher,
): Promise<Running> {
  const ours = launcher.pamSession === 'ours';
  const close = async (): Promise<void> => {
    try {
      if (ours) await pam?.closeSession();
      if (ours && !what.greeter) await pam?.credentials('delete');
    } finally {
      await pam?.end();
    }
  };
  if (ours) takeGroups(account);
  if (ours && !what.greeter) setLoginUid(account.uid);
  if (pam) await openSession(pam, what, ours);
  try {
    const pamEnvironment = pam?.environment ?? {};
    const launched = await launcher.launch({ ...what, account, pamEnvironment });
    return { launched, over: launched.ended.finally(close) };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * What the audit of the kernel knows a session by. The kernel lets a thread set its own alone, so pam_loginuid, on the
 * thread of PAM, cannot.
 */
function setLoginUid(uid: number): void {
  try {
    writeFileSync('/proc/self/loginuid', String(uid));
  } catch {
    // A kernel without audit, or a container that may not.
  }
}

async function openSession(
  pam: PamTransaction,
  what: Pick<Launch, 'greeter'>,
  ours: boolean,
): Promise<void> {
  await pam.setEnvironment('XDG_SESSION_TYPE', 'wayland');
  await pam.setEnvironment('XDG_SESSION_CLASS', sessionClass(what));
  if (!ours) return;
  // A greeter has shown nothing that could give it any.
  if (!what.greeter) await pam.credentials('establish');
  await pam.openSession();
}
