import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import serialTest, { type TestFn } from 'ava';
import { LOGIN_FAILED } from '../../../appliance/sessd/login/failure-time.ts';
import { eventually } from '../../helpers/eventually.ts';
import { childrenOf, isRoot, MODULE, PASSWORD, Rig, Users } from './rig.ts';

// Why it is skipped stands in its title: ava has no other place.
const test: TestFn['serial'] = isRoot
  ? serialTest.serial
  : (serialTest.serial.skip as unknown as TestFn['serial']);
const why = isRoot ? '' : ' (skipped: needs root)';

const users = new Users();
let rig: Rig;
const names = { good: '', locked: '', gone: '', stale: '' };

serialTest.before(async () => {
  if (!isRoot) return;
  names.good = users.add('good');
  names.locked = users.add('locked', ['usermod', '--lock']);
  names.gone = users.add('gone', ['chage', '--expiredate', '0']);
  names.stale = users.add('stale', ['chage', '--lastday', '0']);
  const account = 'account required pam_permit.so';
  rig = await new Rig({
    services: { 'wayray-card': `auth required ${MODULE} otp\n${account}` },
    times: { workMs: 2500 },
  }).start();
});
serialTest.after.always(async () => {
  if (!isRoot) return;
  using _ = users;
  await rig[Symbol.asyncDispose]();
});

test(`the right password${why}`, async (t) => {
  using client = await rig.client();
  client.request('a1', names.good);
  const prompt = await client.reply('a1', PASSWORD);
  t.deepEqual(prompt.prompts, [{ style: 'secret', text: 'Password: ' }]);
  const answer = await client.answer('session_authenticated', 'a1');
  t.is(answer.user, names.good);
  client.send({ type: 'authentication_cancelled', id: 'a1' });
  t.is((await client.answer('authentication_failed', 'a1')).code, 'cancelled');
});

test(`every failed login ends in the same words${why}`, async (t) => {
  using client = await rig.client();
  const tries = {
    wrong: [names.good, 'wrong'],
    empty: [names.good, ''],
    unknown: ['nobody-has-this-name', PASSWORD],
    locked: [names.locked, PASSWORD],
    expired: [names.gone, 'wrong'],
    system: ['daemon', PASSWORD],
    root: ['root', PASSWORD],
    strange: ['-x y:z', PASSWORD],
  } as const;
  await Promise.all(
    Object.entries(tries).map(async ([id, [user, password]]) => {
      const answer = await client.logIn(id, user, password);
      t.like(answer, { type: 'authentication_failed', code: 'failed', message: LOGIN_FAILED }, id);
    }),
  );
  // Nothing that a module says before success is passed on either.
  t.false(client.heard.some(({ type }) => type === 'authentication_message'));
});

test(`who has shown who they are is told why the account is closed${why}`, async (t) => {
  using client = await rig.client();
  const answer = await client.logIn('e1', names.gone);
  t.like(answer, { type: 'authentication_failed', code: 'failed' });
  t.regex('message' in answer ? answer.message : '', /^Your account has expired/);
});

test(`a person without a name is asked for it${why}`, async (t) => {
  using client = await rig.client();
  client.request('n1');
  const name = await client.reply('n1', names.good);
  t.deepEqual(name.prompts, [{ style: 'visible', text: 'User name:' }]);
  await client.reply('n1', PASSWORD);
  t.is((await client.answer('session_authenticated', 'n1')).user, names.good);
});

test(`an expired password is changed on the way, and the new one counts${why}`, async (t) => {
  using client = await rig.client();
  const fresh = 'Another-Stapler-8-Fish';
  client.request('c1', names.stale);
  await client.reply('c1', PASSWORD);
  t.regex((await client.answer('authentication_message', 'c1')).text, /required to change/);
  const prompts = [];
  for (const answer of [PASSWORD, fresh, fresh]) {
    const { prompts: asked } = await client.reply('c1', answer);
    prompts.push(asked.at(-1)?.text);
  }
  t.deepEqual(prompts, ['Current password: ', 'New password: ', 'Retype new password: ']);
  t.is((await client.answer('session_authenticated', 'c1')).user, names.stale);
  t.is((await client.logIn('c2', names.stale, fresh)).type, 'session_authenticated');
  t.is((await client.logIn('c3', names.stale, PASSWORD)).type, 'authentication_failed');
});

test(`several rounds of several prompts${why}`, async (t) => {
  using client = await rig.client();
  client.request('o1', names.good, { method: 'card' });
  const first = await client.reply('o1', 'blue', null, '424242');
  t.deepEqual(
    first.prompts.map(({ style }) => style),
    ['visible', 'info', 'secret'],
  );
  await client.reply('o1', '171717');
  const answer = await client.answer('session_authenticated', 'o1');
  t.deepEqual(answer.messages, ['Once more.']);

  client.request('o2', names.good, { method: 'card' });
  await client.reply('o2', 'blue', null, '424242');
  await client.reply('o2', 'wrong');
  t.is((await client.answer('authentication_failed', 'o2')).message, LOGIN_FAILED);
});

test(`a module that hangs or crashes fails the login, and only that${why}`, async (t) => {
  using client = await rig.client();
  for (const argument of ['hang', 'crash', 'many']) {
    const file = join(rig.folder.path, 'pam/wayray-card');
    writeFileSync(file, `auth required ${MODULE} ${argument}\naccount required pam_permit.so\n`);
    client.request(argument, names.good, { method: 'card' });
    const answer = await client.answer('authentication_failed', argument);
    t.like(answer, { code: 'failed', message: LOGIN_FAILED }, argument);
  }
  t.is((await client.logIn('after', names.good)).type, 'session_authenticated');
});

for (const signal of ['SIGKILL', 'SIGSTOP'] as const) {
  test(`${signal} for a login's process fails that login alone${why}`, async (t) => {
    using client = await rig.client();
    const id = `k${signal}`;
    client.request(id, names.good);
    await client.answer('authentication_prompt', id);
    for (const pid of childrenOf(rig.program.process.pid ?? 0)) process.kill(pid, signal);
    const answers = [PASSWORD.length];
    client.send({ type: 'authentication_answer', id, round: 1, answers }, [PASSWORD]);
    const answer = await client.answer('authentication_failed', id);
    t.is(answer.message, LOGIN_FAILED);
    t.is((await client.logIn(`after${id}`, names.good)).type, 'session_authenticated');
  });
}

test(`a broker that leaves takes its logins along${why}`, async (t) => {
  using client = await rig.client();
  client.request('gone', names.good);
  await client.answer('authentication_prompt', 'gone');
  client[Symbol.dispose]();
  await eventually(() => assert.deepEqual(childrenOf(rig.program.process.pid ?? 0), []));
  t.pass();
});

test(`the audit log tells what happened, and no secret${why}`, (t) => {
  const text = JSON.stringify(rig.audit);
  t.false(text.includes(PASSWORD));
  t.false(text.includes('424242'));
  // What was typed as a name may be a password.
  t.false(text.includes('nobody-has-this-name'));
  t.true(rig.audit.some(({ event, user }) => event === 'login-succeeded' && user === names.good));
  t.true(rig.audit.some(({ reason }) => String(reason).includes('PAM_ACCT_EXPIRED')));
  t.true(rig.audit.some(({ reason }) => String(reason).includes('PAM_USER_UNKNOWN')));
  t.false(rig.program.stderr.includes(PASSWORD));
});
