import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import test from 'ava';
import { Channel } from '../../../appliance/wire/channel.ts';
import { programPath } from '../../../native/load.ts';
import { repository } from '../../helpers/program.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const MODULE = join(repository, 'native/build/pam/pam_wayray_test.so');
const services = scratchFolder();
test.after.always(() => services[Symbol.dispose]());

const tidied = (service: string): string => join(services.path, `${service}-tidied`);
for (const [service, argument = service] of [
  ...[['otp'], ['many'], ['hang'], ['simple']],
  ...[['failing', 'many'], ['unlocking'], ['abandoned']],
] as [string, string?][]) {
  const lines = [
    `auth required ${MODULE} tidy=${tidied(service)} ${argument}`,
    'account required pam_permit.so',
  ];
  writeFileSync(join(services.path, service), `${lines.join('\n')}\nsession required ${MODULE}\n`);
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

  begin(
    service: string,
    { answerTimeoutMs = 10_000, user = 'nobody', purpose = 'login' } = {},
  ): this {
    const who = { user, terminal: 't1', purpose, minUid: 0 };
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
  await using talk = new Talk().begin('otp', { answerTimeoutMs: 20 });
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

for (const [title, service, purpose, type] of [
  ['a failure', 'failing', 'login', 'failed'],
  ['an unlocking', 'unlocking', 'unlock', 'authenticated'],
] as const)
  test(`modules have tidied up when ${title} is told`, async (t) => {
    await using talk = new Talk().begin(service, { purpose });
    t.like(await talk.report(), { type });
    t.true(existsSync(tidied(service)));
  });

rootTest('modules have tidied up when a session that fails is told', async (t) => {
  await using talk = new Talk().begin('abandoned');
  await talk.report();
  talk.send({ type: 'start', ours: true });
  await talk.report();
  t.false(existsSync(tidied('abandoned')));
  talk.send({ type: 'abandon', message: 'not today' });
  t.like(await talk.report(), { type: 'start_failed' });
  t.true(existsSync(tidied('abandoned')));
});

test('a module that hangs does not keep it from ending with wrsessd', async (t) => {
  const talk = new Talk().begin('hang');
  await talk[Symbol.asyncDispose]();
  t.pass();
});

/** A session's start as root that fails by what the command writes to its descriptor 3. */
async function failedStart(command: readonly string[], name: string): Promise<unknown> {
  await using talk = new Talk().begin('simple', { user: 'root' });
  const folder = join(services.path, name);
  mkdirSync(folder);
  await talk.report();
  talk.send({ type: 'start', ours: true });
  await talk.report();
  talk.send({
    type: 'run',
    ...{ command, environment: ['PATH=/usr/bin:/bin'], input: '', saidIn: 'log' },
    ...{ readyTimeoutMs: 10_000, endTimeoutMs: 1000, stop: [], descendants: false },
    ...{ link: folder, runtime: `${folder}-runtime`, socket: join(folder, 'link') },
  });
  return (await talk.report())['message'];
}

rootTest('a session inherits no descriptor that a module has left open', async (t) => {
  const list = 'exec ls -x -w 0 /proc/self/fd >&3';
  const message = await failedStart(['/bin/sh', '-c', list], 'descriptors');
  // 4 is the folder that ls reads.
  t.is(message, 'wrcomp does not start: 0  1  2  3  4; its log is log');
});

rootTest('an application is asked to end once', async (t) => {
  const told = join(services.path, 'told');
  const program = `
    const { appendFileSync, writeSync } = require('node:fs');
    process.on('SIGTERM', () => appendFileSync(${JSON.stringify(told)}, 'TERM '));
    setInterval(() => {}, 1000);
    writeSync(3, 'no\\n');`;
  const socket = join(services.path, 'application', 'link');
  const command = `export WAYRAY_SESSION="$(stat -c %i ${dirname(socket)}):${socket}"
    setsid "$0" -e "$1" & wait`;
  const words = ['/bin/sh', '-c', command, process.execPath, program];
  const message = await failedStart(words, 'application');
  t.is(message, 'wrcomp does not start: no; its log is log');
  t.is(readFileSync(told, 'utf8'), 'TERM ');
});
