import test from 'ava';
import { fingerprint, KINDS, open } from './open.ts';

for (const kind of KINDS) {
  test(`${kind}: a stranger waits for approval; approval and revocation hold`, async (t) => {
    using opened = open(kind);
    const { terminals } = opened.registry;
    const hall = { name: 'hall', fingerprint: fingerprint() };
    t.is((await terminals.announce(hall)).state, 'pending');
    t.is((await terminals.announce(hall)).state, 'pending');
    t.is((await terminals.approve('hall')).state, 'approved');
    opened.clock.nowMs += 10;
    const again = await terminals.announce({ ...hall, name: 'lab' });
    t.like(again, { name: 'hall', state: 'approved', seenAtMs: opened.clock.nowMs });
    await terminals.revoke('hall');
    t.is((await terminals.announce(hall)).state, 'revoked');
    t.deepEqual(await terminals.list({ state: 'approved' }), []);
    t.is((await terminals.list({ state: 'revoked' })).length, 1);
    await t.throwsAsync(terminals.approve('lab'), { code: 'not-found' });
  });

  test(`${kind}: a name with another key is a conflict until it is given up`, async (t) => {
    using opened = open(kind);
    const { terminals } = opened.registry;
    await terminals.announce({ name: 'hall', fingerprint: fingerprint() });
    await terminals.approve('hall');
    const thief = { name: 'hall', fingerprint: fingerprint() };
    await t.throwsAsync(terminals.announce(thief), { code: 'conflict', message: /hall/ });
    t.is(await terminals.byFingerprint(thief.fingerprint), null);
    await terminals.remove('hall');
    t.is((await terminals.announce(thief)).state, 'pending');
  });

  test(`${kind}: strangers fill their own share only, and make room again`, async (t) => {
    using opened = open(kind, { pendingTerminals: 2 });
    const { terminals, enrolments } = opened.registry;
    for (const name of ['a', 'b']) await terminals.announce({ name, fingerprint: fingerprint() });
    const late = { name: 'c', fingerprint: fingerprint() };
    await t.throwsAsync(terminals.announce(late), { code: 'full' });
    const { code } = await enrolments.create({ validMs: 1000 });
    t.is((await enrolments.redeem(code, late)).state, 'approved');
    opened.clock.nowMs += 8 * 86_400_000;
    t.is((await terminals.announce({ name: 'd', fingerprint: fingerprint() })).state, 'pending');
    t.deepEqual(
      (await terminals.list()).map(({ name }) => name),
      ['c', 'd'],
    );
  });
}

test('names and fingerprints are checked', async (t) => {
  using opened = open('memory');
  const { terminals } = opened.registry;
  for (const wrong of [
    { name: '', fingerprint: fingerprint() },
    { name: 'a\u0000b', fingerprint: fingerprint() },
    { name: 'a'.repeat(129), fingerprint: fingerprint() },
    { name: 'a', fingerprint: 'abcd' },
  ]) {
    await t.throwsAsync(terminals.announce(wrong), { code: 'invalid' });
  }
});
