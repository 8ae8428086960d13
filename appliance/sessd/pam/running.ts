import { takeGroups } from '../../../native/process/index.ts';
import type { Launched, Launcher } from '../launch/launcher.ts';
import type { LoggedIn } from './login.ts';
import type { Order } from './messages.ts';

type Start = Extract<Order, { type: 'start' }>;
const SIZE = { width: 1920, height: 1080 };

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
  { pam, account }: LoggedIn,
  order: Start,
  launcher: Launcher,
): Promise<Running> {
  const ours = launcher.pamSession === 'ours';
  const { session, size = SIZE } = order;
  const close = async (): Promise<void> => {
    try {
      if (ours) await pam.closeSession();
      if (ours) await pam.credentials('delete');
    } finally {
      await pam.end();
    }
  };
  if (ours) takeGroups(account);
  await pam.setEnvironment('XDG_SESSION_TYPE', 'wayland');
  await pam.setEnvironment('XDG_SESSION_CLASS', 'user');
  if (ours) await pam.credentials('establish');
  if (ours) await pam.openSession();
  try {
    const pamEnvironment = pam.environment;
    const launched = await launcher.launch({ session, account, pamEnvironment, size });
    return { launched, over: launched.ended.finally(close) };
  } catch (error) {
    await close();
    throw error;
  }
}
