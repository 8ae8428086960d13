/**
 * A flood of strangers from a process of its own, bounded in number and time. As a program:
 * flood.ts PORT FROM RATE SECONDS KIND
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { connect as connectNet, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { ALPN } from '../../../protocol/node/alpn.ts';
import { terminalIdentity } from './identities.ts';

/** How far each of them goes before it hangs: nothing, its ClientHello, or the whole handshake. */
export const FLOODS = ['idle', 'hello', 'secured'] as const;
export type Flood = (typeof FLOODS)[number];

const HOST = '127.0.0.1';
const MAX_CONNECTIONS = 20_000;
const TICK_MS = 10;

/** What a terminal sends first. */
export async function clientHello(): Promise<Buffer> {
  const got = Promise.withResolvers<Buffer>();
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes) => {
      got.resolve(bytes);
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as { port: number };
  const client = connectTls({ host: HOST, port, ALPNProtocols: [ALPN], minVersion: 'TLSv1.3' });
  client.on('error', () => {});
  const bytes = await got.promise;
  client.destroy();
  server.close();
  return bytes;
}

export interface Flooding {
  /** Connections made so far, as the flood told last. */
  readonly made: () => number;
  stop(): Promise<void>;
}

/** Starts a flood; resolves when it has begun. @param from the address it comes from, e.g. 127.0.0.2 */
export async function startFlood(
  port: number,
  from: string,
  rate: number,
  seconds: number,
  kind: Flood,
): Promise<Flooding> {
  const script = fileURLToPath(import.meta.url);
  const args = [script, port, from, rate, seconds, kind].map(String);
  const child: ChildProcess = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let made = 0;
  const begun = Promise.withResolvers<void>();
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    made = Number(line);
    if (made >= rate / 10) begun.resolve();
  });
  await Promise.race([begun.promise, exited]);
  return {
    made: () => made,
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function flood(
  port: number,
  from: string,
  rate: number,
  seconds: number,
  kind: Flood,
): Promise<void> {
  const hello = await clientHello();
  const identity = await terminalIdentity();
  const tls = {
    key: identity.keyPem,
    cert: identity.certPem,
    rejectUnauthorized: false,
    ALPNProtocols: [ALPN],
  };
  const go = (): void => {
    const socket = connectNet({ host: HOST, port, localAddress: from });
    if (kind === 'secured') connectTls({ ...tls, socket }).on('error', () => {});
    socket.on('error', () => {});
    if (kind === 'hello') socket.write(hello);
  };
  process.stdout.on('error', () => process.exit());
  const started = performance.now();
  let made = 0;
  const timer = setInterval(() => {
    const elapsed = (performance.now() - started) / 1000;
    const due = Math.min(elapsed * rate, MAX_CONNECTIONS);
    for (; made < due; made++) go();
    process.stdout.write(`${made}\n`);
    if (elapsed < seconds && made < MAX_CONNECTIONS) return;
    clearInterval(timer);
    process.exit();
  }, TICK_MS);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [port, from = HOST, rate, seconds, kind] = process.argv.slice(2);
  await flood(Number(port), from, Number(rate), Number(seconds), kind as Flood);
}
