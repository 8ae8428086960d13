import { once } from 'node:events';
import { connect } from 'node:net';
import test from 'ava';
import fc from 'fast-check';
import { REQUEST_ERRORS } from '../../../appliance/admin/request-error.ts';
import { type Answer, Rig } from './rig.ts';

const CODES: readonly string[] = Object.keys(REQUEST_ERRORS);
const WORDS = ['v1', 'sessions', 'tokens', 'terminals', 'enrolments', 'audit', 'who', 'policy'];
const VERBS = ['lock', 'detach', 'move', 'approve', 'revoke', 'keys', 'c0ffee01-annb', 'hall'];

// Together less than the headers may take: what is longer has a test of its own.
const segment = fc.oneof(
  fc.constantFrom(...WORDS, ...VERBS, '..', '%', '%00', '%2f', '%ff', '*', ':id', '__proto__'),
  fc.string({ maxLength: 20 }).map(encodeURIComponentOrNothing),
  fc.constantFrom('x'.repeat(300), '%41'.repeat(400)),
);
const known = fc.constantFrom(
  '/v1/tokens',
  '/v1/enrolments',
  '/v1/sessions/none/move',
  `/v1/tokens/${'0'.repeat(64)}/keys`,
  '/v1/sessions',
  '/v1/audit',
);
const query = fc.oneof(
  fc.constant(''),
  fc
    .tuple(fc.constantFrom('limit', 'after', 'prefix', 'code', 'state', 'x'), fc.string())
    .map(([name, value]) => `?${name}=${encodeURIComponentOrNothing(value)}`),
  fc.constantFrom(
    '?limit=0',
    '?limit=1e9',
    '?after=-1',
    '?&&=',
    '?limit=1&limit=2',
    '?__proto__=1',
  ),
);
const path = fc
  .tuple(
    fc.oneof(
      known,
      fc.array(segment, { maxLength: 5 }).map((all) => `/${all.join('/')}`),
    ),
    query,
  )
  .map((both) => both.join(''));
const method = fc.constantFrom(
  ...['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'],
);
const field = fc.constantFrom(
  ...['token', 'user', 'label', 'keys', 'validMs', 'terminal', 'pinKey', '__proto__', 'x'],
);
const body = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.json(),
  fc
    .dictionary(field, fc.oneof(fc.jsonValue(), fc.constantFrom('badge:00', '\ud800', '\u0000')))
    .map((o) => JSON.stringify(o)),
  fc.constantFrom(
    '{"__proto__":1}',
    '[]',
    'null',
    '{',
    '"',
    'x'.repeat(20_000),
    '{"user":"\\ud800","token":"badge:04a2b3c4"}',
  ),
);
const type = fc.constantFrom(
  ...['application/json', 'text/plain', 'application/json; charset=latin1', 'x', ''],
);
const header = fc.constantFrom(
  ...[
    'accept',
    'expect',
    'range',
    'upgrade',
    'authorization',
    'x-forwarded-for',
    'if-match',
    'cookie',
  ],
);
const headerValue = fc.string({ maxLength: 40 }).map((text) => text.replace(/[^\x20-\x7e]/g, '_'));

function encodeURIComponentOrNothing(text: string): string {
  return text.isWellFormed() ? encodeURIComponent(text) : '';
}

function problemOf({ status, body, text }: Answer): string | null {
  if (status < 400) return null;
  if (status >= 500) return `status ${status}: ${text}`;
  // To a HEAD belongs no body.
  if (text === '') return null;
  if (CODES.includes(body?.error?.code) && typeof body.error.message === 'string') return null;
  return `status ${status} without a code: ${text}`;
}

