import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { LinkError } from '../../../protocol/errors.ts';
import type { ServerLink } from '../../../protocol/link/link.ts';
import { connectUnix, listenUnix } from '../../../protocol/node/unix.ts';
import { conformance } from '../link/conformance.ts';

async function socketPath(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'wr-unix-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return join(directory, 'link');
}

conformance(test, {
  name: 'unix',
  async connect(t, tuning) {
    const path = await socketPath(t);
    const server = Promise.withResolvers<ServerLink>();
    const listener = await listenUnix(path, {
      onLink: server.resolve,
      admission: true,
      ...(tuning ? { tuning } : {}),
    });
    t.teardown(() => void listener.close());
    return { client: await connectUnix(path, tuning), server: server.promise };
  },
});

test('the socket is for its user alone', async (t) => {
  const path = await socketPath(t);
  const listener = await listenUnix(path, { onLink: () => {}, admission: false });
  t.is((await stat(path)).mode & 0o777, 0o600);
  await listener.close();
});

test('a socket that is not there is an error in words', async (t) => {
  const path = await socketPath(t);
  const error = await t.throwsAsync(connectUnix(path), {
    instanceOf: LinkError,
    code: 'unreachable',
  });
  t.is(error?.message, `cannot connect to ${path}: there is no such socket`);
});
