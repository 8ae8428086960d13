import test from 'ava';
import type { LocatingToken } from '../../../protocol/session/token.ts';
import { KINDS, open } from './open.ts';

const badge: LocatingToken = { kind: 'badge', id: '04a2b3c4' };

for (const kind of KINDS) {
  test(`${kind}: a token is registered, found and removed`, async (t) => {
    using opened = open(kind);
    const { tokens } = opened.registry;
    const hash = tokens.hash(badge);
    t.regex(hash, /^[0-9a-f]{64}$/);
    t.is(await tokens.find(hash), null);
    const added = await tokens.add(badge, { user: 'ann', label: 'blue badge' });
    t.is(added.hash, hash);
    t.is(added.seenAtMs, null);
    t.deepEqual(await tokens.get(hash), added, 'looking is not seeing');
    t.is(await tokens.get('nothing'), null);
    opened.clock.nowMs += 500;
    t.deepEqual(await tokens.find(hash), { ...added, seenAtMs: opened.clock.nowMs });
    t.is((await tokens.ofUser('ann'))[0]?.label, 'blue badge');
    await t.throwsAsync(tokens.add(badge, { user: 'ben' }), { code: 'exists' });
    await tokens.remove(hash);
    t.deepEqual(await tokens.list(), []);
    await t.throwsAsync(tokens.remove(hash), { code: 'not-found' });
  });

  test(`${kind}: tokens are bounded and checked`, async (t) => {
    using opened = open(kind, { tokens: 1 });
    const { tokens } = opened.registry;
    await t.throwsAsync(tokens.add({ kind: 'badge', id: 'zz' }, { user: 'a' }), { code: 'token' });
    await t.throwsAsync(tokens.add(badge, { user: '' }), { code: 'invalid' });
    await t.throwsAsync(tokens.find('04a2b3c4'), { code: 'invalid' });
    await tokens.add(badge, { user: 'ann' });
    await t.throwsAsync(tokens.add({ kind: 'badge', id: '04a2b3c5' }, { user: 'b' }), {
      code: 'full',
    });
  });

  test(`${kind}: a token keeps its keys and a name for login screens`, async (t) => {
    using opened = open(kind);
    const { tokens } = opened.registry;
    const [pinKey, cardKey] = ['a1'.repeat(32), 'b2'.repeat(32)];
    const plain = await tokens.add(badge, { user: 'ann' });
    t.like(plain, { keys: {}, shownName: null });
    const card: LocatingToken = { kind: 'smartCard', id: 'c0'.repeat(16) };
    const owner = { user: 'ann', label: 'blue', shownName: 'Ann B.', keys: { pinKey } };
    const added = await tokens.add(card, owner);
    t.like(added, owner);
    t.deepEqual(await tokens.setKeys(added.hash, { cardKey }), { ...added, keys: { cardKey } });
    t.deepEqual(await tokens.ofUser('ann'), [plain, { ...added, keys: { cardKey } }].sort(byHash));
    t.like(await tokens.setKeys(added.hash, {}), { keys: {}, label: 'blue', shownName: 'Ann B.' });
    await t.throwsAsync(tokens.setKeys('00'.repeat(32), {}), { code: 'not-found' });
  });

  test(`${kind}: a card that was only seen is registered by its hash, and learns its keys once`, async (t) => {
    using opened = open(kind);
    const { tokens } = opened.registry;
    const card: LocatingToken = { kind: 'smartCard', id: 'c0'.repeat(16) };
    const known = { hash: tokens.hash(card), kind: card.kind };
    const added = await tokens.addKnown(known, { user: 'ann', shownName: 'Ann B.' });
    t.like(added, { ...known, user: 'ann', keys: {}, learnsKeys: true });
    t.deepEqual(await tokens.get(known.hash), added);
    await t.throwsAsync(tokens.add(card, { user: 'ben' }), { code: 'exists' });
    const cardKey = 'b2'.repeat(32);
    t.like(await tokens.setKeys(known.hash, { cardKey }), { keys: { cardKey }, learnsKeys: false });
    t.like(await tokens.get(known.hash), { learnsKeys: false, shownName: 'Ann B.' });

    const sure = { hash: 'd0'.repeat(32), kind: 'smartCard' } as const;
    const keys = { pinKey: cardKey };
    t.like(await tokens.addKnown(sure, { user: 'ann', keys }), { keys, learnsKeys: false });
    t.false((await tokens.add(badge, { user: 'ann' })).learnsKeys);
    const wrong = [
      { ...sure, hash: 'd0' },
      { ...sure, hash: 'e0'.repeat(32), kind: 'none' },
    ];
    for (const one of wrong)
      await t.throwsAsync(tokens.addKnown(one as typeof sure, { user: 'a' }), { code: 'invalid' });
  });

  test(`${kind}: keys of a token are checked`, async (t) => {
    using opened = open(kind);
    const { tokens } = opened.registry;
    const { hash } = await tokens.add(badge, { user: 'ann' });
    const wrong: unknown[] = [{ pinKey: 'a1' }, { pinKey: 4 }, { other: 'a1'.repeat(32) }];
    for (const keys of wrong) {
      await t.throwsAsync(tokens.setKeys(hash, keys as object), { code: 'invalid' });
    }
    t.deepEqual((await tokens.find(hash))?.keys, {});
  });
}

const byHash = (a: { hash: string }, b: { hash: string }) => (a.hash < b.hash ? -1 : 1);

test('two registries know one token by different hashes, and kinds differ', (t) => {
  using one = open('memory');
  using other = open('memory');
  const { tokens } = one.registry;
  t.not(tokens.hash(badge), other.registry.tokens.hash(badge));
  const id = 'ab'.repeat(32);
  t.not(tokens.hash({ kind: 'software', id }), tokens.hash({ kind: 'smartCard', id }));
  t.is(tokens.hash(badge), tokens.hash({ kind: 'badge', id: '04:A2:B3:C4' }));
});
