import type { DeskPolicy } from '../floor/ports.ts';
import type { ServerConfig } from './config.ts';

/** What the desks need of the configuration. */
export function deskPolicy(
  { admission, greeter, tokenRegistration, cardCaFile, policy }: ServerConfig,
  channel: { readonly socketDir: string; readonly uid: number },
): DeskPolicy {
  const { keyboardLayouts, sessions, shutdown, highContrast, locale } = greeter;
  return {
    admission,
    idlePage: greeter.idlePage === 'greeter' ? 'greeter' : 'insertCard',
    registerAtFirstUse: tokenRegistration === 'first-use',
    learnsCardKeys: [...policy.unlock.always, ...policy.unlock.withinGrace].includes('cardKey'),
    loginWithoutCard: greeter.loginWithoutCard,
    cardCaFile,
    greeter: { ...channel, keyboardLayouts, sessions, shutdown, highContrast, locale },
    loginTimeoutMs: policy.loginMs,
  };
}
