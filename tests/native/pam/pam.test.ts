import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import {
  PamError,
  type PamOptions,
  type PamPrompt,
  PamTransaction,
} from '../../../native/pam/index.ts';
import { repository } from '../../helpers/program.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const MODULE = join(repository, 'native/build/pam/pam_wayray_test.so');
const services = scratchFolder();
test.after.always(() => services[Symbol.dispose]());

for (const argument of ['otp', 'many', 'hang']) {
  const lines = [`auth required ${MODULE} ${argument}`, 'account required pam_permit.so'];
  writeFileSync(join(services.path, argument), `${lines.join('\n')}\nsession required ${MODULE}\n`);
}
writeFileSync(join(services.path, 'refuse'), 'auth required pam_deny.so\n');

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

function begin(service: string, converse: PamOptions['converse'], answerTimeoutMs = 10_000) {
  const { path: confdir } = services;
  return PamTransaction.begin({ service, user: 'nobody', confdir, converse, answerTimeoutMs });
}

/** Answers rounds in turn, null when there are no more words. */
function scripted(...rounds: (string | null)[][]) {
  const asked: PamPrompt[][] = [];
  const given: (Uint8Array | null)[][] = [];
  const converse: PamOptions['converse'] = async (prompts) => {
    asked.push([...prompts]);
    const words = rounds.shift();
    if (!words) return null;
    given.push(words.map((word) => (word === null ? null : bytes(word))));
    return given.at(-1) ?? null;
  };
  return { asked, given, converse };
}

test('a conversation of several rounds, credentials, session, environment', async (t) => {
  const script = scripted(['blue', null, '424242'], [null], ['171717']);
  await using pam = await begin('otp', script.converse);
  await pam.setItem('rhost', 'terminal-1');
  await pam.setItem('tty', 'wayray');
  await pam.authenticate();
  t.deepEqual(script.asked, [
    [
      { style: 'visible', text: 'Colour:' },
      { style: 'info', text: 'The code is on your token.' },
      { style: 'secret', text: 'Code:' },
    ],
    [{ style: 'error', text: 'Once more.' }],
    [{ style: 'secret', text: 'Next code:' }],
  ]);
  t.true(script.given.flat().every((answer) => answer === null || answer.every((b) => b === 0)));
  await pam.account();
  await pam.credentials('establish');
  await pam.setEnvironment('WR_OWN', 'a=b');
  await pam.openSession();
  t.deepEqual(pam.environment, {
    WR_TEST_CREDENTIALS: 'yes',
    WR_OWN: 'a=b',
    WR_TEST_SESSION: 'open',
  });
  t.is(pam.user, 'nobody');
  await pam.closeSession();
  await pam.credentials('delete');
});

for (const [title, rounds, code] of [
  ['a wrong answer', [['blue', null, '000000']], 'PAM_AUTH_ERR'],
  ['a person who leaves', [], 'PAM_CONV_ERR'],
  ['too few answers', [['blue']], 'PAM_CONV_ERR'],
  ['an answer too long', [['x'.repeat(513), null, '424242']], 'PAM_CONV_ERR'],
  ['an answer with a NUL', [['blue', null, '424242\0more']], 'PAM_CONV_ERR'],
] as const) {
  test(`${title} ends in ${code}`, async (t) => {
    const script = scripted(...rounds.map((round) => [...round]));
    await using pam = await begin('otp', script.converse);
    const error = await t.throwsAsync(pam.authenticate(), { instanceOf: PamError });
    t.is((error as PamError).code, code);
  });
}

test('a module that asks too much at once is refused', async (t) => {
  await using pam = await begin('many', async () => t.fail() as never);
  await t.throwsAsync(pam.authenticate(), { message: 'authenticate: PAM_CONV_ERR' });
});

test('an answer that does not come counts as none; a rejection too', async (t) => {
  await using slow = await begin('otp', () => new Promise(() => {}), 20);
  await t.throwsAsync(slow.authenticate(), { message: /PAM_CONV_ERR/ });
  await using failing = await begin('otp', () => Promise.reject(new Error('broken')));
  await t.throwsAsync(failing.authenticate(), { message: /PAM_CONV_ERR/ });
});

test('a refusal takes no time of its own, and the transaction goes on', async (t) => {
  await using pam = await begin('refuse', async () => null);
  const startedMs = performance.now();
  await t.throwsAsync(pam.authenticate(), { message: 'authenticate: PAM_AUTH_ERR' });
  await t.throwsAsync(pam.authenticate(), { message: 'authenticate: PAM_AUTH_ERR' });
  t.true(performance.now() - startedMs < 1000);
});

test('a service that nobody configured lets nobody in', async (t) => {
  const refused = async () => {
    await using pam = await begin('no-such-service', async () => null);
    await pam.authenticate();
  };
  await t.throwsAsync(refused(), { instanceOf: PamError });
});

test('one call at a time; end() answers a question under way', async (t) => {
  const asked = Promise.withResolvers<void>();
  const pam = await begin('otp', () => {
    asked.resolve();
    return new Promise(() => {});
  });
  const first = pam.authenticate();
  await asked.promise;
  await t.throwsAsync(pam.account(), { message: /another call/ });
  t.throws(() => pam.user, { message: /busy/ });
  const end = pam.end();
  await end;
  await t.throwsAsync(pam.account(), { message: /ended/ });
  t.throws(() => pam.environment, { message: /ended/ });
  await t.throwsAsync(first, { message: /PAM_CONV_ERR/ });
});

test('arguments are checked', async (t) => {
  const good = { service: 'otp', user: 'nobody', converse: async () => null, answerTimeoutMs: 1 };
  for (const bad of [
    { ...good, service: '../otp' },
    { ...good, service: '' },
    { ...good, user: 'a\0b' },
    { ...good, user: 'a'.repeat(2000) },
    { ...good, answerTimeoutMs: 0 },
  ])
    await t.throwsAsync(PamTransaction.begin(bad));
  await using pam = await begin('otp', async () => null);
  await t.throwsAsync(pam.setEnvironment('A B', 'c'), { instanceOf: TypeError });
});
