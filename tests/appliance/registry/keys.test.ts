import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { KeyRing } from '../../../appliance/registry/key-ring.ts';
import { CREDENTIAL } from '../../../appliance/registry/key-store.ts';
import type { Registry } from '../../../appliance/registry/registry.ts';
import { openRegistry } from '../../../appliance/registry/sqlite-registry.ts';
import { scratchFolder } from '../../helpers/scratch.ts';
import { session } from './open.ts';

test('what is sealed opens for its own field only, and never twice the same', (t) => {
  const ring = KeyRing.generate();
  const sealed = ring.seal('Ann Ö', 'session s1');
  t.is(ring.open(sealed, 'session s1'), 'Ann Ö');
  t.notDeepEqual(ring.seal('Ann Ö', 'session s1'), sealed);
  t.throws(() => ring.open(sealed, 'session s2'), { code: 'tampered', message: /session s2/ });
  for (let i = 0; i < sealed.length; i++) {
    const changed = Buffer.from(sealed);
    changed[i] = (changed[i] ?? 0) ^ 1;
    const { code } = t.throws(() => ring.open(changed, 'session s1')) as unknown as {
      code: string;
    };
    t.true(code === 'tampered' || code === 'wrong-key', code);
  }
  t.throws(() => ring.open(sealed.subarray(0, 20), 'session s1'), { code: 'tampered' });
  t.throws(() => KeyRing.generate().open(sealed, 'session s1'), { code: 'wrong-key' });
});

test('a ring is written and read, and hashes stay when keys are replaced', (t) => {
  const ring = KeyRing.generate();
  const next = KeyRing.parse(ring.withNewKey().toText(), 'here');
  t.is(next.hash('token', 'x'), ring.hash('token', 'x'));
  t.not(next.hash('token', 'x'), next.hash('user', 'x'));
  t.not(next.current, ring.current);
  t.is(next.open(ring.seal('a', 'f'), 'f'), 'a');
  t.throws(() => next.withoutOldKeys().open(ring.seal('a', 'f'), 'f'), { code: 'wrong-key' });
});

const key = 'A'.repeat(43);
const malformed: [string, string, RegExp][] = [
  ['nothing', '', /first line/],
  ['another file', 'root:x:0:0\n', /first line/],
  ['no keys', 'wayray-registry-keys 1\n', /expected a hash key/],
  ['a short key', 'wayray-registry-keys 1\nhash AAAA\n', /line 2/],
  ['an unknown line', `wayray-registry-keys 1\nsalt ${key}\n`, /line 2/],
  ['a bad id', `wayray-registry-keys 1\nhash ${key}\nseal xyz ${key}\n`, /8 hexadecimal/],
  ['two hash keys', `wayray-registry-keys 1\nhash ${key}\nhash ${key}\n`, /two keys/],
  [
    'one id twice',
    `wayray-registry-keys 1\nhash ${key}\n${`seal 00000001 ${key}\n`.repeat(2)}`,
    /one id/,
  ],
];

for (const [name, text, message] of malformed) {
  test(`keys are refused: ${name}`, (t) => {
    const error = t.throws(() => KeyRing.parse(text, '/keys'), { code: 'key-malformed', message });
    t.true(error?.message.startsWith('/keys: '));
    t.false(error?.message.includes(key), 'a message must not tell a key');
  });
}

test('a key file that others can read, is lost or belongs to another registry is refused', (t) => {
  using folder = scratchFolder();
  const keys = join(folder.path, 'registry.keys');
  openRegistry(folder.path)[Symbol.dispose]();
  t.is(statSync(keys).mode & 0o777, 0o600);
  chmodSync(keys, 0o640);
  t.throws(() => openRegistry(folder.path), { code: 'key-permissions', message: /0640/ });
  writeFileSync(keys, KeyRing.generate().toText());
  chmodSync(keys, 0o600);
  t.throws(() => openRegistry(folder.path), {
    code: 'wrong-key',
    message: /registry\.keys.*registry\.db/,
  });
  rmSync(keys);
  t.throws(() => openRegistry(folder.path), { code: 'key-missing', message: /registry\.keys/ });
});

async function fill({ sessions, tokens, events }: Registry): Promise<void> {
  await sessions.save([session()]);
  await tokens.add({ kind: 'badge', id: '04a2b3c4' }, { user: 'ann', label: 'blue' });
  await events.append(Array.from({ length: 1200 }, (_, n) => ({ kind: 'tick', details: { n } })));
}

async function check(t: { is(a: unknown, b: unknown): void }, registry: Registry): Promise<void> {
  t.is((await registry.sessions.get('s1'))?.user, 'ann');
  const hash = registry.tokens.hash({ kind: 'badge', id: '04a2b3c4' });
  t.is((await registry.tokens.find(hash))?.label, 'blue');
  t.is((await registry.events.since(1199))[0]?.details['n'], 1199);
}

