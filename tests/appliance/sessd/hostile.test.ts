import { readFileSync } from 'node:fs';
import serialTest, { type TestFn } from 'ava';
import fc from 'fast-check';
import { readRequest } from '../../../appliance/sessd/wire/broker-messages.ts';
import { MessageError } from '../../../appliance/wire/check.ts';
import { encodeFrame } from '../../../appliance/wire/frame.ts';
import { Client, childrenOf, isRoot, PASSWORD, Rig, Users } from './rig.ts';
import { generator } from './statistics.ts';

const rootTest: TestFn['serial'] = isRoot
  ? serialTest.serial
  : (serialTest.serial.skip as unknown as TestFn['serial']);
const why = isRoot ? '' : ' (skipped: needs root)';

serialTest('any JSON: a request or MessageError, nothing else', (t) => {
  const type = fc.constantFrom('session_requested', 'authentication_answer', '__proto__', 'x');
  const object = fc.dictionary(
    fc.constantFrom('id', 'terminal', 'user', 'round', 'answers', 'session', '__proto__', 'size'),
    fc.jsonValue(),
  );
  const message = fc.oneof(
    fc.jsonValue(),
    fc.tuple(type, object).map(([name, rest]) => ({ ...rest, type: name })),
  );
  fc.assert(
    fc.property(message, (value) => {
      try {
        readRequest(value);
      } catch (error) {
        if (!(error instanceof MessageError)) throw error;
      }
    }),
    { numRuns: 2000 },
  );
  t.pass();
});

for (const [title, request] of Object.entries({
  'an id with a slash': { type: 'session_requested', id: '../a', terminal: 't' },
  'a field too many': { type: 'session_requested', id: 'a', terminal: 't', uid: 0 },
  'no terminal': { type: 'session_requested', id: 'a' },
  'a user with a newline': { type: 'session_requested', id: 'a', terminal: 't', user: 'a\nb' },
  'a service of its own': { type: 'session_requested', id: 'a', terminal: 't', method: 'su' },
  'a size of nothing': {
    type: 'session_start',
    id: 'a',
    session: 's',
    size: { width: 0, height: 1 },
  },
  'a type off Object': { type: 'constructor' },
  'a list': [],
}))
  serialTest(`refused: ${title}`, (t) => {
    t.throws(() => readRequest(request), { instanceOf: MessageError });
  });

const random = generator(99);
const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
const odd = [null, -1, 1e9, '', 'x'.repeat(5000), [], {}, '../../etc', 'a', 0, true, { id: 'a' }];
const types = [
  ...['session_requested', 'unlock_requested', 'authentication_answer', 'session_start'],
  ...['authentication_cancelled', 'session_logout', 'sessions_requested', 'toString', ''],
];

/** One message that is wrong in some way. */
function hostile(): Buffer {
  const field = () =>
    pick(['id', 'terminal', 'user', 'round', 'answers', 'session', 'reason', 'x']);
  const head = { type: pick(types), [field()]: pick(odd), [field()]: pick(odd), bad: 1 };
  const frame = encodeFrame(head, random() < 0.1 ? [new Uint8Array(9)] : []);
  if (random() < 0.1) frame[Math.floor(random() * frame.length)] = Math.floor(random() * 256);
  if (random() < 0.05) frame.writeUInt32LE(0xffffffff, pick([0, 4]));
  return random() < 0.05 ? frame.subarray(0, Math.floor(random() * frame.length)) : frame;
}

rootTest(`10,000 hostile messages: it goes on serving, and does not grow${why}`, async (t) => {
  using users = new Users();
  const user = users.add('calm');
  await using rig = await new Rig().start();
  const pid = rig.program.process.pid ?? 0;
  for (let sent = 0; sent < 10_000; ) {
    using client = await Client.connect(rig.socket);
    client.socket.on('error', () => {});
    for (let i = 0; i < 50; i++, sent++) client.socket.write(hostile());
    client.socket.end();
    await client.closed;
    const allowed = ['refused', 'sessions'];
    t.deepEqual(
      client.heard.filter(({ type }) => !allowed.includes(type)),
      [],
    );
  }
  t.true(rig.program.running);
  t.deepEqual(childrenOf(pid), []);
  t.true(residentMiB(pid) < 150, `${residentMiB(pid)} MiB`);
  using client = await rig.client();
  t.is((await client.logIn('a', user, PASSWORD)).type, 'session_authenticated');
});

rootTest(`a broker that makes a hundred mistakes is shown the door${why}`, async (t) => {
  await using rig = await new Rig().start();
  using client = await rig.client();
  for (let i = 0; i < 150; i++) client.send({ type: 'nothing' });
  await client.closed;
  t.is(client.heard.length, 100);
  t.like(rig.audit.at(-1), { event: 'peer-broke-rules', reason: 'too many mistakes' });
});

rootTest(`what has merely crossed on the way is no mistake${why}`, async (t) => {
  await using rig = await new Rig().start();
  using client = await rig.client();
  for (let i = 0; i < 150; i++) {
    client.send({ type: 'session_logout', session: `s${i}`, reason: 'it ended by itself' });
    client.send({ type: 'authentication_cancelled', id: `a${i}` });
  }
  client.send({ type: 'sessions_requested' });
  t.deepEqual((await client.answer('sessions')).sessions, []);
  t.is(client.heard.length, 301);
});

rootTest(`tries are slowed down per terminal and per user, existing or not${why}`, async (t) => {
  await using rig = await new Rig({ times: { freeAttempts: 2, floorMs: 50, jitterMs: 5 } }).start();
  using client = await rig.client();
  const codes = async (user: string, terminal: string) => {
    const id = `r${client.heard.length}`;
    client.request(id, user, { terminal });
    const first = await client.answer(['authentication_prompt', 'authentication_failed'], id);
    if (first.type === 'authentication_failed') return first.code;
    client.send({ type: 'authentication_answer', id, round: first.round, answers: [1] }, ['x']);
    return (await client.answer('authentication_failed', id)).code;
  };
  const same = [];
  for (let i = 0; i < 4; i++) same.push(await codes('no-such-user', `t${i}`));
  t.deepEqual(same, ['failed', 'failed', 'failed', 'wait']);
  const terminal = [];
  for (let i = 0; i < 4; i++) terminal.push(await codes(`no-such-user-${i}`, 'u1'));
  t.deepEqual(terminal, ['failed', 'failed', 'failed', 'wait']);
  const waiting = client.heard.find((answer) => 'code' in answer && answer.code === 'wait');
  t.true(waiting?.type === 'authentication_failed' && (waiting.retryAfterMs ?? 0) <= 2000);
});

const residentMiB = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
