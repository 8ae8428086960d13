import { PamTransaction } from '../../../native/pam/index.ts';
import { findAccount } from '../../../native/process/index.ts';
import type { Order } from './messages.ts';
import type { Who } from './running.ts';

/** No module has anything to ask in a greeter's session. */
const ANSWER_TIMEOUT_MS = 1000;

/** Who a greeter runs as; nobody has to show who they are. Rejects with an error for the administrator. */
export async function greet(order: Extract<Order, { type: 'greet' }>): Promise<Who> {
  const { user, service, confdir } = order;
  const account = findAccount(user);
  if (!account) throw new Error(`there is no user ${user}`);
  if (account.uid === 0) throw new Error('greeters do not run as root');
  if (service === undefined) return { account, pam: null };
  const pam = await PamTransaction.begin({
    service,
    user,
    converse: () => Promise.resolve(null),
    answerTimeoutMs: ANSWER_TIMEOUT_MS,
    ...(confdir === undefined ? {} : { confdir }),
  });
  await pam.setItem('tty', 'wayray');
  return { account, pam };
}
