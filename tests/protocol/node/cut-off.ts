/**
 * Run in a network namespace of its own: a link whose way is cut, and says of each side how it ended and after what time.
 * With `word` the listening side says something that is never acknowledged.
 */
import { execFileSync } from 'node:child_process';
import { Channel } from '../../../protocol/channel.ts';
import type { Link, ServerLink } from '../../../protocol/link/link.ts';
import { connectTls } from '../../../protocol/node/tls-client.ts';
import { listenTls } from '../../../protocol/node/tls-listener.ts';
import { serverIdentity, terminalIdentity } from './identities.ts';

const host = '127.0.0.1';
// Longer than the test: nobody asks, the kernel alone can tell.
const tuning = { heartbeatMs: 60_000, restMs: 60_000, silenceMs: 240_000 };

const lo = (...words: string[]): void =>
  void execFileSync('ip', ['link', 'set', 'dev', 'lo', ...words]);

const ended = (link: Link): Promise<string> =>
  new Promise((resolve) => link.onClose(({ reason }) => resolve(reason)));

lo('up');
const accepted = Promise.withResolvers<ServerLink>();
const listener = await listenTls({
  host,
  port: 0,
  identity: await serverIdentity(),
  admission: true,
  onLink: accepted.resolve,
});
const { port } = listener;
const link = await connectTls({ host, port, identity: await terminalIdentity(), tuning });
const server = await accepted.promise;
server.admit();
const lane = Promise.withResolvers<Parameters<Parameters<ServerLink['onBidi']>[0]>[0]>();
server.onBidi((stream) => stream.channel === Channel.input && lane.resolve(stream));
const input = await link.openBidi(Channel.input);
const heard = new Promise<void>((resolve) => input.onMessage(() => resolve()));
(await lane.promise).send(new Uint8Array([1]));
await heard;

const cutMs = performance.now();
lo('down');
if (process.argv[2] === 'word') (await lane.promise).send(new Uint8Array([2]));
const [terminalSays, serverSays] = await Promise.all([ended(link), ended(server)]);
console.log(
  JSON.stringify({ terminalSays, serverSays, tookMs: Math.round(performance.now() - cutMs) }),
);
process.exit(0);
