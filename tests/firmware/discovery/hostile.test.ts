import test from 'ava';
import fc from 'fast-check';
import { parse } from 'smol-toml';
import { parseTerminalConfig } from '../../../firmware/config/terminal-config.ts';
import {
  parseDhclient,
  parseEnvironment,
  parseNetworkd,
} from '../../../firmware/discovery/dhcp-lease.ts';
import { parseVendorOption } from '../../../firmware/discovery/dhcp-option.ts';
import {
  type DnsRecord,
  decodeMessage,
  encodeQuery,
} from '../../../firmware/discovery/dns-message.ts';
import { serversOf, usableRecords } from '../../../firmware/discovery/dns-source.ts';
import { searchDomains } from '../../../firmware/discovery/local-domains.ts';
import { MdnsRecords } from '../../../firmware/discovery/mdns-records.ts';
import { parsePins } from '../../../firmware/discovery/txt-record.ts';
import { WayRayError } from '../../../protocol/errors.ts';
import { encodeAnswer } from './dns-answer.ts';

const RUNS = { numRuns: 10_000 };

/** Nothing but the project's own errors comes out. */
function only(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch (error) {
    return error instanceof WayRayError;
  }
}

/** A sound input with some bytes put wrong, cut or appended. */
const broken = (sound: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Buffer> =>
  fc
    .tuple(
      sound,
      fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 6 }),
      fc.nat(40),
      fc.uint8Array({ maxLength: 8 }),
    )
    .map(([bytes, changes, cut, tail]) => {
      const copy = Buffer.from(bytes);
      for (const [at, value] of changes) if (copy.length > 0) copy[at % copy.length] = value;
      return Buffer.concat([copy.subarray(0, Math.max(0, copy.length - (cut % 7))), tail]);
    });

const subOption = fc
  .tuple(fc.constantFrom(1, 2, 3, 0), fc.oneof(fc.constant('a:1'), fc.string({ maxLength: 40 })))
  .map(([code, text]) => {
    const value = Buffer.from(text, 'utf8');
    return Buffer.concat([Buffer.of(code, value.length), value]);
  });
const option43 = fc.array(subOption, { maxLength: 8 }).map((all) => Buffer.concat(all));

test('10,000 hostile bytes for option 43', (t) => {
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), broken(option43));
  fc.assert(
    fc.property(bytes, (wire) => only(() => parseVendorOption(wire, 'f'))),
    RUNS,
  );
  t.pass();
});

const label = fc.stringMatching(/^[a-z0-9_-]{1,20}$/);
const name = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'));
const record: fc.Arbitrary<DnsRecord> = fc.oneof(
  fc.record({ type: fc.constant('A' as const), name, address: fc.ipV4() }),
  fc.record({ type: fc.constant('PTR' as const), name, target: name }),
  fc.record({
    type: fc.constant('TXT' as const),
    name,
    strings: fc.array(fc.stringMatching(/^[ -~]{0,80}$/), { maxLength: 4 }),
  }),
  fc.record({
    type: fc.constant('SRV' as const),
    name,
    priority: fc.nat(65_535),
    weight: fc.nat(65_535),
    port: fc.nat(65_535),
    target: name,
  }),
);
const records = fc.array(record, { maxLength: 6 });

test('answers are read as they were written', (t) => {
  fc.assert(
    fc.property(fc.nat(65_535), records, (id, said) => {
      const message = decodeMessage(encodeAnswer(id, [{ name: 'q.local', type: 12 }], said));
      t.deepEqual(message.records, said);
      return message.id === id && message.isAnswer && message.questions[0]?.name === 'q.local';
    }),
    { numRuns: 300 },
  );
});

test('10,000 hostile DNS messages', (t) => {
  const answer = records.map((said) => encodeAnswer(1, [{ name: 'q.local', type: 12 }], said));
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 600 }), broken(answer));
  fc.assert(
    fc.property(bytes, (wire) =>
      only(() => {
        const heard = new MdnsRecords();
        heard.add(decodeMessage(wire).records);
        encodeQuery(1, heard.missing);
        heard.candidates();
      }),
    ),
    RUNS,
  );
  t.pass();
});

test('names that point forward, at themselves or on and on are refused', (t) => {
  const header = Buffer.from('000184000001000000000000', 'hex');
  for (const tail of ['c00c00010001', 'c02000010001', '016101c00e00010001', 'c00e']) {
    const bytes = Buffer.concat([header, Buffer.from(tail, 'hex')]);
    t.throws(() => decodeMessage(bytes), { name: 'ProtocolError' }, tail);
  }
});

