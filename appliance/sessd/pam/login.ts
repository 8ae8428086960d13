import { PamError, PamTransaction } from '../../../native/pam/index.ts';
import { type Account, findAccount } from '../../../native/process/index.ts';
import type { Order, Report } from './messages.ts';
import type { Questions } from './questions.ts';
import type { Who } from './running.ts';

type Begin = Extract<Order, { type: 'begin' }>;

/** No user can have it; stands for names that modules and programs would misread. */
const NOBODY = '!';

/** Authenticates, and tells how it went. Null when it failed. */
export async function logIn(
  order: Begin,
  questions: Questions,
  send: (report: Report) => void,
): Promise<Who | null> {
  const user = plausible(order.user) ? order.user : NOBODY;
  const known = findAccount(user)?.name;
  const pam = await PamTransaction.begin({
    service: order.service,
    user,
    converse: (prompts) => questions.ask(prompts),
    answerTimeoutMs: order.answerTimeoutMs,
    ...(order.confdir === undefined ? {} : { confdir: order.confdir }),
  });
  try {
    const messages: string[] = [];
    const account = await prove(pam, order, questions, messages, send);
    send({ type: 'authenticated', user: account.name, uid: account.uid, messages });
    return { pam, account };
  } catch (error) {
    if (!(error instanceof PamError)) throw error;
    send({ type: 'failed', reason: error.message, ...(known ? { user: known } : {}) });
    await pam.end();
    return null;
  }
}

async function prove(
  pam: PamTransaction,
  order: Begin,
  questions: Questions,
  messages: string[],
  send: (report: Report) => void,
): Promise<Account> {
  await pam.setItem('rhost', order.terminal);
  await pam.setItem('tty', 'wayray');
  await pam.authenticate();
  const expired = await accountIsExpired(pam);
  const account = accountOf(pam, order);
  const held = questions.trust();
  if (expired && order.purpose === 'login') {
    // Why a new password is asked for has to be said before it is.
    for (const text of held) send({ type: 'message', style: 'info', text });
    await pam.changeExpired();
  } else messages.push(...held);
  // Who unlocks has logged in before: the new password is asked for at the next login.
  if (order.purpose === 'unlock') await pam.credentials('reinitialize');
  return account;
}

async function accountIsExpired(pam: PamTransaction): Promise<boolean> {
  try {
    await pam.account();
    return false;
  } catch (error) {
    if (error instanceof PamError && error.code === 'PAM_NEW_AUTHTOK_REQD') return true;
    throw error;
  }
}

/** Modules may have put another name in the user's place, e.g. the one of a certificate. */
function accountOf(pam: PamTransaction, order: Begin): Account {
  const account = findAccount(pam.user ?? '');
  if (!account) throw new PamError('account', 'no such account');
  if (account.uid < order.minUid) throw new PamError('account', 'not an account for people');
  // Another person's good name and password must not open this person's session.
  if (order.purpose === 'unlock' && account.name !== order.user)
    throw new PamError('account', 'another user');
  return account;
}

const plausible = (name: string): boolean =>
  !/[\s:/\0]|^[-.]/.test(name) && Buffer.byteLength(name) <= 256;
