import test from 'ava';
import { cardOfCode } from '../../../appliance/admin/unknown-card.ts';
import { RegistryError } from '../../../appliance/registry/errors.ts';
import type { EventRegistry } from '../../../appliance/registry/registry.ts';
import { Rig } from './rig.ts';
import { HALL, ScriptedBackend, sessionView } from './scripted-backend.ts';

test('sessions are listed, shown, locked, detached, moved and ended', async (t) => {
  await using rig = await Rig.open();
  const path = '/v1/sessions/c0ffee01-anna';
  t.deepEqual((await rig.ask('GET', '/v1/sessions')).body, {
    sessions: [sessionView()],
    next: null,
  });
  t.deepEqual((await rig.ask('GET', path)).body, sessionView());
  t.is((await rig.ask('POST', `${path}/lock`)).body.lock, 'asked');
  t.is((await rig.ask('POST', `${path}/detach`)).body.terminal, null);
  const again = await rig.ask('POST', `${path}/detach`);
  t.is(again.status, 409);
  t.deepEqual(again.body, {
    error: { code: 'conflict', message: 'no terminal shows the session' },
  });
  t.is((await rig.ask('POST', `${path}/move`, { terminal: 'lab' })).body.terminal, 'lab');
  const nowhere = await rig.ask('POST', `${path}/move`, { terminal: 'nowhere' });
  t.is(nowhere.status, 404);
  t.is((await rig.ask('DELETE', path)).status, 204);
  t.is((await rig.ask('DELETE', path)).status, 404);
  const [by = ''] = /by .*$/.exec(rig.backend.said[0] ?? '') ?? [];
  t.regex(by, /^by \w+$/);
});

test('lists come in pages, by prefix and by user', async (t) => {
  const users = ['anna', 'ben', 'anna', 'cleo', 'anna'];
  const all = users.map((user, i) => sessionView({ id: `s${i}-${user}`, user }));
  await using rig = await Rig.open({ backend: new ScriptedBackend(all.reverse()) });
  const ids = async (query: string) => {
    const { body } = await rig.ask('GET', `/v1/sessions?${query}`);
    return [body.sessions.map(({ id }: { id: string }) => id).join(' '), body.next];
  };
  t.deepEqual(await ids('limit=2'), ['s0-anna s1-ben', 's1-ben']);
  t.deepEqual(await ids('limit=3&after=s1-ben'), ['s2-anna s3-cleo s4-anna', 's4-anna']);
  t.deepEqual(await ids('limit=3&after=s4-anna'), ['', null]);
  t.deepEqual(await ids('user=anna'), ['s0-anna s2-anna s4-anna', null]);
  t.deepEqual(await ids('prefix=s3'), ['s3-cleo', null]);
  for (const name of ['hal', 'hall', 'hall 2', 'ham', 'hall\u{10ffff}']) {
    const hex = Buffer.from(name).toString('hex').padEnd(64, '0');
    await rig.registry.terminals.announce({ name, fingerprint: hex });
  }
  const names = async (query: string) => {
    const { body } = await rig.ask('GET', `/v1/terminals?${query}`);
    return [body.terminals.map(({ name }: { name: string }) => name), body.next];
  };
  t.deepEqual(await names('prefix=hall'), [['hall', 'hall 2', 'hall\u{10ffff}'], null]);
  t.deepEqual(await names('prefix=hall&limit=1'), [['hall'], 'hall']);
  t.deepEqual(await names('prefix=hall&limit=1&after=hall'), [['hall 2'], 'hall 2']);
  t.deepEqual(await names('prefix=hall&limit=5&after=hall%202'), [['hall\u{10ffff}'], null]);
});

