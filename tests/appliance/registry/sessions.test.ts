import test from 'ava';
import { KINDS, open, session } from './open.ts';

for (const kind of KINDS) {
  test(`${kind}: a session is saved, found and removed`, async (t) => {
    using opened = open(kind);
    const { sessions, events } = opened.registry;
    const details = { pid: 42, policy: 'staff', socket: '/run/x', kiosk: false, none: null };
    const [saved] = await sessions.save([session({ details })], [{ kind: 'session-created' }]);
    t.is(saved?.revision, 1);
    t.deepEqual(await sessions.get('s1'), saved);
    t.deepEqual(await sessions.ofUser('ann'), [saved]);
    t.deepEqual(await sessions.ofUser('bob'), []);
    t.is((await events.latest())[0]?.kind, 'session-created');
    await sessions.remove('s1', 1, [{ kind: 'session-ended', session: 's1' }]);
    t.is(await sessions.get('s1'), null);
    t.is((await events.latest())[1]?.kind, 'session-ended');
    await t.throwsAsync(sessions.remove('s1', 1), { code: 'not-found' });
  });

  test(`${kind}: a change of what was read before somebody else's change is stale`, async (t) => {
    using opened = open(kind);
    const { sessions } = opened.registry;
    const [first] = await sessions.save([session()]);
    t.truthy(first);
    if (!first) return;
    await sessions.save([{ ...first, lock: 'asked' }]);
    await t.throwsAsync(sessions.save([{ ...first, lock: 'none' }]), { code: 'stale' });
    await t.throwsAsync(sessions.save([session()]), { code: 'stale' });
    await t.throwsAsync(sessions.remove('s1', 1), { code: 'stale' });
    t.is((await sessions.get('s1'))?.lock, 'asked');
  });

  test(`${kind}: a terminal shows one session, a user has one exclusive session`, async (t) => {
    using opened = open(kind);
    const { sessions } = opened.registry;
    const shown = session({ state: 'active', terminal: 'hall' });
    const [ann] = await sessions.save([shown]);
    const ben = session({ id: 's2', user: 'ben', state: 'active', terminal: 'hall' });
    await t.throwsAsync(sessions.save([ben]), { code: 'conflict', message: /hall shows.*s1/ });
    await t.throwsAsync(sessions.save([session({ id: 's3' })]), { code: 'exists' });
    await sessions.save([session({ id: 's4', exclusive: false })]);
    if (!ann) return t.fail();
    await sessions.save([{ ...ann, state: 'suspended', terminal: null }, ben]);
    t.is((await sessions.ofTerminal('hall'))?.id, 's2');
  });

  test(`${kind}: a save that fails in its middle leaves nothing behind`, async (t) => {
    using opened = open(kind);
    const { sessions, events } = opened.registry;
    await t.throwsAsync(
      sessions.save([session(), session({ id: 's2' })], [{ kind: 'session-created' }]),
      { code: 'exists' },
    );
    t.deepEqual(await sessions.list(), []);
    t.deepEqual(await events.latest(), []);
    await t.throwsAsync(sessions.save([session()], [{ kind: '' }]), { code: 'invalid' });
    t.deepEqual(await sessions.list(), []);
  });

  test(`${kind}: sessions are bounded and listed in pages`, async (t) => {
    using opened = open(kind, { sessions: 3 });
    const { sessions } = opened.registry;
    for (const id of ['c', 'a', 'b']) await sessions.save([session({ id, user: id })]);
    await t.throwsAsync(sessions.save([session({ id: 'd', user: 'd' })]), { code: 'full' });
    const page = await sessions.list({ limit: 2 });
    t.deepEqual(
      page.map(({ id }) => id),
      ['a', 'b'],
    );
    t.deepEqual(
      (await sessions.list({ after: 'b' })).map(({ id }) => id),
      ['c'],
    );
  });
}

const invalid: [string, object][] = [
  ['an empty id', { id: '' }],
  ['an id with a slash in front', { id: '/etc' }],
  ['a very long id', { id: 'a'.repeat(129) }],
  ['a user with a line break', { user: 'ann\nroot' }],
  ['half a surrogate', { user: '\ud800' }],
  ['no user', { user: '' }],
  ['an unknown state', { state: 'destroyed' }],
  ['a token that is none', { token: 'badge:04a2b3c4' }],
  ['a terminal of a session that nobody sees', { terminal: 'hall' }],
  ['a shown session without a terminal', { state: 'active' }],
  ['a negative time', { createdAtMs: -1 }],
  ['a detail that is an object', { details: { a: {} } }],
  ['a detail that is no number', { details: { a: Number.NaN } }],
  [
    'too many details',
    { details: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [i, 1])) },
  ],
  ['too much detail', { details: { a: 'x'.repeat(5000) } }],
];

for (const [name, change] of invalid) {
  test(`refused: ${name}`, async (t) => {
    using opened = open('memory');
    const { sessions } = opened.registry;
    await t.throwsAsync(sessions.save([session(change)]), { code: 'invalid' });
    t.deepEqual(await sessions.list(), []);
  });
}
