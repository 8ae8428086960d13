import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { type RequestOptions, request } from 'node:https';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { BrowserAccess } from '../../../appliance/broker/browser-access.ts';
import { listenBrowsers } from '../../../appliance/broker/browser-server.ts';
import type { TerminalContext } from '../../../appliance/broker/listen-terminals.ts';
import type { Terminal } from '../../../appliance/broker/terminal.ts';
import { greet } from '../../../firmware/connection/greeting.ts';
import { type Hello, Role } from '../../../protocol/generated/control.ts';
import { connectWebTransport, WEBTRANSPORT_PATH } from '../../../protocol/link/webtransport.ts';
import { createIdentity } from '../../../protocol/node/certificate.ts';
import { openLog } from '../../../protocol/node/log.ts';
import { loadWebTransport } from '../../../protocol/node/webtransport-package.ts';
import { PROTOCOL_MAJOR, PROTOCOL_MINOR } from '../../../protocol/version.ts';

const identity = await createIdentity({
  algorithm: 'ecdsa-p256',
  name: 'test',
  hosts: ['127.0.0.1'],
  validDays: 13,
});
const host = '127.0.0.1';

async function serve(t: ExecutionContext) {
  const access = new BrowserAccess();
  const terminals: Terminal[] = [];
  let used = 0;
  const context = {
    sessionId: 'main',
    host: { attach: (terminal: Terminal) => terminals.push(terminal) },
    log: openLog({ name: 'test', level: 'silent', readable: false }),
  } as unknown as TerminalContext;
  const server = await listenBrowsers({ host, port: 0 }, identity, access, context, () => used++);
  t.teardown(() => server.close());
  const ask = (path: string, options: RequestOptions = {}, body?: string) =>
    answerTo({ host, port: server.port, path, ...options }, body);
  const letIn = async () => {
    const { headers } = await ask(`/?code=${access.newCode()}`);
    return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  };
  const origin = `https://${host}:${server.port}`;
  return { server, access, terminals, ask, letIn, origin, used: () => used };
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function answerTo(options: RequestOptions, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ ...options, rejectUnauthorized: false, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
    asked.on('error', reject).setTimeout(10_000, () => asked.destroy(new Error('no answer')));
    asked.end(body);
  });
}

test('a code is exchanged for a cookie once, and HEAD leaves it alone', async (t) => {
  const { access, ask, server, used } = await serve(t);
  const path = `/?code=${access.newCode()}`;
  t.is((await ask(path, { method: 'HEAD' })).status, 200);
  const { status, headers } = await ask(path);
  t.is(status, 303);
  t.is(headers['location'], '/');
  t.regex(
    headers['set-cookie']?.[0] ?? '',
    new RegExp(
      `^__Host-wayray-${server.port}=[\\w-]{22}; Path=/; Secure; HttpOnly; SameSite=Strict$`,
    ),
  );
  const again = await ask(path);
  t.is(again.status, 403);
  t.is(again.headers['set-cookie'], undefined);
  t.regex(again.body, /wrong or was used already/);
  t.is(used(), 1);
});

test('a credential needs the cookie and the page of this server', async (t) => {
  const { ask, letIn, origin } = await serve(t);
  const cookie = await letIn();
  const post = (headers: Record<string, string>) => ask('/credential', { method: 'POST', headers });
  t.is((await post({ origin })).status, 401);
  t.is((await post({ origin, cookie: cookie.replace(/=.*/, '=guess') })).status, 401);
  t.is((await post({ cookie })).status, 403);
  t.is((await post({ cookie, origin: 'https://elsewhere.example' })).status, 403);
  t.is((await post({ cookie, origin: origin.replace('https', 'http') })).status, 403);
  t.is((await post({ cookie, origin: 'null' })).status, 403);
  const { status, body } = await post({ cookie: `a=b; ${cookie}`, origin });
  t.is(status, 200);
  t.regex(JSON.parse(body).credential, /^[\w-]{22}$/);
});

test('every answer carries the security headers and is not stored', async (t) => {
  const { ask } = await serve(t);
  for (const [path, options] of [
    ['/', {}],
    ['/terminal.js', {}],
    ['/missing', {}],
    ['/?code=wrong', {}],
    ['/credential', { method: 'POST' }],
    ['/', { method: 'PUT' }],
  ] as const) {
    const { headers } = await ask(path, options);
    const policy = String(headers['content-security-policy']);
    t.regex(policy, /default-src 'none'; script-src 'self'; style-src 'self'/, path);
    t.regex(policy, /frame-ancestors 'none'/);
    t.notRegex(policy, /unsafe/);
    t.is(headers['x-content-type-options'], 'nosniff');
    t.is(headers['referrer-policy'], 'no-referrer');
    t.is(headers['cache-control'], 'no-store');
  }
});

test('the page holds no script or style of its own', async (t) => {
  const { ask } = await serve(t);
  const { body } = await ask('/');
  t.regex(body, /<script type="module" src="\/terminal.js"><\/script>/);
  t.notRegex(body, /<style|style=|<script>|\son\w+=/);
});

test('other methods are refused', async (t) => {
  const { ask } = await serve(t);
  for (const method of ['PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']) {
    const { status, headers } = await ask('/', { method });
    t.is(status, 405, method);
    t.is(headers['allow'], 'GET, HEAD, POST');
  }
  t.is((await ask('/', { method: 'POST' })).status, 405);
  t.is((await ask('/credential')).status, 405);
});