test('tokens are added, found, given keys and removed; the id is told to nobody', async (t) => {
  await using rig = await Rig.open();
  const id = '04a2b3c4d5e6f7';
  const wanted = { token: `badge:${id}`, user: 'anna', label: 'blue', shownName: 'Anna' };
  const added = await rig.ask('POST', '/v1/tokens', wanted);
  t.is(added.status, 201);
  const { hash } = added.body;
  t.like(added.body, { kind: 'badge', user: 'anna', shownName: 'Anna', keys: {}, seenAtMs: null });
  const again = await rig.ask('POST', '/v1/tokens', wanted);
  t.is(again.status, 409);
  t.is(again.body.error.code, 'exists');
  const keys = { pinKey: 'b1'.repeat(32) };
  t.deepEqual((await rig.ask('PUT', `/v1/tokens/${hash}/keys`, keys)).body.keys, keys);
  t.is((await rig.ask('GET', `/v1/tokens/${hash}`)).body.seenAtMs, null);
  t.is((await rig.ask('GET', '/v1/tokens?user=anna')).body.tokens.length, 1);
  t.is((await rig.ask('GET', `/v1/tokens?prefix=${hash.slice(0, 6)}`)).body.tokens.length, 1);
  t.is((await rig.ask('GET', `/v1/tokens?prefix=${hash}&user=ben`)).body.tokens.length, 0);
  t.is((await rig.ask('DELETE', `/v1/tokens/${hash}`)).status, 204);
  t.is((await rig.ask('DELETE', `/v1/tokens/${hash}`)).status, 404);
  const refused = await rig.ask('POST', '/v1/tokens', { ...wanted, token: `badge:${id}00` });
  t.is(refused.status, 400);
  const odd = await rig.ask('POST', '/v1/tokens', { ...wanted, [`badge:${id}`]: 1 });
  t.is(odd.body.error.message, 'body.: there is an unknown field');
  const told = (await rig.ask('GET', '/v1/audit')).text;
  for (const { text } of [added, again, refused, odd]) t.false(text.includes(id));
  t.false(told.includes(id));
  const { body } = await rig.ask('GET', '/v1/audit');
  t.deepEqual(
    body.events.map(({ kind }: { kind: string }) => kind),
    ['token-added', 'token-keys-set', 'token-removed'],
  );
  t.like(body.events[0], { token: hash, details: { kind: 'badge' } });
  t.deepEqual(rig.backend.said, ['token added', 'token removed']);
});

test('terminals are approved, revoked and removed, and known to be there', async (t) => {
  await using rig = await Rig.open();
  await rig.registry.terminals.announce({ name: 'hall', fingerprint: HALL });
  const pending = await rig.ask('GET', '/v1/terminals?state=pending');
  t.like(pending.body.terminals[0], {
    name: 'hall',
    state: 'pending',
    online: { address: '192.0.2.7', session: 'c0ffee01-anna' },
  });
  t.is((await rig.ask('POST', '/v1/terminals/hall/approve')).body.state, 'approved');
  t.is((await rig.ask('POST', '/v1/terminals/hall/revoke')).body.state, 'revoked');
  t.is((await rig.ask('DELETE', '/v1/terminals/hall')).status, 204);
  t.is((await rig.ask('POST', '/v1/terminals/hall/approve')).status, 404);
  t.deepEqual(rig.backend.said, [
    'terminal a0a0 approved',
    'terminal a0a0 revoked',
    'terminal a0a0 removed',
  ]);
  const { body } = await rig.ask('GET', '/v1/audit');
  t.like(body.events[1], { kind: 'terminal-revoked', terminal: HALL, details: { name: 'hall' } });
});

test('a revocation takes effect even where the audit log has no room', async (t) => {
  await using rig = await Rig.open();
  await rig.registry.terminals.announce({ name: 'hall', fingerprint: HALL });
  rig.registry.events.append = async () => {
    throw new RegistryError('no-space', 'the disk is full');
  };
  const { status, body } = await rig.ask('POST', '/v1/terminals/hall/revoke');
  t.deepEqual([status, body.error.code], [503, 'unavailable']);
  t.is((await rig.registry.terminals.get('hall'))?.state, 'revoked');
  t.deepEqual(rig.backend.said, ['terminal a0a0 revoked']);
});

test('one-time codes are made, listed and ended; the code is told once', async (t) => {
  await using rig = await Rig.open();
  const made = await rig.ask('POST', '/v1/enrolments', { validMs: 60_000, terminal: 'room 4' });
  t.is(made.status, 201);
  const { code, id } = made.body;
  t.regex(code, /^\w{4}-\w{4}-\w{4}$/);
  const listed = await rig.ask('GET', '/v1/enrolments');
  t.like(listed.body.enrolments[0], { id, terminal: 'room 4', attemptsLeft: 5 });
  t.false(listed.text.includes(code));
  t.false((await rig.ask('GET', '/v1/audit')).text.includes(code));
  t.is((await rig.ask('DELETE', `/v1/enrolments/${id}`)).status, 204);
  t.is((await rig.ask('DELETE', `/v1/enrolments/${id}`)).status, 404);
  t.is((await rig.ask('POST', '/v1/enrolments', { validMs: 0 })).status, 400);
});

