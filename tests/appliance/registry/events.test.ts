import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { openRegistry } from '../../../appliance/registry/sqlite-registry.ts';
import { scratchFolder } from '../../helpers/scratch.ts';
import { KINDS, open } from './open.ts';

for (const kind of KINDS) {
  test(`${kind}: events come back in order, from anywhere`, async (t) => {
    using opened = open(kind);
    const { events } = opened.registry;
    await events.append([
      { kind: 'session-attached', session: 's1', terminal: 'hall', details: { proof: 'pin' } },
      { kind: 'session-detached', session: 's1' },
    ]);
    await events.append([{ kind: 'session-ended' }]);
    const all = await events.since(0);
    t.deepEqual(
      all.map(({ id }) => id),
      [1, 2, 3],
    );
    t.like(all[0], { session: 's1', terminal: 'hall', token: null, details: { proof: 'pin' } });
    t.deepEqual(
      (await events.since(2)).map(({ kind }) => kind),
      ['session-ended'],
    );
    t.deepEqual(
      (await events.latest(2)).map(({ id }) => id),
      [2, 3],
    );
  });

  test(`${kind}: events are found by the code of a page, however it is read out`, async (t) => {
    using opened = open(kind);
    const { events } = opened.registry;
    await events.append([
      { kind: 'page-shown', details: { code: 'WR-4-7QK1' } },
      { kind: 'page-shown', details: { code: 'WR-4-8ABC' } },
      { kind: 'page-shown', terminal: 'hall', details: { code: 'WR-4-7QK1' } },
      { kind: 'login', details: { code: 'AAAA-BBBB-CCCC' } },
    ]);
    for (const typed of ['WR-4-7QK1', ' wr 4 7qkl ', 'wr47qki', '4-7QK1', '004 7QK1']) {
      const found = await events.byCode(typed);
      t.deepEqual(
        found.map(({ id }) => id),
        [1, 3],
        typed,
      );
    }
    t.deepEqual(
      (await events.byCode('WR-4-7QK1', 1)).map(({ terminal }) => terminal),
      ['hall'],
    );
    for (const none of ['WR-5-7QK1', '', 'AAAA-BBBB-CCCC', '%', 'WR-4444-7QK1']) {
      t.deepEqual(await events.byCode(none), [], none);
    }
    await t.throwsAsync(events.byCode('x'.repeat(65)), { code: 'invalid' });
  });

  test(`${kind}: the oldest make room by number`, async (t) => {
    using opened = open(kind, { events: 100 });
    const { events } = opened.registry;
    for (let i = 0; i < 300; i++) await events.append([{ kind: 'tick' }]);
    const left = await events.since(0, 1000);
    t.true(left.length >= 100 && left.length < 200, String(left.length));
    t.is(left.at(-1)?.id, 300);
    t.is(left[0]?.id, 301 - left.length);
  });

  test(`${kind}: the oldest make room by age, but a clock that was wrong takes nothing along`, async (t) => {
    using opened = open(kind, { eventAgeMs: 1000 });
    const { events } = opened.registry;
    const tick = (count: number) =>
      events.append(Array.from({ length: count }, () => ({ kind: 'tick' })));
    await tick(64);
    opened.clock.nowMs -= 1e9;
    await tick(1);
    opened.clock.nowMs += 1e9;
    await tick(64);
    t.is((await events.since(0, 1000)).length, 129);
    opened.clock.nowMs += 5000;
    await tick(64);
    t.is((await events.since(0, 1000)).length, 64);
  });
}

test('events cannot be changed or removed, even past this program', async (t) => {
  using folder = scratchFolder();
  using registry = openRegistry(folder.path);
  await registry.events.append([{ kind: 'session-attached' }, { kind: 'session-detached' }]);
  using db = new DatabaseSync(join(folder.path, 'registry.db'));
  t.throws(() => db.exec("UPDATE event SET kind = 'nothing'"), { message: /not changed/ });
  t.throws(() => db.exec("UPDATE event SET code = 'WR-4-7QK1'"), { message: /not changed/ });
  t.throws(() => db.exec('DELETE FROM event'), { message: /not removed/ });
  t.is((await registry.events.latest()).length, 2);
});
