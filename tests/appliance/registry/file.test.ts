import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { Database } from '../../../appliance/registry/database.ts';
import { RegistryError } from '../../../appliance/registry/errors.ts';
import { MIGRATIONS } from '../../../appliance/registry/schema.ts';
import { openRegistry } from '../../../appliance/registry/sqlite-registry.ts';
import type { LocatingToken } from '../../../protocol/session/token.ts';
import { scratchFolder } from '../../helpers/scratch.ts';
import { session } from './open.ts';

const badge: LocatingToken = { kind: 'badge', id: '04a2b3c4d5e6f7' };

async function fill(folder: string): Promise<void> {
  using registry = openRegistry(folder);
  for (let i = 0; i < 40; i++) {
    const user = `marie-curie-${i}`;
    await registry.sessions.save([
      session({ id: `s${i}`, user, details: { shell: 'secret-shell' } }),
    ]);
  }
  await registry.tokens.add(badge, { user: 'marie-curie', label: 'secret-label' });
  await registry.events.append([{ kind: 'login', details: { user: 'marie-curie' } }]);
}

test('only this user can read the files, and what is personal cannot be read in them', async (t) => {
  using folder = scratchFolder();
  using registry = openRegistry(folder.path);
  await fill(folder.path);
  await registry.events.latest();
  const files = readdirSync(folder.path);
  t.deepEqual(files.sort(), ['registry.db', 'registry.db-shm', 'registry.db-wal', 'registry.keys']);
  for (const file of files) {
    const path = join(folder.path, file);
    t.is(statSync(path).mode & 0o777, 0o600, file);
    const bytes = readFileSync(path, 'latin1').toLowerCase();
    for (const secret of ['curie', 'secret-shell', 'secret-label', badge.id]) {
      t.false(bytes.includes(secret), `${secret} in ${file}`);
    }
    const rawId = Buffer.from(badge.id, 'hex').toString('latin1');
    t.false(readFileSync(path, 'latin1').includes(rawId), file);
  }
});

test('everything is there after closing and opening', async (t) => {
  using folder = scratchFolder();
  await fill(folder.path);
  using registry = openRegistry(folder.path);
  t.is((await registry.sessions.list()).length, 40);
  t.is((await registry.tokens.find(registry.tokens.hash(badge)))?.user, 'marie-curie');
});

function refuses(folder: string, code: string): RegistryError {
  try {
    openRegistry(folder, { busyMs: 10 })[Symbol.dispose]();
  } catch (error) {
    if (error instanceof RegistryError && error.code === code) return error;
    throw error;
  }
  throw new Error(`it was opened, expected ${code}`);
}

test('a file that is no database is refused by name', (t) => {
  using folder = scratchFolder();
  const file = join(folder.path, 'registry.db');
  writeFileSync(file, 'this is no database, whatever its name says\n'.repeat(100));
  t.true(refuses(folder.path, 'corrupt').message.includes(file));
});

test('a damaged database is refused by name, and not made worse', async (t) => {
  using folder = scratchFolder();
  await fill(folder.path);
  const file = join(folder.path, 'registry.db');
  const bytes = readFileSync(file);
  bytes.fill(0x5a, 8192, 8192 + 4 * 4096);
  writeFileSync(file, bytes);
  t.true(refuses(folder.path, 'corrupt').message.includes(file));
  t.deepEqual(readFileSync(file), bytes);
});

test('a database that was cut off is refused', async (t) => {
  using folder = scratchFolder();
  await fill(folder.path);
  const file = join(folder.path, 'registry.db');
  truncateSync(file, Math.floor(statSync(file).size / 2 / 4096) * 4096);
  t.true(refuses(folder.path, 'corrupt').message.includes(file));
});

test('a database of the first version is brought up to date', async (t) => {
  using folder = scratchFolder();
  const file = join(folder.path, 'registry.db');
  const old = new DatabaseSync(file);
  old.exec(`${MIGRATIONS[0]}; PRAGMA application_id = 0x57526179; PRAGMA user_version = 1`);
  old.close();
  using registry = openRegistry(folder.path);
  await registry.events.append([{ kind: 'page-shown', details: { code: 'WR-4-7QK1' } }]);
  t.is((await registry.events.byCode('WR-4-7QK1')).length, 1);
});

test('a database of a later version is refused, and left as it is', async (t) => {
  using folder = scratchFolder();
  await fill(folder.path);
  const file = join(folder.path, 'registry.db');
  {
    using db = new DatabaseSync(file);
    db.exec('PRAGMA user_version = 99');
  }
  const { message } = refuses(folder.path, 'newer');
  t.true(message.includes(file) && message.includes('99'), message);
});

test('a database of another program is refused, and left as it is', (t) => {
  using folder = scratchFolder();
  const file = join(folder.path, 'registry.db');
  {
    using db = new DatabaseSync(file);
    db.exec('CREATE TABLE recipe (name TEXT)');
  }
  t.true(refuses(folder.path, 'foreign').message.includes(file));
  using db = new DatabaseSync(file);
  t.is(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'], 1);
});

test('a folder that is not there, or in place of the file, is refused by name', (t) => {
  using folder = scratchFolder();
  t.true(refuses(join(folder.path, 'none'), 'io').message.includes('none'));
  mkdirSync(join(folder.path, 'registry.db'));
  t.true(refuses(folder.path, 'io').message.includes('registry.db'));
});

test('a registry that another process holds says so in time, and goes on afterwards', async (t) => {
  using folder = scratchFolder();
  using registry = openRegistry(folder.path, { busyMs: 20 });
  using other = new DatabaseSync(join(folder.path, 'registry.db'));
  other.exec('BEGIN IMMEDIATE');
  const append = () => registry.events.append([{ kind: 'tick' }]);
  await t.throwsAsync(append, { code: 'busy', message: /registry\.db/ });
  await t.notThrowsAsync(registry.events.latest());
  other.exec('ROLLBACK');
  await t.notThrowsAsync(append);
});

test('a full disk is told, and what was there stays', (t) => {
  using folder = scratchFolder();
  const file = join(folder.path, 'registry.db');
  using db = new Database(file);
  const write = (value: string) =>
    db.transact('ordinary', () =>
      db.run('INSERT INTO meta VALUES (?, ?)', value.slice(0, 20), value.padEnd(9000, 'x')),
    );
  write('first');
  // SQLite's own bound on the file fails in the same way as the file system does.
  const pages = Number(db.get('PRAGMA page_count')?.['page_count']);
  db.get(`PRAGMA max_page_count = ${pages + 2}`);
  const grow = () => {
    for (let i = 0; i < 10; i++) write(`more ${i}`);
  };
  t.throws(grow, { code: 'no-space', message: /registry\.db: the disk is full/ });
  db.get('PRAGMA max_page_count = 100000');
  write('last');
  t.is(db.all("SELECT 1 FROM meta WHERE name IN ('first', 'last')").length, 2);
});

test('a closed registry says so', async (t) => {
  using folder = scratchFolder();
  const registry = openRegistry(folder.path);
  registry[Symbol.dispose]();
  registry[Symbol.dispose]();
  await t.throwsAsync(registry.sessions.list(), { code: 'closed' });
});