test('who, policy, health and the document', async (t) => {
  await using rig = await Rig.open();
  t.like((await rig.ask('GET', '/v1/who')).body.people[0], {
    user: 'anna',
    terminal: 'hall',
    address: '192.0.2.7',
  });
  t.deepEqual((await rig.ask('GET', '/v1/policy')).body, rig.backend.policy());
  t.is((await rig.ask('GET', '/healthz')).body.status, 'ok');
  const { body } = await rig.ask('GET', '/v1/openapi.json');
  t.is(body.openapi, '3.1.0');
  t.truthy(body.paths['/v1/sessions/{id}/move'].post.requestBody);
  t.truthy(body.components.schemas.Session.properties.user);
});

test('events are found by the code of a page', async (t) => {
  await using rig = await Rig.open();
  await rig.registry.events.append([
    { kind: 'page-shown', terminal: HALL, details: { code: 'WR-4-7QK1', page: 'refused' } },
    { kind: 'tick' },
  ]);
  const { body } = await rig.ask('GET', '/v1/audit?code=wr%204%207qki');
  t.deepEqual(
    body.events.map(({ id }: { id: number }) => id),
    [1],
  );
  t.is((await rig.ask('GET', '/v1/audit?after=1')).body.events.length, 1);
  t.is((await rig.ask('GET', '/v1/audit?after=1&code=x')).status, 400);
});

test('a card is registered by the code that a terminal shows for it', async (t) => {
  await using rig = await Rig.open();
  const [one, other] = ['a1'.repeat(32), 'b2'.repeat(32)];
  const shown = (code: string, token: string, more: object = {}) => ({
    kind: 'page-shown',
    token,
    details: { page: 'unknownCard', code, kind: 'smartCard', ...more },
  });
  await rig.registry.events.append([
    shown('WR-2-7QK2', one),
    shown('WR-3-7QK3', one, { page: 'refused' }),
    shown('WR-2-7QK4', one),
    shown('WR-2-7QK4', other),
  ]);
  const added = await rig.ask('POST', '/v1/tokens', { code: 'wr 2 7qk2', user: 'anna' });
  t.is(added.status, 201, added.text);
  t.like(added.body, { hash: one, kind: 'smartCard', user: 'anna', keys: {}, learnsKeys: true });
  t.deepEqual(rig.backend.said, ['token added']);
  const latest = (await rig.ask('GET', '/v1/audit?limit=1')).body.events[0];
  t.like(latest, { kind: 'token-added', token: one, details: { user: 'anna' } });
  for (const [status, body] of [
    [409, { code: 'WR-2-7QK2', user: 'ben' }],
    [409, { code: 'WR-2-7QK4', user: 'ben' }],
    [404, { code: 'WR-3-7QK3', user: 'ben' }],
    [404, { code: 'WR-2-0000', user: 'ben' }],
    [400, { code: 'WR-2-7QK2', token: 'badge:04a2b3c4', user: 'ben' }],
    [400, { user: 'ben' }],
  ] as const)
    t.is((await rig.ask('POST', '/v1/tokens', body)).status, status, JSON.stringify(body));
});

test('a code that was shown long ago registers nothing', async (t) => {
  const events = {
    byCode: async () => [
      {
        id: 1,
        atMs: 0,
        kind: 'page-shown',
        session: null,
        terminal: null,
        token: 'a1'.repeat(32),
        details: { page: 'unknownCard', kind: 'badge' },
      },
    ],
  } as unknown as EventRegistry;
  const day = 24 * 3_600_000;
  t.is((await cardOfCode(events, 'WR-2-7QK2', day)).kind, 'badge');
  await t.throwsAsync(cardOfCode(events, 'WR-2-7QK2', day + 1), { code: 'not-found' });
});
