import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import test from 'ava';
import { encodeFrame } from '../../../appliance/wire/frame.ts';
import { programPath } from '../../../native/load.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

interface Started {
  readonly child: ChildProcess;
  readonly channel: Socket;
  readonly ended: Promise<unknown[]>;
}

function start(): Started {
  const child = spawn(programPath('wrpam'), [], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const channel = child.stdio[3] as Socket;
  channel.on('error', () => {}).resume();
  return { child, channel, ended: once(child, 'exit') };
}

const begin = {
  type: 'begin',
  service: 'wayray-no-such-service',
  user: 'nobody',
  terminal: 't1',
  purpose: 'login',
  minUid: 1000,
  answerTimeoutMs: 1000,
};

for (const [title, bytes] of Object.entries({
  'no frame': Buffer.from('GET / HTTP/1.1\r\n\r\n'),
  'no JSON': Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{]')]),
  'no order': encodeFrame({ type: 'reboot' }),
  'a field too many': encodeFrame({ ...begin, uid: 0 }),
  'a service elsewhere': encodeFrame({ ...begin, service: '../su' }),
  'a folder that is no path': encodeFrame({ ...begin, confdir: 'pam.d' }),
  'secrets that nobody asked for': encodeFrame(begin, [new Uint8Array(4)]),
}))
  test(`ends for what wrsessd does not say: ${title}`, async (t) => {
    const { channel, ended } = start();
    channel.write(bytes);
    t.deepEqual(await ended, [70, null]);
  });

const folder = scratchFolder();
test.after.always(() => folder[Symbol.dispose]());
const made = join(folder.path, 'made');
const paths = { link: '/nowhere/l', runtime: '/nowhere/r', socket: '/nowhere/l/link' };

for (const order of [
  { type: 'start', ours: true },
  {
    ...{ type: 'run', command: ['/bin/mkdir', made], environment: [], input: '', saidIn: 'log' },
    ...{ readyTimeoutMs: 1000, endTimeoutMs: 1000, stop: [], descendants: false },
    ...paths,
  },
  { type: 'keep', session: 's1', control: made, pid: 1, socket: paths.socket, after: [] },
  { type: 'abandon', message: 'm' },
  { type: 'end', reason: 'r' },
])
  test(`no session without a login: ${order.type}`, async (t) => {
    const { channel, ended } = start();
    channel.write(encodeFrame(order));
    t.deepEqual(await ended, [0, null]);
    t.false(existsSync(made));
  });

test('ends with wrsessd', async (t) => {
  const { channel, ended } = start();
  channel.destroy();
  t.deepEqual(await ended, [0, null]);
});

test('outlives whoever reads its standard error', async (t) => {
  const child = spawn(programPath('wrpam'), [], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  child.stderr?.destroy();
  await once(child.stderr as Readable, 'close');
  const channel = child.stdio[3] as Socket;
  channel.on('error', () => {}).resume();
  channel.write(encodeFrame({ type: 'reboot' }));
  t.deepEqual(await ended, [70, null]);
});

test('says where its descriptor 3 is missing', async (t) => {
  const child = spawn(programPath('wrpam'), [], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  t.deepEqual(await once(child, 'close'), [64, null]);
  t.regex(said, /wrsessd starts it/);
});
