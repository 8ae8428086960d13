import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { Channel } from '../../../appliance/wire/channel.ts';
import { programPath } from '../../../native/load.ts';
import { repository } from '../../helpers/program.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const MODULE = join(repository, 'native/build/pam/pam_wayray_test.so');
const services = scratchFolder();
test.after.always(() => services[Symbol.dispose]());

for (const argument of ['otp', 'many', 'hang']) {
  const lines = [`auth required ${MODULE} ${argument}`, 'account required pam_permit.so'];
  writeFileSync(join(services.path, argument), `${lines.join('\n')}\nsession required ${MODULE}\n`);
}
const rootTest = process.getuid?.() === 0 ? test : test.skip;

type Report = Record<string, unknown>;

/** wrsessd's side of a wrpam. */
class Talk {
  readonly #child = spawn(programPath('wrpam'), [], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  readonly #ended = once(this.#child, 'exit');
  readonly #reports: Report[] = [];
  #heard = Promise.withResolvers<void>();
  readonly #channel = new Channel(this.#child.stdio[3] as Socket, {
    onFrame: ({ head }) => {
      this.#reports.push(head as Report);
      this.#heard.resolve();
    },
    onClose: () => this.#heard.reject(new Error('wrpam has gone')),
  });

  begin(service: string, answerTimeoutMs = 10_000): this {
    const who = { user: 'nobody', terminal: 't1', purpose: 'login', minUid: 0 };
    this.#channel.send({ type: 'begin', service, confdir: services.path, ...who, answerTimeoutMs });
    return this;
  }

  send(order: object): void {
    this.#channel.send(order);
  }

  answer(round: number, ...answers: (string | null)[]): void {
    const lengths = answers.map((answer) => (answer === null ? null : Buffer.byteLength(answer)));
    const bytes = answers.filter((answer) => answer !== null).map((text) => Buffer.from(text));
    this.#channel.send({ type: 'answer', round, answers: lengths }, bytes);
  }

  async report(): Promise<Report> {
    while (this.#reports.length === 0) {
      await this.#heard.promise;
      this.#heard = Promise.withResolvers();
    }
    return this.#reports.shift() as Report;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#heard.promise.catch(() => {});
    this.#channel[Symbol.dispose]();
    await this.#ended;
  }
}

const FIRST = {
  type: 'prompt',
  round: 1,
  prompts: [
    { style: 'visible', text: 'Colour:' },
    { style: 'info', text: 'The code is on your token.' },
    { style: 'secret', text: 'Code:' },
  ],
};
const SECOND = { type: 'prompt', round: 2, prompts: [{ style: 'secret', text: 'Next code:' }] };

rootTest('a conversation of several rounds, credentials, session, environment', async (t) => {
  await using talk = new Talk().begin('otp');
  t.deepEqual(await talk.report(), FIRST);
  talk.answer(1, 'blue', null, '424242');
  t.deepEqual(await talk.report(), SECOND);
  talk.answer(2, '171717');
  // What a module merely says is held back until then.
  const { uid: _, ...authenticated } = await talk.report();
  t.deepEqual(authenticated, { type: 'authenticated', user: 'nobody', messages: ['Once more.'] });
  talk.send({ type: 'start', ours: true });
  const opened = await talk.report();
  t.like(opened, { type: 'opened', name: 'nobody' });
  t.deepEqual((opened['environment'] as string[]).toSorted(), [
    'WR_TEST_CREDENTIALS=yes',
    'WR_TEST_SESSION=open',
    'XDG_SESSION_CLASS=user',
    'XDG_SESSION_TYPE=wayland',
  ]);
  talk.send({ type: 'abandon', message: 'not today' });
  t.deepEqual(await talk.report(), { type: 'start_failed', message: 'not today' });
});

for (const [title, answers, code] of [
  ['a wrong answer', ['blue', null, '000000'], 'PAM_AUTH_ERR'],
  ['too few answers', ['blue'], 'PAM_CONV_ERR'],
  ['an answer to what is only told', ['blue', 'why', '424242'], 'PAM_CONV_ERR'],
  ['an answer with a NUL', ['blue', null, '424242\0more'], 'PAM_CONV_ERR'],
] as const)
  test(`${title} ends in ${code}`, async (t) => {
    await using talk = new Talk().begin('otp');
    await talk.report();
    talk.answer(1, ...answers);
    const reason = `authenticate: ${code}`;
    t.deepEqual(await talk.report(), { type: 'failed', reason, user: 'nobody' });
  });

test('an answer too long is no order', async (t) => {
  await using talk = new Talk().begin('otp');
  await talk.report();
  talk.answer(1, 'x'.repeat(513), null, '424242');
  await t.throwsAsync(talk.report(), { message: 'wrpam has gone' });
});

test('a late answer to an earlier question is passed over', async (t) => {
  await using talk = new Talk().begin('otp');
  await talk.report();
  talk.answer(0, 'red', null, '0');
  talk.answer(1, 'blue', null, '424242');
  t.deepEqual(await talk.report(), SECOND);
});

test('an answer that does not come counts as none', async (t) => {
  await using talk = new Talk().begin('otp', 20);
  await talk.report();
  t.like(await talk.report(), { type: 'failed', reason: 'authenticate: PAM_CONV_ERR' });
});

test('a module that asks too much at once is refused', async (t) => {
  await using talk = new Talk().begin('many');
  t.like(await talk.report(), { type: 'failed', reason: 'authenticate: PAM_CONV_ERR' });
});

test('a service that nobody configured lets nobody in', async (t) => {
  await using talk = new Talk().begin('no-such-service');
  t.like(await talk.report(), { type: 'failed' });
});

test('a module that hangs does not keep it from ending with wrsessd', async (t) => {
  const talk = new Talk().begin('hang');
  await talk[Symbol.asyncDispose]();
  t.pass();
});
