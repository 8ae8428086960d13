import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { pino } from 'pino';
import { KnownServers } from '../../../firmware/connection/known-servers.ts';
import { dialler } from '../../../firmware/discovery/dial.ts';
import type { DnsRecord } from '../../../firmware/discovery/dns-message.ts';
import { dnsSource } from '../../../firmware/discovery/dns-source.ts';
import { ServerSearch } from '../../../firmware/discovery/server-search.ts';
import { discover } from '../../../firmware/discovery/source.ts';
import { ByeCode } from '../../../protocol/generated/control.ts';
import { loadOrCreateIdentity } from '../../../protocol/node/identity.ts';
import { Server } from '../../helpers/server.ts';
import { NameServer } from './name-server.ts';

const SERVICE = '_wayray._tcp.example.org';
const log = pino({ level: 'silent' });

/** A wrsrvd, a name server that names it, and a terminal's search. */
async function bench(t: ExecutionContext) {
  const server = await Server.start({ size: '320x200' });
  t.teardown(() => server.stop());
  const names = await NameServer.start([]);
  t.teardown(() => names[Symbol.dispose]());
  const [host = '', port = ''] = server.address.split(':');
  const known = new KnownServers(server.file('known'));
  const identity = await loadOrCreateIdentity(server.file('identity'), {
    algorithm: 'ed25519',
    name: 'terminal',
  });
  const domains = () => ['example.org'];
  const source = dnsSource({ domains, nameServers: [names.address], timeoutMs: 500 });
  const code = { waits: false };
  const dial = dialler({ identity, known, log, codeWaits: () => code.waits });
  let nowMs = 0;
  const search = new ServerSearch({
    discover: () => discover([source]),
    dial,
    log,
    network: () => 'up',
    // Late enough for another search each time.
    nowMs: () => (nowMs += 20_000),
  });
  const say = (...fingerprints: readonly string[]): void => {
    const srv: DnsRecord = {
      type: 'SRV',
      name: SERVICE,
      priority: 0,
      weight: 0,
      port: Number(port),
      target: host,
    };
    const texts = fingerprints.map(
      (hex): DnsRecord => ({
        type: 'TXT',
        name: SERVICE,
        strings: ['v=wayray-1', `sha256=${hex}`],
      }),
    );
    names.records = [srv, ...texts];
  };
  const connect = async (): Promise<string | null> => {
    const link = await search.connect();
    link.close(ByeCode.normal, 'test');
    return link.peer.fingerprint;
  };
  return { server, known, search, say, connect, dial, code };
}

test.serial(
  'a server that DNS names is reached; its fingerprint there must be right',
  async (t) => {
    const { server, known, search, say, connect } = await bench(t);
    await t.throwsAsync(connect, {
      code: 'unreachable',
      message: /^DNS: no SRV/,
    });
    say('0'.repeat(64));
    await t.throwsAsync(connect, { code: 'refused', message: /expected 0{64}/ });
    t.is(search.trouble, 'wrong-certificate');
    say(server.fingerprint);
    t.is(await connect(), server.fingerprint);
    t.like(search.current, { origin: 'dns', from: SERVICE, pin: server.fingerprint });
    t.is(known.fingerprintOf(server.address), undefined);
  },
);

test.serial(
  'a server without a fingerprint is remembered, and the memory counts for more',
  async (t) => {
    const { server, known, search, say, connect } = await bench(t);
    say();
    t.is(await connect(), server.fingerprint);
    t.is(known.fingerprintOf(server.address), server.fingerprint);
    known.remember(server.address, '1'.repeat(64));
    await t.throwsAsync(connect, { code: 'refused', message: /it had another before/ });
    // A network that says the right one now does not change what is remembered.
    say(server.fingerprint);
    await t.throwsAsync(connect, { message: /it had another before.*known-servers\.json/ });
    t.is(search.trouble, 'wrong-certificate');
  },
);

test.serial('a damaged memory trusts nobody anew; whom a file names needs none', async (t) => {
  const { server, known, say, connect, dial } = await bench(t);
  mkdirSync(server.file('known'));
  writeFileSync(known.file, '{');
  say();
  await t.throwsAsync(connect, { name: 'DamagedStateError' });
  t.is(readFileSync(known.file, 'utf8'), '{');
  const [host = '', port = ''] = server.address.split(':');
  const pin = server.fingerprint;
  const link = await dial({ host, port: Number(port), pin, origin: 'file', from: 'test' });
  link.close(ByeCode.normal, 'test');
  t.is(link.peer.fingerprint, pin);
});

test.serial('whom the command line names with a fingerprint is known from then on', async (t) => {
  const { server, known, dial } = await bench(t);
  const [host = '', port = ''] = server.address.split(':');
  const candidate = { host, port: Number(port), from: 'test', pin: server.fingerprint };
  known.remember(server.address, '0'.repeat(64));
  (await dial({ ...candidate, origin: 'file' })).close(ByeCode.normal, 'test');
  t.is(known.fingerprintOf(server.address), '0'.repeat(64));
  (await dial({ ...candidate, origin: 'command-line' })).close(ByeCode.normal, 'test');
  t.is(known.fingerprintOf(server.address), server.fingerprint);
});

test.serial('with a one-time code only who is vouched for is dialled', async (t) => {
  const { server, known, search, say, connect, dial, code } = await bench(t);
  code.waits = true;
  const [host = '', port = ''] = server.address.split(':');
  const candidate = { host, port: Number(port), from: 'test' };
  const pin = server.fingerprint;
  say();
  await t.throwsAsync(connect, { message: /the one-time code needs its fingerprint/ });
  t.is(search.trouble, 'no-fingerprint');
  // Whoever answers for the name can say a fingerprint, too.
  say(pin);
  await t.throwsAsync(connect, { code: 'unreachable' });
  for (const origin of ['dhcp', 'dns', 'mdns'] as const)
    await t.throwsAsync(dial({ ...candidate, origin, pin }), { message: /one-time code/ });
  for (const origin of ['file', 'command-line'] as const) {
    t.is(known.fingerprintOf(server.address), undefined);
    await t.throwsAsync(dial({ ...candidate, origin }), { message: /one-time code/ });
    (await dial({ ...candidate, origin, pin })).close(ByeCode.normal, 'test');
  }
  t.is(await connect(), pin);
});
