import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import {
  LEASE_FORMATS,
  type Lease,
  parseDhclient,
  parseEnvironment,
  parseNetworkd,
  readLeases,
} from '../../../firmware/discovery/dhcp-lease.ts';
import { parseVendorOption } from '../../../firmware/discovery/dhcp-option.ts';
import { dhcpSource } from '../../../firmware/discovery/dhcp-source.ts';
import { discover } from '../../../firmware/discovery/source.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const PIN = Buffer.alloc(32, 0xab);
const sub = (code: number, value: string | Buffer): Buffer =>
  Buffer.concat([Buffer.of(code, value.length), Buffer.from(value as string, 'latin1')]);
const OPTION = Buffer.concat([
  sub(1, 'house:7600'),
  sub(2, PIN),
  sub(1, '[fd00::1]'),
  Buffer.of(255),
]);
const FROM = { origin: 'dhcp', from: 'lease' } as const;
const SERVERS = [
  { host: 'house', port: 7600, pin: PIN.toString('hex'), ...FROM },
  { host: 'fd00::1', port: 7600, ...FROM },
];

test('option 43 names servers and their fingerprints', (t) => {
  t.deepEqual(parseVendorOption(OPTION, 'lease'), SERVERS);
  const padded = Buffer.concat([Buffer.of(0), sub(9, 'later'), OPTION, Buffer.of(0, 0)]);
  t.deepEqual(parseVendorOption(padded, 'lease'), SERVERS);
  t.deepEqual(parseVendorOption(Buffer.alloc(0), 'lease'), []);
});

test('one server and one fingerprint may come in either order', (t) => {
  const turned = Buffer.concat([sub(2, PIN), sub(9, 'later'), sub(1, 'house:7600')]);
  t.deepEqual(parseVendorOption(turned, 'lease'), SERVERS.slice(0, 1));
});

const WRONG: Readonly<Record<string, Buffer>> = {
  'a length beyond the end': Buffer.of(1, 9, 0x61),
  'a code without a length': Buffer.of(1),
  'an address of another vendor': sub(1, Buffer.of(192, 168, 1, 1)),
  'an empty server': sub(1, ''),
  'a port of 0': sub(1, 'a:0'),
  'a name with a slash': sub(1, 'a/b:1'),
  'a fingerprint alone': sub(2, PIN),
  'a fingerprint before several servers': Buffer.concat([sub(2, PIN), sub(1, 'a'), sub(1, 'b')]),
  'fingerprints before their servers': Buffer.concat([
    ...[sub(2, PIN), sub(1, 'a')],
    ...[sub(2, PIN), sub(1, 'b')],
  ]),
  'a short fingerprint': Buffer.concat([sub(1, 'a'), sub(2, 'short')]),
  'two fingerprints': Buffer.concat([sub(1, 'a'), sub(2, PIN), sub(2, PIN)]),
  'bytes after the end': Buffer.concat([Buffer.of(255), sub(1, 'a')]),
  'too many servers': Buffer.concat(Array.from({ length: 17 }, () => sub(1, 'a'))),
  'too many bytes': Buffer.alloc(5000),
};
for (const [what, bytes] of Object.entries(WRONG)) {
  test(`option 43 with ${what} is refused`, (t) => {
    t.throws(() => parseVendorOption(bytes, 'lease'), { name: 'ProtocolError' });
  });
}

const HEX = OPTION.toString('hex');

test('the environment of udhcpc is read', (t) => {
  const text = `interface=eth0\nopt43=${HEX}\nopt60=wayray-1\ndomain=example.org\nsearch=a.org b.org.\n`;
  t.like(parseEnvironment(text, 'f')[0], {
    vendorOption: OPTION,
    vendorClass: 'wayray-1',
    domains: ['example.org', 'a.org', 'b.org'],
  });
  t.like(parseEnvironment('', 'f')[0], { vendorOption: null, vendorClass: null, domains: [] });
  t.throws(() => parseEnvironment('opt43=xyz', 'f'), { name: 'ConfigError', message: /^f: / });
});

test('leases of systemd-networkd are read', (t) => {
  const text = `# private\nADDRESS=10.0.0.9\nDOMAINNAME=example.org\nVENDOR_SPECIFIC=${HEX}\n`;
  t.like(parseNetworkd(text, 'f')[0], { vendorOption: OPTION, domains: ['example.org'] });
});

test('the last lease of each interface in a file of dhclient counts', (t) => {
  const colons = [...OPTION].map((byte) => byte.toString(16)).join(':');
  const block = (name: string, lines: string) => `lease {\n  interface "${name}";\n${lines}}\n`;
  const text =
    block('eth0', '  option vendor-encapsulated-options 1:1:61;\n') +
    block('eth1', '  option vendor-encapsulated-options "\\001\\005x\\"y\\\\z";\n') +
    block(
      'eth0',
      `  option vendor-encapsulated-options ${colons};\n  option vendor-class-identifier "wayray-1";\n` +
        '  option domain-name "example.org";\n  option domain-search "a.org.", "b.org.";\n',
    );
  const [eth0, eth1] = parseDhclient(text, 'f');
  t.like(eth0, { vendorOption: OPTION, vendorClass: 'wayray-1' });
  t.deepEqual(eth0?.domains, ['example.org', 'a.org', 'b.org']);
  t.deepEqual(Buffer.from(eth1?.vendorOption ?? []), Buffer.from('\x01\x05x"y\\z', 'latin1'));
});

const lease = (said: Partial<Lease>): Lease => ({
  from: 'lease',
  vendorOption: null,
  vendorClass: null,
  domains: [],
  ...said,
});

test('an answer for another vendor is not read', async (t) => {
  const ask = (...leases: Lease[]) => discover([dhcpSource(() => leases)]);
  const foreign = await ask(lease({ vendorOption: OPTION, vendorClass: 'PXEClient' }));
  t.deepEqual(foreign.candidates, []);
  t.is(foreign.reports[0]?.detail, 'option 43 is for another vendor');
  const ours = await ask(lease({ vendorOption: OPTION, vendorClass: 'wayray-1' }));
  t.deepEqual(ours.candidates, SERVERS);
  t.is((await ask()).reports[0]?.detail, 'no lease');
  t.is((await ask(lease({}))).reports[0]?.detail, 'a lease without option 43');
});

test('leases are found where clients leave them', (t) => {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  const formats = LEASE_FORMATS.map((format, at) => ({
    ...format,
    folder: join(scratch.path, String(at)),
  }));
  t.deepEqual(readLeases(formats), []);
  for (const { folder } of formats) mkdirSync(folder);
  writeFileSync(join(scratch.path, '0/eth0.env'), `opt43=${HEX}\n`);
  writeFileSync(join(scratch.path, '0/eth0.env.tmp'), 'opt43=zz\n');
  writeFileSync(join(scratch.path, '1/2'), 'DOMAINNAME=example.org\n');
  writeFileSync(join(scratch.path, '2/dhclient.eth0.leases'), 'lease {\n}\n');
  t.is(readLeases(formats).length, 3);
});