const words = fc.constantFrom(
  'v=wayray-1',
  'sha256=',
  `sha256=${'a'.repeat(64)}`,
  'host=',
  'host=a',
);

test('10,000 hostile TXT records', (t) => {
  const string = fc.oneof(words, fc.string({ maxLength: 80 }));
  const all = fc.array(fc.array(string, { maxLength: 6 }), { maxLength: 6 });
  fc.assert(
    fc.property(all, (said) => only(() => parsePins(said))),
    RUNS,
  );
  t.pass();
});

test('10,000 hostile SRV records with TXT records beside them', (t) => {
  const target = fc.oneof(
    name,
    fc.constantFrom('', '.', 'A', 'a.', '-a', 'a..b', 'a/b', '127.0.0.1', '::1'),
    fc.string({ maxLength: 300 }),
  );
  const srv = fc.record({
    name: target,
    port: fc.oneof(fc.nat(65_535), fc.constant(0)),
    priority: fc.nat(65_535),
    weight: fc.nat(65_535),
  });
  const texts = fc.array(fc.array(fc.oneof(words, fc.string({ maxLength: 80 }))), { maxLength: 4 });
  fc.assert(
    fc.property(fc.array(srv, { maxLength: 40 }), texts, (said, strings) => {
      const usable = usableRecords(said);
      const fits = usable.length <= 16 && usable.every(({ port }) => port > 0);
      return fits && only(() => serversOf('_wayray._tcp.a', usable, strings));
    }),
    RUNS,
  );
  t.pass();
});

test('10,000 hostile leases and files', (t) => {
  const piece = fc.oneof(
    fc.constantFrom(
      'lease {\n',
      '}\n',
      'opt43=',
      'VENDOR_SPECIFIC=',
      '  option domain-name "',
      '";\n',
    ),
    fc.constantFrom('  option vendor-encapsulated-options ', '1:2:ff', '\\', '\n', '[[servers]]\n'),
    fc.constantFrom('server = ', 'pin = "', 'address = "a:1"\n', 'search ', '='),
    fc.string({ maxLength: 20 }),
  );
  const text = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''));
  const parsers = [parseEnvironment, parseNetworkd, parseDhclient, parseTerminalConfig];
  fc.assert(
    fc.property(text, (file) => {
      searchDomains(file);
      return parsers.every((parse) => only(() => parse(file, 'f')));
    }),
    RUNS,
  );
  t.pass();
});

test('10,000 hostile terminal.toml: never an error out of it, never a server without its fingerprint', (t) => {
  const value = fc.oneof(
    fc.constantFrom('"a:1"', '"de:x"', '7', '-1.5', 'nan', 'true', '[]', '[1]', '{}', '{a = 1}'),
    fc.constantFrom(`"${'a'.repeat(64)}"`, '1979-05-27', '[[1], [2]]', '"\\u0000"', '"'),
    fc.string({ maxLength: 30 }).map((text) => JSON.stringify(text)),
  );
  const key = fc.oneof(
    fc.constantFrom('server', 'pin', 'name', 'keyboard', 'address', 'servers', 'display', 'input'),
    fc.constantFrom('cards', '__proto__', 'constructor', '"a\\nb"', 'display.output', 'a'),
    fc.string({ maxLength: 8 }),
  );
  const line = fc.oneof(
    fc.tuple(key, value).map(([name, said]) => `${name} = ${said}`),
    fc.constantFrom('server = "a:1"', `pin = "${'a'.repeat(64)}"`, 'address = "a:1"', 'pin = "b"'),
    fc.constantFrom(
      '[[servers]]',
      '[display]',
      '[[display.output]]',
      '[input]',
      '[cards]',
      '[',
      '#',
    ),
    fc.string({ maxLength: 30 }),
  );
  const files = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(files, (file) => {
      const { servers, problems } = parseTerminalConfig(file, 'f');
      const control = /\p{Cc}/u.test(problems.join(''));
      const bare = servers.filter(({ pin }) => pin === undefined).length;
      return !control && servers.every(({ host }) => host !== '') && bare <= meantBare(file);
    }),
    RUNS,
  );
  t.pass();
});

/** How many servers a file names without any word of a fingerprint. */
function meantBare(file: string): number {
  try {
    const root = parse(file);
    const entries = Array.isArray(root['servers']) ? root['servers'] : [];
    const all = [{ address: root['server'], ...root }, ...entries] as Record<string, unknown>[];
    return all.filter((entry) => entry?.['address'] !== undefined && !Object.hasOwn(entry, 'pin'))
      .length;
  } catch {
    return 0;
  }
}