test('no path reaches the file system', async (t) => {
  const { ask } = await serve(t);
  for (const path of [
    '/../../../../etc/passwd',
    '/%2e%2e/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/terminal.js/../../package.json',
    '/terminal.js%00.html',
    '/constructor',
    '/__proto__',
    '//etc/passwd',
    '\\..\\package.json',
    'https://elsewhere.example/',
    '*',
  ]) {
    const { status, body } = await ask(path);
    t.true(status === 404 || status === 400, `${path} gives ${status}`);
    t.notRegex(body, /root:|"wayray"/);
  }
});

test('bodies are bounded', async (t) => {
  const { ask, server, origin } = await serve(t);
  const large = 'x'.repeat(100_000);
  const post = { method: 'POST', headers: { origin, 'content-length': large.length } };
  await t.notThrowsAsync(
    ask('/credential', post, large).then(
      ({ status }) => t.is(status, 413),
      (error: NodeJS.ErrnoException) => t.true(['ECONNRESET', 'EPIPE'].includes(error.code ?? '')),
    ),
  );
  const session = connectHttp2(origin, { rejectUnauthorized: false });
  t.teardown(() => session.destroy());
  const stream = session.request({ ':method': 'POST', ':path': '/credential', origin });
  stream.on('error', () => {});
  const closed = new Promise((resolve) => stream.once('close', resolve));
  const pour = (): void => {
    while (!stream.destroyed && stream.write(large));
    if (!stream.destroyed) stream.once('drain', pour);
  };
  pour();
  await closed;
  t.is((await ask('/')).status, 200);
  t.true(server.port > 0);
});

test('garbage on the port harms nobody else', async (t) => {
  const { ask, server } = await serve(t);
  const hello = Buffer.from('160301020001', 'hex');
  for (const bytes of [
    Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n'),
    Buffer.alloc(70_000, 0xff),
    Buffer.concat([hello, Buffer.alloc(512, 7)]),
    Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'),
  ]) {
    const socket = connectTcp(server.port, host);
    socket.on('error', () => {});
    socket.resume();
    socket.write(bytes);
    await closing(socket);
  }
  const tls = connectTls({ host, port: server.port, rejectUnauthorized: false });
  tls.on('error', () => {});
  tls.resume();
  await once(tls, 'secureConnect');
  tls.write('\u0000\u0001 no http at all\r\n\r\n');
  await closing(tls);
  t.is((await ask('/')).status, 200);
});

test('a TLS handshake that is never finished ends by itself', async (t) => {
  const { ask, server } = await serve(t);
  const silent = connectTcp(server.port, host);
  const half = connectTcp(server.port, host);
  for (const socket of [silent, half]) socket.on('error', () => {}).resume();
  half.write(Buffer.from('1603010200010001fc0303', 'hex'));
  const closed = [silent, half].map(closing);
  t.is((await ask('/')).status, 200, 'others are served meanwhile');
  await Promise.all(closed);
  t.pass();
});

test('connections are bounded', async (t) => {
  const { server } = await serve(t);
  const sockets: Socket[] = [];
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
  });
  const dropped = new Promise<void>((resolve) => {
    for (let i = 0; i < 140; i++) {
      const socket = connectTcp(server.port, host);
      socket.on('error', () => {}).resume();
      socket.once('close', () => resolve());
      sockets.push(socket);
    }
  });
  const startMs = performance.now();
  await dropped;
  t.true(performance.now() - startMs < 3000, 'at once, not after a handshake that took too long');
});

test('a credential lets one link in, once', async (t) => {
  const { access, letIn, origin, ask, terminals } = await serve(t);
  const cookie = await letIn();
  const { body } = await ask('/credential', { method: 'POST', headers: { cookie, origin } });
  const { credential } = JSON.parse(body);
  const { WebTransport } = await loadWebTransport();
  const open = async (used: string) => {
    const session = new WebTransport(`${origin}${WEBTRANSPORT_PATH}`, {
      forceReliable: true,
      serverCertificateHashes: [
        { algorithm: 'sha-256', value: Buffer.from(identity.fingerprint, 'hex') },
      ],
    });
    const link = await connectWebTransport(session, { fingerprint: null, address: 'server' });
    t.teardown(() => link.close(0, ''));
    return greet(link, helloWith(used));
  };
  t.is((await open(credential)).welcome.sessionId, 'main');
  t.is(terminals.length, 1);
  t.is(terminals[0]?.hello.role, Role.browser);
  const refusal = { name: 'RefusedError', message: /credential of this page is not valid/ };
  await t.throwsAsync(open(credential), refusal);
  await t.throwsAsync(open(''), refusal);
  await t.throwsAsync(open(access.newCode()), refusal);
  t.is(terminals.length, 1);
});

/** Whatever the reason. */
const closing = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.destroyed) resolve();
    else socket.once('close', () => resolve());
  });

const helloWith = (credential: string): Hello => ({
  type: 'Hello',
  major: PROTOCOL_MAJOR,
  minor: PROTOCOL_MINOR,
  role: Role.browser,
  software: 'test',
  capabilities: [],
  terminalName: 'test',
  outputs: [],
  keyboard: { rules: '', model: '', layout: '', variant: '', options: '' },
  credential,
});
