import { PamError, PamTransaction } from '../../../native/pam/index.ts';
import { type Account, findAccount } from '../../../native/process/index.ts';
import type { Order, Report } from './messages.ts';
import type { Questions } from './questions.ts';
import type { Who } from './running.ts';

type Begin = Extract<Order, { type: 'begin' }>;

/** No user can have it; stands for names that modules and programs would misread. */
const NOBODY = '!';
/** Of what a failed login tells. */
const TOLD_MAX = 1000;

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
    const told = error instanceof AccountError ? error.told : '';
    send({
      type: 'failed',
      reason: error.message,
      ...(known ? { user: known } : {}),
      ...(told === '' ? {} : { told }),
    });
    await pam.end();
    return null;
  }
}

/** Whoever has shown who they are may not use the account; modules have said why. */
class AccountError extends PamError {
  readonly told: string;
  constructor({ call, code }: PamError, told: readonly string[]) {
    super(call, code);
    this.told = told.join(' ').slice(0, TOLD_MAX);
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
  const expired = await passwordIsExpired(pam, questions);
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

async function passwordIsExpired(pam: PamTransaction, questions: Questions): Promise<boolean> {
  const before = questions.held.length;
  try {
    await pam.account();
    return false;
  } catch (error) {
    if (error instanceof PamError && error.code === 'PAM_NEW_AUTHTOK_REQD') return true;
    if (error instanceof PamError) throw new AccountError(error, questions.held.slice(before));
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
