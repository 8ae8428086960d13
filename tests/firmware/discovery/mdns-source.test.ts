import { fileURLToPath } from 'node:url';
import test from 'ava';
import { type DnsRecord, RECORD } from '../../../firmware/discovery/dns-message.ts';
import { MdnsRecords } from '../../../firmware/discovery/mdns-records.ts';
import { Program } from '../../helpers/program.ts';
import { cable, inNetwork, namespace, SERVER, within } from './cable.ts';

const A = 'a'.repeat(64);
const file = (name: string): string =>
  fileURLToPath(new URL(name, import.meta.url)).replace(/^.*(?=tests\/firmware)/, '');

inNetwork('a server on the other end of a cable answers over multicast', async (t) => {
  const { server, terminal } = await cable(t);
  const responder = new Program(file('mdns-responder.ts'), [SERVER, A], process.env, server);
  t.teardown(() => responder.stop('SIGKILL'));
  await responder.says(/ready/);
  const { stdout, stderr } = await new Program(file('mdns-terminal.ts'), [], process.env, terminal)
    .ended;
  t.is(stderr, '');
  t.deepEqual(JSON.parse(stdout), {
    candidates: [
      {
        host: SERVER,
        port: 7600,
        pin: A,
        origin: 'mdns',
        from: 'House of Desks._wayray._tcp.local',
      },
    ],
    reports: [{ origin: 'mdns', outcome: 'found', detail: 'House of Desks._wayray._tcp.local' }],
  });
});

inNetwork('silence and no network at all are nothing', async (t) => {
  const { terminal } = await cable(t);
  const search = async (prefix: string[]) => {
    const { stdout } = await new Program(file('mdns-terminal.ts'), [], process.env, prefix).ended;
    return JSON.parse(stdout).reports[0];
  };
  t.deepEqual(await search(terminal), {
    origin: 'mdns',
    outcome: 'nothing',
    detail: 'nobody answers',
  });
  const alone = await search(within(await namespace(t)));
  t.deepEqual(alone, { origin: 'mdns', outcome: 'nothing', detail: 'no network' });
});

const NAME = 'x._wayray._tcp.local';
const PTR: DnsRecord = { type: 'PTR', name: '_WayRay._TCP.local', target: NAME };
const SRV: DnsRecord = {
  type: 'SRV',
  name: NAME,
  priority: 0,
  weight: 0,
  port: 1,
  target: 'h.local',
};

test('what is missing is asked for, step by step', (t) => {
  const heard = new MdnsRecords();
  t.deepEqual(heard.missing, []);
  heard.add([PTR]);
  t.deepEqual(heard.missing, [
    { name: NAME, type: RECORD.srv },
    { name: NAME, type: RECORD.txt },
  ]);
  heard.add([SRV]);
  t.deepEqual(heard.missing, [{ name: 'h.local', type: RECORD.a }]);
  t.deepEqual(heard.candidates(), []);
  heard.add([{ type: 'A', name: 'H.local', address: '10.0.0.1' }]);
  t.deepEqual(heard.missing, []);
  t.deepEqual(heard.candidates(), [{ host: '10.0.0.1', port: 1, origin: 'mdns', from: NAME }]);
});

test('services of other kinds and more than is kept are passed over', (t) => {
  const heard = new MdnsRecords();
  heard.add([{ type: 'PTR', name: '_ipp._tcp.local', target: NAME }]);
  t.deepEqual(heard.missing, []);
  heard.add(Array.from({ length: 1000 }, () => ({ ...SRV, name: 'other' })));
  heard.add([PTR]);
  t.deepEqual(heard.missing, []);
});
