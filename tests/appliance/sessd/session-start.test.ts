import test from 'ava';
import type { Launcher } from '../../../appliance/sessd/launch/launcher.ts';
import { SessionStart } from '../../../appliance/sessd/launch/start.ts';
import { encodeFrame } from '../../../appliance/wire/frame.ts';

const opened = {
  ...{ name: 'ada', uid: 1815, gid: 1852, home: '/home/ada', shell: '/bin/sh' },
  ...{ type: 'opened' as const, hasHome: true, environment: [] },
};
const folders = { link: '/l', runtime: '/r', socket: '/l/link' };
const planned = {
  ...{ command: ['wrcomp'], environment: {}, saidIn: 'log', stop: [], descendants: false },
  ...{ readyTimeoutMs: 1, endTimeoutMs: 1 },
};

async function start(prepare: () => Promise<string>) {
  const swept: string[] = [];
  const sent: object[] = [];
  const launcher: Launcher = {
    pamSession: 'ours',
    prepare: async () => ({ ...planned, ...folders, input: await prepare() }),
    serving: () => Promise.reject(new Error('not asked for')),
    sweep: (session) => Promise.resolve(void swept.push(session)),
  };
  const request = { type: 'start', session: 's1' } as const;
  const places = { runDir: '/run', logDir: '/log' };
  const starting = new SessionStart(request, launcher, places, (order) => {
    encodeFrame(order);
    sent.push(order);
  });
  await starting.take(opened);
  return { swept, types: sent.map((order) => (order as { type: string }).type) };
}

test('a plan is sent, and what was made for it stays', async (t) => {
  t.deepEqual(await start(() => Promise.resolve('')), { swept: [], types: ['run'] });
});

test('what was made for a plan that is too long to be sent is cleared away', async (t) => {
  const started = await start(() => Promise.resolve('x'.repeat(300_000)));
  t.deepEqual(started, { swept: ['s1'], types: ['abandon'] });
});

test('nothing is cleared away for a plan that was not made: it may be of another session', async (t) => {
  const started = await start(() => Promise.reject(new Error('there are processes already')));
  t.deepEqual(started, { swept: [], types: ['abandon'] });
});
