import { join } from 'node:path';
import test from 'ava';
import { Database, type Durability } from '../../../appliance/registry/database.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

test('each transaction is as durable as it asks to be, however often that changes', (t) => {
  using folder = scratchFolder();
  using db = new Database(join(folder.path, 'registry.db'));
  const levels = { ordinary: 1, lasting: 2 } as const;
  const wanted: Durability[] = [
    'ordinary',
    'lasting',
    'ordinary',
    'lasting',
    'lasting',
    'ordinary',
  ];
  for (const durability of wanted) {
    const level = db.transact(durability, () => db.get('PRAGMA synchronous')?.['synchronous']);
    t.is(level, levels[durability]);
  }
});

test('a transaction that throws leaves nothing and the next one works', (t) => {
  using db = new Database(':memory:');
  const insert = (name: string) => db.run("INSERT INTO meta VALUES (?, '')", name);
  const thrown = new Error('mine');
  t.is(
    t.throws(() =>
      db.transact('ordinary', () => {
        insert('a');
        throw thrown;
      }),
    ),
    thrown,
  );
  t.throws(() => db.transact('ordinary', () => [insert('b'), insert('b')]), { code: 'conflict' });
  db.transact('ordinary', () => insert('c'));
  t.deepEqual(
    db.all('SELECT name FROM meta').map((row) => row['name']),
    ['c'],
  );
});

test('foreign keys, the write-ahead log and the check of types are on', (t) => {
  using folder = scratchFolder();
  using db = new Database(join(folder.path, 'registry.db'));
  t.is(db.get('PRAGMA journal_mode')?.['journal_mode'], 'wal');
  const orphan = "INSERT INTO enrolment VALUES ('a', 'b', NULL, 1, 5, 'nobody')";
  t.throws(() => db.run(orphan), { code: 'conflict', message: /FOREIGN KEY/ });
  t.throws(() => db.run("INSERT INTO event_horizon VALUES (1, 'x')"), { code: 'conflict' });
});
