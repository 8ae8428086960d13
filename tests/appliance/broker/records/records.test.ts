import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import test from 'ava';
import {
  avahiService,
  dnsmasqLines,
  dnsRecords,
  recordsText,
  type ServerPlace,
  terminalFile,
  vendorOption,
} from '../../../../appliance/broker/records/records.ts';
import { parseTerminalConfig } from '../../../../firmware/config/terminal-config.ts';
import { parseVendorOption } from '../../../../firmware/discovery/dhcp-option.ts';
import { parsePins, pinOf } from '../../../../firmware/discovery/txt-record.ts';
import { Program } from '../../../helpers/program.ts';
import { scratchFolder } from '../../../helpers/scratch.ts';

const PIN = '0123456789abcdef'.repeat(4);
const PLACES: readonly ServerPlace[] = [
  { host: 'desks.example.org', port: 7600, fingerprint: PIN },
  { host: 'desks', port: 7601, fingerprint: PIN },
  { host: '10.1.2.3', port: 1, fingerprint: PIN },
  { host: 'fd00::7', port: 65_535, fingerprint: PIN },
];
const expected = ({ host, port }: ServerPlace) => ({ host, port, pin: PIN });

for (const place of PLACES) {
  test(`a terminal reads of ${place.host} what was written`, (t) => {
    const { servers, problems } = parseTerminalConfig(terminalFile(place), 'f');
    t.deepEqual(problems, []);
    t.deepEqual(servers, [{ ...expected(place), origin: 'file', from: 'f' }]);
    t.deepEqual(parseVendorOption(vendorOption(place), 'f'), [
      { ...expected(place), origin: 'dhcp', from: 'f' },
    ]);
  });
}

/** The strings of a TXT record in a zone file. */
const stringsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"/g)].map(([, string = '']) => string);

test('DNS records lead to the server and have its fingerprint', (t) => {
  const [srv = '', txt = ''] =
    dnsRecords(PLACES[0] as ServerPlace, 'example.org')?.split('\n') ?? [];
  t.is(srv, '_wayray._tcp.example.org. IN SRV 10 10 7600 desks.example.org.');
  t.true(txt.startsWith('_wayray._tcp.example.org. IN TXT '));
  t.is(pinOf(parsePins([stringsOf(txt)]), 'desks.example.org'), PIN);
  const short = dnsRecords(PLACES[1] as ServerPlace, 'lab.example.org') ?? '';
  t.true(short.includes(' SRV 10 10 7601 desks.lab.example.org.'));
  t.is(dnsRecords(PLACES[2] as ServerPlace, 'example.org'), null);
  t.regex(recordsText(PLACES[2] as ServerPlace, 'example.org'), /give one with --host/);
});

test('what Avahi is told is what a terminal understands', (t) => {
  const xml = avahiService(PLACES[0] as ServerPlace);
  const records = [...xml.matchAll(/<txt-record>([^<]*)<\/txt-record>/g)].map(([, it = '']) => it);
  t.is(pinOf(parsePins([records]), 'any.local'), PIN);
  t.regex(xml, /<port>7600<\/port>/);
  t.regex(xml, /<type>_wayray\._tcp<\/type>/);
});

test('lines for dnsmasq', (t) => {
  const place = PLACES[3] as ServerPlace;
  const lines = dnsmasqLines(place).split('\n');
  t.is(lines[0], 'dhcp-vendorclass=set:wayray,wayray-1');
  const [, bytes = ''] = /^dhcp-option=tag:wayray,43,([0-9a-f:]+)$/.exec(lines[1] ?? '') ?? [];
  t.is(bytes.replaceAll(':', ''), vendorOption(place).toString('hex'));
});

test('wrsrvd records prints them for the server of a configuration', async (t) => {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  mkdirSync(`${scratch.path}/state`, { mode: 0o700 });
  const config = `${scratch.path}/wrsrvd.toml`;
  writeFileSync(config, `listen = "0.0.0.0:7611"\nstate-dir = "${scratch.path}/state"\n`);
  const records = (...words: string[]) =>
    new Program('appliance/broker/main.js', ['records', '--config', config, ...words]).ended;
  const { status, stdout, stderr } = await records('--host', 'desks.lab.example.org');
  t.is(status, 0, stderr);
  t.regex(
    stdout,
    /_wayray\._tcp\.lab\.example\.org\. IN SRV 10 10 7611 desks\.lab\.example\.org\./,
  );
  const [, hex = ''] = /hexadecimal digits\n([0-9a-f]+)\n/.exec(stdout) ?? [];
  const [found] = parseVendorOption(Buffer.from(hex, 'hex'), 'f');
  const certificate = `${scratch.path}/state/identity/identity.crt`;
  const der = execFileSync('openssl', ['x509', '-in', certificate, '-outform', 'DER']);
  const { createHash } = await import('node:crypto');
  t.is(found?.pin, createHash('sha256').update(der).digest('hex'));
  const again = await records('--avahi');
  t.regex(again.stdout, new RegExp(`^<\\?xml[^]*sha256=${found?.pin}`));
  writeFileSync(config, `listen = "127.0.0.1:7611"\nstate-dir = "${scratch.path}/state"\n`);
  const loopback = await records();
  t.is(loopback.status, 78);
  t.regex(loopback.stderr, /listen: 127\.0\.0\.1 is for terminals on this machine alone/);
  t.is((await records('--host', 'a b')).status, 2);
});
