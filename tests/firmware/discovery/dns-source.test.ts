import test, { type ExecutionContext } from 'ava';
import type { DnsRecord } from '../../../firmware/discovery/dns-message.ts';
import { dnsSource } from '../../../firmware/discovery/dns-source.ts';
import { discover } from '../../../firmware/discovery/source.ts';
import { NameServer } from './name-server.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
const TCP = '_wayray._tcp.example.org';
const UDP = '_wayray._udp.example.org';

const srv = (name: string, target: string, priority = 0, port = 7600): DnsRecord => ({
  type: 'SRV',
  name,
  priority,
  weight: 0,
  port,
  target,
});
const txt = (name: string, ...strings: string[]): DnsRecord => ({ type: 'TXT', name, strings });

async function search(
  t: ExecutionContext,
  records: readonly DnsRecord[] | null,
  domains: readonly string[] = ['example.org'],
) {
  const server = await NameServer.start(records);
  t.teardown(() => server[Symbol.dispose]());
  const nameServers = [server.address];
  return discover([dnsSource({ domains: () => domains, nameServers, timeoutMs: 100 })]);
}

test('servers of SRV records come by priority, each with its fingerprint', async (t) => {
  const { candidates } = await search(t, [
    srv(TCP, 'second.example.org', 20, 7601),
    srv(TCP, 'First.example.org', 10),
    txt(TCP, 'v=wayray-1', `sha256=${A}`),
    txt(TCP, 'v=wayray-1', `sha256=${B.toUpperCase()}`, 'host=first.example.org.', 'later=x'),
    txt(TCP, 'v=spf1 -all'),
  ]);
  t.deepEqual(candidates, [
    { host: 'First.example.org', port: 7600, pin: B, origin: 'dns', from: TCP },
    { host: 'second.example.org', port: 7601, pin: A, origin: 'dns', from: TCP },
  ]);
});

test('_udp serves where there is no _tcp, and the next domain where there is neither', async (t) => {
  const records = [srv(UDP, 'a.example.org')];
  const { candidates } = await search(t, records, ['elsewhere.org', 'example.org']);
  t.deepEqual(candidates, [{ host: 'a.example.org', port: 7600, origin: 'dns', from: UDP }]);
  const both = await search(t, [...records, srv(TCP, 'b.example.org')]);
  t.deepEqual(
    both.candidates.map(({ host }) => host),
    ['b.example.org'],
  );
});

test('no record, no domain and a service that is decidedly not there are nothing', async (t) => {
  const none = await search(t, []);
  t.like(none.reports[0], { origin: 'dns', outcome: 'nothing' });
  t.regex(none.reports[0]?.detail ?? '', /^no SRV record .* in example\.org$/);
  t.is((await search(t, [], [])).reports[0]?.detail, 'no domain is known');
  t.deepEqual((await search(t, [srv(TCP, 'a.example.org', 0, 0)])).candidates, []);
});

test('a silent name server costs its timeout and is told of', async (t) => {
  const { candidates, reports } = await search(t, null);
  t.deepEqual(candidates, []);
  t.regex(reports[0]?.detail ?? '', /ETIMEOUT for _wayray/);
});

test('a fingerprint that cannot be read takes the servers with it', async (t) => {
  const wrong = [`sha256=${A}0`, 'sha256=', `host=a..b`];
  for (const word of wrong) {
    const records = [srv(TCP, 'a.example.org'), txt(TCP, 'v=wayray-1', word)];
    const { candidates, reports } = await search(t, records);
    t.deepEqual(candidates, []);
    t.like(reports[0], { outcome: 'refused' }, word);
  }
  const two = [txt(TCP, 'v=wayray-1', `sha256=${A}`), txt(TCP, 'v=wayray-1', `sha256=${B}`)];
  const { reports } = await search(t, [srv(TCP, 'a.example.org'), ...two]);
  t.regex(reports[0]?.detail ?? '', /two fingerprints/);
});

test('all domains are asked at once, and the best one that answers counts', async (t) => {
  const names = await NameServer.start([
    srv('_wayray._tcp.b.org', 'second.b.org'),
    srv('_wayray._tcp.c.org', 'third.c.org'),
  ]);
  t.teardown(() => names[Symbol.dispose]());
  names.silent = ['a.org'];
  const nameServers = [names.address];
  const find = (domains: readonly string[]) =>
    discover([dnsSource({ domains: () => domains, nameServers, timeoutMs: 300 })]);
  const { candidates } = await find(['a.org', 'c.org', 'b.org']);
  t.deepEqual(
    candidates.map(({ host }) => host),
    ['third.c.org'],
  );
  // Before a.org is asked for a second time, everybody was asked once.
  const once = ['a', 'b', 'c'].flatMap((it) => [
    `_wayray._tcp.${it}.org`,
    `_wayray._udp.${it}.org`,
  ]);
  t.deepEqual(names.asked.slice(0, 6).sort(), once.sort());

  names.silent = ['org'];
  const beganMs = performance.now();
  const { reports } = await find(['a.org', 'b.org', 'c.org', 'd.org']);
  const tookMs = performance.now() - beganMs;
  t.regex(reports[0]?.detail ?? '', /ETIMEOUT for _wayray/);
  t.true(tookMs < 2_500, `${tookMs} ms`);
});