test('8,000 wrong requests get typed answers and break nothing', async (t) => {
  await using rig = await Rig.open();
  let refused = 0;
  const request = fc.tuple(
    method,
    path,
    fc.dictionary(header, headerValue, { maxKeys: 2 }),
    type,
    body,
  );
  await fc.assert(
    fc.asyncProperty(request, async ([method, path, headers, type, text]) => {
      // The one request whose answer never ends.
      fc.pre(!path.startsWith('/v1/audit/tail'));
      const { expect, upgrade, ...others } = headers;
      const sent = method === 'GET' ? '' : text;
      const length = String(Buffer.byteLength(sent));
      const all = { ...others, 'content-type': type, 'content-length': length } as Record<
        string,
        string
      >;
      // Node's own client refuses to send some of these.
      if (expect !== undefined) all['expect'] = expect || 'x';
      if (upgrade !== undefined && upgrade.trim() !== '') {
        all['upgrade'] = upgrade;
        all['connection'] = 'upgrade';
      }
      const answer = await rig.send(method, path, all, sent);
      const problem = problemOf(answer);
      if (problem !== null) throw new Error(`${method} ${path}: ${problem}`);
      if (answer.status >= 400) refused++;
    }),
    { numRuns: 8000, includeErrorInReport: true },
  );
  t.true(refused > 4000, `${refused} were refused`);
  t.is((await rig.ask('GET', '/healthz')).status, 200);
});

/** What is said on a raw connection until its end. */
async function raw(socketPath: string, text: string | Buffer): Promise<string> {
  const socket = connect(socketPath);
  socket.setTimeout(15_000, () => socket.destroy(new Error('no end')));
  let said = '';
  socket.on('data', (chunk) => (said += chunk.toString('latin1')));
  await once(socket, 'connect');
  socket.end(text);
  await once(socket, 'close').catch(() => {});
  return said;
}

test('2,000 connections that speak no HTTP get 4xx or the end', async (t) => {
  await using rig = await Rig.open();
  const line = fc.constantFrom(
    ...[
      'GET / HTTP/1.1',
      'FOO / HTTP/1.1',
      'CONNECT a:1 HTTP/1.1',
      'GET  HTTP/9',
      '\u0016\u0003\u0001',
      'PRI * HTTP/2.0',
    ],
  );
  const heading = fc.constantFrom(
    ...[
      'Host: a',
      'Host',
      'Content-Length: -1',
      'Content-Length: 99999999999',
      'Transfer-Encoding: x',
      'A: \u0000',
    ],
    ...[
      'Transfer-Encoding: chunked',
      'Expect: 100-continue',
      `X: ${'y'.repeat(9000)}`,
      'Connection: close',
    ],
  );
  const text = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc
      .tuple(line, fc.array(heading, { maxLength: 4 }), fc.string())
      .map(([first, headers, rest]) => `${[first, ...headers].join('\r\n')}\r\n\r\n${rest}`),
  );
  await fc.assert(
    fc.asyncProperty(text, async (text) => {
      const said = await raw(rig.socket, text);
      if (said === '') return;
      const statuses = [...said.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map((match) => Number(match[1]));
      const last = statuses.at(-1) ?? 0;
      if (last < 200 || last >= 500) throw new Error(said);
      if (last >= 400 && !said.includes('{"error":{"code":"')) throw new Error(said);
    }),
    { numRuns: 2000 },
  );
  t.is((await rig.ask('GET', '/healthz')).status, 200);
});

test('too much of anything is refused by name', async (t) => {
  await using rig = await Rig.open();
  const codeOf = async (...args: Parameters<Rig['send']>) => {
    const { status, body } = await rig.send(...args);
    return [status, body?.error.code];
  };
  const json = { 'content-type': 'application/json' };
  const large = `{"user":"${'x'.repeat(17_000)}"}`;
  t.deepEqual(await codeOf('POST', '/v1/tokens', json, large), [413, 'too-large']);
  t.deepEqual(await codeOf('GET', `/v1/sessions/${'x'.repeat(7000)}`, {}, ''), [413, 'too-large']);
  t.deepEqual(await codeOf('GET', '/', { x: 'y'.repeat(9000) }, ''), [413, 'too-large']);
  t.deepEqual(await codeOf('POST', '/v1/tokens', { 'content-type': 'text/plain' }, 'x'), [
    415,
    'unsupported-type',
  ]);
  t.deepEqual(await codeOf('POST', '/v1/tokens', json, '{'), [400, 'invalid']);
});

test('who sends the headers too slowly is given up', async (t) => {
  await using rig = await Rig.open();
  const socket = connect(rig.socket);
  socket.write('GET /healthz HTTP/1.1\r\nHost');
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  t.regex(chunk.toString(), /^HTTP\/1\.1 408 .*"code":"timeout"/s);
  socket.destroy();
});
