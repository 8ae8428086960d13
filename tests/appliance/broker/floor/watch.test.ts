import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { watchFor } from '../../../../appliance/broker/floor/watch.ts';
import {
  ByeCode,
  type ControlMessage,
  decodeControl,
  encodeControl,
  SessionPhase,
  SessionWish,
} from '../../../../protocol/generated/control.ts';
import type { Link, LinkStream } from '../../../../protocol/link/link.ts';
import { listenUnix } from '../../../../protocol/node/unix.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { scratchFolder } from '../../../helpers/scratch.ts';
import { log } from './stage.ts';

const INFO: ControlMessage = {
  type: 'SessionInfo',
  sessionId: 's1',
  pid: 1,
  waylandDisplay: '',
  state: SessionPhase.detached,
  software: 'test',
  locked: false,
};

/** A compositor of which there is nothing but its socket. */
async function stage(t: ExecutionContext, silentMs = 60_000) {
  const scratch = scratchFolder();
  const path = join(scratch.path, 's.sock');
  const links: { link: Link; control: LinkStream }[] = [];
  const heard: string[] = [];
  const listener = await listenUnix(path, {
    admission: false,
    onLink: (link) => {
      link.onBidi((control) => {
        links.push({ link, control });
        control.onMessage((bytes) => heard.push(decodeControl(bytes).type));
        control.send(encodeControl(INFO));
      });
    },
  });
  const said: string[] = [];
  const tuning = { heartbeatMs: 50, silenceMs: 200, handshakeTimeoutMs: 300 };
  const watch = watchFor({ silentMs, tuning })(
    path,
    {
      onUp: () => said.push('up'),
      onActivity: () => said.push('activity'),
      onWish: (wish) => said.push(`wish ${wish}`),
      onGone: (how) => said.push(`gone: ${how}`),
    },
    log,
  );
  t.teardown(async () => {
    watch[Symbol.dispose]();
    for (const { link } of links) link.close(ByeCode.normal, '');
    await listener.close();
    scratch[Symbol.dispose]();
  });
  await eventually(() => {
    if (said.length === 0) throw new Error('not up');
  });
  const says = (pattern: RegExp, times = 1) =>
    eventually(() => {
      if (said.filter((what) => pattern.test(what)).length < times) throw new Error(`${said}`);
    });
  return { watch, listener, links, heard, said, says };
}

test('tells that the session is up, what its person does and wishes', async (t) => {
  const { watch, links, heard, said, says } = await stage(t);
  const control = links[0]?.control;
  control?.send(encodeControl({ type: 'Activity' }));
  control?.send(encodeControl({ type: 'SessionRequest', wish: SessionWish.lock }));
  await says(/wish/);
  t.deepEqual(said, ['up', 'activity', `wish ${SessionWish.lock}`]);
  watch.send({ type: 'LockSession' });
  await eventually(() => {
    if (!heard.includes('LockSession')) throw new Error(`${heard}`);
  });
});

test('a link that ends while the compositor lives is made again', async (t) => {
  const { links, said, says } = await stage(t);
  links[0]?.link.close(ByeCode.protocol, 'a mistake');
  await says(/up/, 2);
  t.deepEqual(said, ['up', 'up']);
});

test('a compositor that ends is gone, once', async (t) => {
  const { listener, links, said, says } = await stage(t);
  const closed = listener.close();
  links[0]?.link.close(ByeCode.shutdown, 'the session has ended');
  await says(/gone/);
  await closed;
  t.deepEqual(said, ['up', 'gone: the session has ended']);
});

test('a session that ends every link and talks without end does not keep the server busy', async (t) => {
  const { links, said, says } = await stage(t);
  const first = links[0]?.control;
  for (let i = 0; i < 1000; i++) {
    first?.send(encodeControl({ type: 'Activity' }));
    first?.send(encodeControl({ type: 'SessionRequest', wish: SessionWish.lock }));
  }
  await says(/wish/, 5);
  const untilMs = performance.now() + 1200;
  while (performance.now() < untilMs) {
    links.at(-1)?.link.close(ByeCode.normal, 'again');
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.true(links.length <= 4, `${links.length} links`);
  const heard = said.filter((what) => what !== 'up').length;
  t.true(heard <= 16, `${heard} of 2000 heard`);
});

test('one that nobody can connect to any more is gone', async (t) => {
  const { listener, links, says } = await stage(t);
  const closed = listener.close();
  links[0]?.link.close(ByeCode.lost, 'killed');
  await says(/gone/);
  await closed;
  t.pass();
});

test('one that does not answer is looked for until it has been silent for too long', async (t) => {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  const path = join(scratch.path, 's.sock');
  // Takes connections and says nothing.
  const mute = createServer(() => {});
  mute.listen(path);
  await once(mute, 'listening');
  t.teardown(() => mute.close());
  const { promise, resolve } = Promise.withResolvers<string>();
  const tuning = { heartbeatMs: 50, silenceMs: 200, handshakeTimeoutMs: 200 };
  const nothing = () => {};
  const listener = { onUp: nothing, onActivity: nothing, onWish: nothing, onGone: resolve };
  using _watch = watchFor({ silentMs: 600, tuning })(path, listener, log);
  t.is(await promise, 'it does not answer');
});
