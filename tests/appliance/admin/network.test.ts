import { once } from 'node:events';
import { chmodSync, chownSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import test from 'ava';
import { makeKey } from '../../../appliance/admin/access/key.ts';
import { changeKeys } from '../../../appliance/admin/access/key-file.ts';
import { eventually } from '../../helpers/eventually.ts';
import { Rig } from './rig.ts';

const asRoot = process.getuid?.() === 0 ? test : test.skip;

function addKey(rig: Rig, name: string): string {
  const { key, record } = makeKey(name, Date.now());
  changeKeys(rig.keyFile, (keys) => [...keys, record]);
  return key;
}

interface Told {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
}

function ask(rig: Rig, path: string, authorization?: string): Promise<Told> {
  const { port } = rig.server.network ?? {};
  const headers = authorization === undefined ? {} : { authorization };
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        path,
        headers,
        ca: rig.identity.certPem,
        agent: false,
        checkServerIdentity: () => undefined,
      },
      (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk));
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            text,
            retryAfter: response.headers['retry-after'],
          }),
        );
      },
    );
    asked.once('error', reject);
    asked.end();
  });
}

test('over https a key is needed, and holds until it is removed', async (t) => {
  await using rig = await Rig.open({ network: true });
  const key = addKey(rig, 'backup host');
  t.like(await ask(rig, '/v1/sessions'), { status: 401 });
  t.like(await ask(rig, '/nothing'), { status: 401 });
  t.like(await ask(rig, '/healthz'), { status: 200 });
  const wrong = await ask(rig, '/v1/sessions', `Bearer ${key.slice(0, -1)}_`);
  t.is(wrong.status, 401);
  t.is(JSON.parse(wrong.text).error.code, 'unauthenticated');
  t.like(await ask(rig, '/v1/sessions', key), { status: 401 });
  const right = await ask(rig, '/v1/sessions', `Bearer ${key}`);
  t.is(right.status, 200);
  t.is(JSON.parse(right.text).sessions[0].user, 'anna');
  const event = await eventually(async () => {
    const [first] = await rig.registry.events.latest();
    if (!first) throw new Error('no event');
    return first;
  });
  t.like(event, { kind: 'admin-denied', details: { peer: '127.0.0.1', reason: 'wrong key' } });
  changeKeys(rig.keyFile, () => []);
  t.like(await ask(rig, '/v1/sessions', `Bearer ${key}`), { status: 401 });
});

test('wrong keys are slowed down, whatever follows them', async (t) => {
  const attempts = {
    free: 2,
    firstWaitMs: 60_000,
    maxWaitMs: 60_000,
    forgetAfterMs: 9e5,
    maxKeys: 9,
  };
  await using rig = await Rig.open({ network: true, attempts });
  const key = addKey(rig, 'me');
  for (let i = 0; i < 2; i++) t.is((await ask(rig, '/v1/who', 'Bearer x')).status, 401);
  t.is((await ask(rig, '/v1/who', `Bearer ${key}`)).status, 200, 'not yet too many');
  for (let i = 0; i < 3; i++) t.is((await ask(rig, '/v1/who', 'Bearer x')).status, 401);
  const limited = await ask(rig, '/v1/who', `Bearer ${key}`);
  t.is(limited.status, 429);
  t.is(limited.retryAfter, '60');
  t.is(JSON.parse(limited.text).error.code, 'limited');
  t.is((await rig.ask('GET', '/v1/who')).status, 200, 'the socket goes on');
});

test('nobody gets in by keys that others may read, or that are damaged', async (t) => {
  await using rig = await Rig.open({ network: true });
  const key = addKey(rig, 'me');
  const [stored, mode] = [readFileSync(rig.keyFile, 'utf8'), statSync(rig.keyFile).mode & 0o777];
  t.is(mode, 0o600);
  t.false(stored.includes(key.slice(13)));
  t.is((await ask(rig, '/v1/who', `Bearer ${key}`)).status, 200);
  chmodSync(rig.keyFile, 0o640);
  t.is((await ask(rig, '/v1/who', `Bearer ${key}`)).status, 503);
  chmodSync(rig.keyFile, 0o600);
  t.is((await ask(rig, '/v1/who', `Bearer ${key}`)).status, 200);
  writeFileSync(rig.keyFile, '{"keys":[{"id":"x"}]}');
  t.is((await ask(rig, '/v1/who', `Bearer ${key}`)).status, 503);
});

test('who sends the headers too slowly is given up over https, too', async (t) => {
  await using rig = await Rig.open({ network: true });
  const { port = 0 } = rig.server.network ?? {};
  const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false });
  socket.write('GET /healthz HTTP/1.1\r\nHost');
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  t.regex(chunk.toString(), /^HTTP\/1\.1 408 .*"code":"timeout"/s);
  socket.destroy();
});

asRoot('root makes keys that the owner of the folder can read', async (t) => {
  await using rig = await Rig.open();
  chownSync(rig.folder.path, 65_534, 65_534);
  addKey(rig, 'me');
  t.is(statSync(rig.keyFile).uid, 65_534);
  t.is(statSync(`${rig.keyFile}.lock`).uid, 65_534);
});

test('many handshakes that go nowhere keep nobody out', async (t) => {
  await using rig = await Rig.open({ network: true });
  const key = addKey(rig, 'me');
  const idle = Array.from({ length: 300 }, () =>
    connect(rig.server.network?.port ?? 0, '127.0.0.1').on('error', () => {}),
  );
  t.is((await ask(rig, '/v1/who', `Bearer ${key}`)).status, 200);
  for (const socket of idle) socket.destroy();
});
