/**
 * Run in a network namespace of its own: a link whose way is cut, and says of each side how it ended and after what time.
 * With `word` the listening side says something that is never acknowledged, with `display` only the way of its pictures
 * is cut.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Channel } from '../../../protocol/channel.ts';
import type { Link, LinkStream, ServerLink } from '../../../protocol/link/link.ts';
import { connectTls } from '../../../protocol/node/tls-client.ts';
import { listenTls } from '../../../protocol/node/tls-listener.ts';
import { serverIdentity, terminalIdentity } from './identities.ts';

const host = '127.0.0.1';
// Longer than the test: nobody asks, the kernel alone can tell.
const tuning = { heartbeatMs: 60_000, restMs: 60_000, silenceMs: 240_000 };

const ip = (...words: string[]): void => void execFileSync('ip', words);
const lo = (state: string): void => ip('link', 'set', 'dev', 'lo', state);

const ended = (link: Link): Promise<string> =>
  new Promise((resolve) => link.onClose(({ reason }) => resolve(reason)));

/** Ports of the machine from which the listener is connected to. */
function portsTo(listening: number): Set<string> {
  const rows = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
  const words = rows.map((row) => row.trim().split(/\s+/));
  const port = listening.toString(16).toUpperCase().padStart(4, '0');
  const own = words.filter(([, , remote]) => remote?.endsWith(`:${port}`));
  return new Set(own.map(([, local = '']) => local.split(':')[1] ?? ''));
}

/** Its packets are dropped; routes of the machine itself are asked after this rule. */
function cutPort(port: number): void {
  for (const side of ['sport', 'dport'])
    ip('rule', 'add', 'pref', '5', 'ipproto', 'tcp', side, `${port}`, 'blackhole');
  ip('rule', 'add', 'pref', '10', 'lookup', 'local');
  ip('rule', 'del', 'pref', '0');
}

async function openDisplay() {
  const before = portsTo(port);
  const opened = Promise.withResolvers<LinkStream>();
  server.onBidi((stream) => stream.channel === Channel.display && opened.resolve(stream));
  const shown = await link.openBidi(Channel.display);
  const got = new Promise<void>((resolve) => shown.onMessage(() => resolve()));
  const lane = await opened.promise;
  lane.send(new Uint8Array([1]));
  await got;
  const [made] = [...portsTo(port)].filter((other) => !before.has(other));
  return { lane, port: Number.parseInt(made ?? '', 16) };
}

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

const display = process.argv[2] === 'display' ? await openDisplay() : null;

const cutMs = performance.now();
if (display) {
  cutPort(display.port);
  display.lane.send(new Uint8Array([3]));
} else lo('down');
if (process.argv[2] === 'word') (await lane.promise).send(new Uint8Array([2]));
const [terminalSays, serverSays] = await Promise.all([ended(link), ended(server)]);
console.log(
  JSON.stringify({ terminalSays, serverSays, tookMs: Math.round(performance.now() - cutMs) }),
);
process.exit(0);
