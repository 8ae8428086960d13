import test from 'ava';
import { Login } from '../../../../appliance/broker/sessd/login.ts';

const listener = {
  prompt: () => {},
  message: () => {},
  authenticated: () => {},
  unlocked: () => {},
  failed: () => {},
};

test('wrsessd hears an answer only to what it asks, once; others are wiped', (t) => {
  const sent: object[] = [];
  const send = (head: object, secrets: readonly Uint8Array[] = []) => {
    sent.push(head);
    for (const secret of secrets) secret.fill(0);
    return true;
  };
  const login = new Login('a', { send, over: () => {} }, listener);
  t.teardown(() => login.end());
  const secrets = Array.from({ length: 4 }, () => new Uint8Array([1, 2, 3]));
  const answer = (at: number, round: number) => login.answer(round, [secrets[at] as Uint8Array]);
  answer(0, 1);
  login.heard({
    type: 'authentication_prompt',
    id: 'a',
    round: 1,
    prompts: [{ style: 'secret', text: 'Password:' }],
  });
  answer(1, 2);
  t.deepEqual(sent, []);
  answer(2, 1);
  answer(3, 1);
  t.deepEqual(sent, [{ type: 'authentication_answer', id: 'a', round: 1, answers: [3] }]);
  t.true(secrets.every((secret) => secret.every((byte) => byte === 0)));
});