test('rotation seals everything anew, and the old key is gone', async (t) => {
  using folder = scratchFolder();
  const keys = join(folder.path, 'registry.keys');
  {
    using registry = openRegistry(folder.path);
    await fill(registry);
    const before = readFileSync(keys, 'utf8');
    const id = await registry.rotateKeys();
    const after = readFileSync(keys, 'utf8');
    t.is(after.match(/^seal/gm)?.length, 1);
    t.true(after.includes(`seal ${id} `) && !before.includes(id));
    t.is(statSync(keys).mode & 0o777, 0o600);
    await check(t, registry);
  }
  using again = openRegistry(folder.path);
  await check(t, again);
});

test('another process that has the registry open follows a rotation', async (t) => {
  using folder = scratchFolder();
  using one = openRegistry(folder.path);
  using other = openRegistry(folder.path);
  await fill(one);
  await check(t, other);
  await one.rotateKeys();
  await other.events.append([{ kind: 'late', details: { from: 'other' } }]);
  t.is((await one.events.latest(1))[0]?.details['from'], 'other');
  await one.rotateKeys();
  await check(t, other);
});

test('rotations at once, and writing meanwhile, lose nothing', async (t) => {
  using folder = scratchFolder();
  const keys = join(folder.path, 'registry.keys');
  {
    using one = openRegistry(folder.path);
    using other = openRegistry(folder.path);
    await fill(one);
    const rotations = Promise.all([one.rotateKeys(), other.rotateKeys(), other.rotateKeys()]);
    let busy = true;
    rotations.finally(() => {
      busy = false;
    });
    let written = 0;
    while (busy) {
      await one.events.append([{ kind: 'tick', details: { n: 1200 + written++ } }]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const ids = await rotations;
    t.true(written > 3, 'a rotation must not hold others up until its end');
    t.is(readFileSync(keys, 'utf8').match(/^seal/gm)?.length, 1);
    t.true(ids.some((id) => readFileSync(keys, 'utf8').includes(`seal ${id} `)));
  }
  using again = openRegistry(folder.path);
  await check(t, again);
  let last = 0;
  for (let page = await again.events.since(0, 1000); page.length > 0; ) {
    for (const { details } of page) t.is(details['n'], last++);
    page = await again.events.since(page.at(-1)?.id ?? 0, 1000);
  }
});

test('a rotation that was broken off loses nothing, and the next one cleans up', async (t) => {
  using folder = scratchFolder();
  const keys = join(folder.path, 'registry.keys');
  {
    using registry = openRegistry(folder.path);
    await fill(registry);
  }
  {
    const registry = openRegistry(folder.path);
    const rotation = registry.rotateKeys();
    registry[Symbol.dispose]();
    await t.throwsAsync(rotation, { code: 'closed' });
    t.is(readFileSync(keys, 'utf8').match(/^seal/gm)?.length, 2);
  }
  using registry = openRegistry(folder.path);
  await check(t, registry);
  await registry.rotateKeys();
  t.is(readFileSync(keys, 'utf8').match(/^seal/gm)?.length, 1);
  await check(t, registry);
});

test('a rotation that another one overtook, and that then died, takes no key away', async (t) => {
  using folder = scratchFolder();
  {
    using one = openRegistry(folder.path);
    await fill(one);
    const other = openRegistry(folder.path);
    const overtaken = one.rotateKeys();
    // The first one has gone through the tokens by now, the second one dies before it comes to them.
    for (let step = 0; step < 4; step++) await new Promise((resolve) => setImmediate(resolve));
    const overtaking = other.rotateKeys();
    other[Symbol.dispose]();
    await t.throwsAsync(overtaking, { code: 'closed' });
    await overtaken;
  }
  using registry = openRegistry(folder.path);
  await check(t, registry);
});

test('keys from systemd are used, never changed, and rotated by the administrator', async (t) => {
  using folder = scratchFolder();
  const credentials = join(folder.path, 'credentials');
  const given = join(credentials, CREDENTIAL);
  const ring = KeyRing.generate();
  mkdirSync(credentials);
  writeFileSync(given, ring.toText(), { mode: 0o400 });
  const open = () => openRegistry(folder.path, { credentialsDirectory: credentials });
  {
    using registry = open();
    await fill(registry);
  }
  t.throws(() => openRegistry(folder.path), { code: 'key-missing' });
  const both = ring.withNewKey();
  chmodSync(given, 0o600);
  writeFileSync(given, both.toText());
  {
    using registry = open();
    t.is(await registry.rotateKeys(), both.current);
  }
  writeFileSync(given, both.withoutOldKeys().toText());
  using registry = open();
  await check(t, registry);
});

test('a field that was moved to another record is told, and hurts no other', async (t) => {
  using folder = scratchFolder();
  using registry = openRegistry(folder.path);
  await registry.sessions.save([session(), session({ id: 's2', user: 'ben' })]);
  using db = new DatabaseSync(join(folder.path, 'registry.db'));
  db.exec(
    "UPDATE session SET sealed = (SELECT sealed FROM session WHERE id = 's1') WHERE id = 's2'",
  );
  await t.throwsAsync(registry.sessions.get('s2'), { code: 'tampered', message: /session s2/ });
  t.is((await registry.sessions.get('s1'))?.user, 'ann');
});
