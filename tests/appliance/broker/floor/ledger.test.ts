import test from 'ava';
import { Ledger, type SessionDraft } from '../../../../appliance/broker/floor/ledger.ts';
import { RegistryError } from '../../../../appliance/registry/errors.ts';
import type { Registry } from '../../../../appliance/registry/registry.ts';
import { openMemoryRegistry } from '../../../../appliance/registry/sqlite-registry.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { log } from './stage.ts';

const draft = (id: string, more: Partial<SessionDraft> = {}): SessionDraft => ({
  id,
  user: id,
  exclusive: true,
  state: 'suspended',
  terminal: null,
  token: null,
  lock: 'none',
  attachments: 1,
  createdAtMs: 1,
  shownAtMs: null,
  details: {},
  ...more,
});
const shown = (id: string, terminal: string) => draft(id, { state: 'active', terminal });

test('sessions that change places do not get in each other’s way', async (t) => {
  using registry = openMemoryRegistry();
  const ledger = new Ledger(registry, log, { delayMs: 0 });
  ledger.put(shown('ann', 'hall'));
  ledger.put(shown('ben', 'lab'));
  await ledger.close();
  ledger.put(shown('ann', 'lab'));
  ledger.put(shown('ben', 'hall'));
  await ledger.close();
  t.is((await registry.sessions.ofTerminal('hall'))?.id, 'ben');
  t.is((await registry.sessions.ofTerminal('lab'))?.id, 'ann');
});

test('only the latest of a session is written, and what is the same is not', async (t) => {
  using registry = openMemoryRegistry();
  const ledger = new Ledger(registry, log, { delayMs: 0 });
  for (const terminal of ['a', 'b', 'c']) ledger.put(shown('ann', terminal));
  await ledger.close();
  ledger.put(shown('ann', 'c'));
  await ledger.close();
  const record = await registry.sessions.get('ann');
  t.is(record?.revision, 1);
  t.is(record?.terminal, 'c');
});

test('what cannot be written is kept, and newer news of it count', async (t) => {
  using registry = openMemoryRegistry();
  let failures = 0;
  const broken: Pick<Registry, 'sessions' | 'events'> = {
    events: registry.events,
    sessions: {
      ...registry.sessions,
      get: (id) => registry.sessions.get(id),
      save: async (records, events) => {
        if (failures++ < 1) throw new RegistryError('busy', 'busy');
        return registry.sessions.save(records, events);
      },
    },
  };
  const ledger = new Ledger(broken, log, { delayMs: 0 });
  ledger.audit({ kind: 'first' });
  ledger.put(shown('ann', 'hall'));
  await eventually(() => {
    if (failures === 0) throw new Error('not tried yet');
  });
  ledger.put(shown('ann', 'lab'));
  await ledger.close();
  t.is((await registry.sessions.get('ann'))?.terminal, 'lab');
  t.deepEqual(
    (await registry.events.latest()).map(({ kind }) => kind),
    ['first'],
  );
});

test('what somebody else wrote is overwritten: the floor knows what is true', async (t) => {
  using registry = openMemoryRegistry();
  const ledger = new Ledger(registry, log, { delayMs: 0 });
  ledger.put(draft('ann'));
  await ledger.close();
  const record = await registry.sessions.get('ann');
  if (!record) return t.fail();
  await registry.sessions.save([{ ...record, lock: 'asked' }]);
  ledger.put(draft('ann', { lock: 'detached' }));
  await ledger.close();
  t.is((await registry.sessions.get('ann'))?.lock, 'detached');
});

test('one thing that the registry does not take keeps nothing else from it', async (t) => {
  using registry = openMemoryRegistry();
  const ledger = new Ledger(registry, log, { delayMs: 0 });
  ledger.put(draft('ann'));
  ledger.put(draft('ben', { user: '' }));
  ledger.audit({ kind: 'good', details: { a: 1 } });
  ledger.audit({ kind: 'bad', terminal: 'no such\nname' });
  await ledger.close();
  t.truthy(await registry.sessions.get('ann'));
  t.is(await registry.sessions.get('ben'), null);
  t.deepEqual(
    (await registry.events.latest()).map(({ kind }) => kind),
    ['good'],
  );
});

test('a removed session is gone, also where it never was', async (t) => {
  using registry = openMemoryRegistry();
  const ledger = new Ledger(registry, log, { delayMs: 0 });
  ledger.put(draft('ann'));
  await ledger.close();
  ledger.remove('ann');
  ledger.remove('nobody');
  await ledger.close();
  t.deepEqual(await registry.sessions.list(), []);
});

test('a lock that was asked for, and its end, are written at once', async (t) => {
  using registry = openMemoryRegistry();
  const ledger = new Ledger(registry, log, { delayMs: 3_600_000 });
  const lockOf = async () => (await registry.sessions.get('ann'))?.lock;
  ledger.put(shown('ann', 'hall'));
  t.is(await lockOf(), undefined);
  for (const lock of ['asked', 'none'] as const) {
    ledger.put({ ...shown('ann', 'hall'), lock });
    await eventually(async () => {
      if ((await lockOf()) !== lock) throw new Error(`not ${lock} yet`);
    });
  }
  ledger.put({ ...shown('ann', 'hall'), lock: 'detached' });
  t.is(await lockOf(), 'none');
  await ledger.close();
  t.is(await lockOf(), 'detached');
});
