import { once } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { type Ask, parseAnswer, parseAsk } from '../../../appliance/session/wish-messages.ts';
import { WishSocket } from '../../../appliance/session/wish-socket.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

async function open(t: ExecutionContext): Promise<{ path: string; asked: Ask[] }> {
  const scratch = scratchFolder();
  const path = `${scratch.path}/w.sock`;
  writeFileSync(path, 'left over');
  const asked: Ask[] = [];
  const socket = await WishSocket.open(path, (ask) => {
    asked.push(ask);
    return ask === 'detach' ? { error: 'not now' } : { ok: true };
  });
  t.teardown(() => {
    socket[Symbol.dispose]();
    scratch[Symbol.dispose]();
  });
  return { path, asked };
}

async function heard(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString();
  });
  socket.on('error', () => {});
  await once(socket, 'close');
  return text;
}

async function say(path: string, ...parts: string[]): Promise<string> {
  const socket = connect(path);
  const answer = heard(socket);
  for (const part of parts) socket.write(part);
  return answer;
}

test('a question in one or several pieces has one answer', async (t) => {
  const { path, asked } = await open(t);
  t.is(statSync(path).mode & 0o777, 0o600);
  t.is(await say(path, '{"ask":"lock"}\n'), '{"ok":true}\n');
  t.is(await say(path, '{"ask"', ':"logout"}', '\n{"ask":"lock"}\n'), '{"ok":true}\n');
  t.is(await say(path, '{"ask":"detach"}\n'), '{"error":"not now"}\n');
  t.deepEqual(asked, ['lock', 'logout', 'detach']);
});

for (const words of [
  '\n',
  'lock\n',
  '{}\n',
  '[]\n',
  'null\n',
  '{"ask":"reboot"}\n',
  '{"ask":["lock"]}\n',
  '{"ask":"__proto__"}\n',
  '\u0000\n',
  'x'.repeat(20_000),
  `${'['.repeat(10_000)}\n`,
]) {
  test(`no question: ${JSON.stringify(words.slice(0, 20))}`, async (t) => {
    const { path, asked } = await open(t);
    t.is(await say(path, words), '{"error":"that is no question"}\n');
    t.deepEqual(asked, []);
  });
}

test('callers that say nothing keep only so many others out, and none that leave', async (t) => {
  const { path } = await open(t);
  const silent = Array.from({ length: 40 }, () => connect(path));
  const ends = silent.map(heard);
  await Promise.all(silent.slice(0, 16).map((socket) => once(socket, 'connect')));
  for (const socket of silent) socket.destroy();
  await Promise.all(ends);
  t.is(await say(path, '{"ask":"info"}\n'), '{"ok":true}\n');
});

test('a disposed socket is gone', async (t) => {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  const path = `${scratch.path}/w.sock`;
  const socket = await WishSocket.open(path, () => ({ ok: true }));
  socket[Symbol.dispose]();
  t.false(existsSync(path));
  await t.throwsAsync(WishSocket.open(`${scratch.path}/${'x'.repeat(200)}`, () => ({ ok: true })));
});

test('messages that are none', (t) => {
  t.is(parseAsk('{"ask":"info"}'), 'info');
  t.is(parseAsk('{"ask":1}'), null);
  t.deepEqual(parseAnswer('{"error":"why"}'), { error: 'why' });
  for (const words of ['', '1', '{}', '{"ok":1}', '{"error":1}', 'null'])
    t.is(parseAnswer(words), null);
});
