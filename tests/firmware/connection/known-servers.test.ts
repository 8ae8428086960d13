import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Backoff } from '../../../firmware/connection/backoff.ts';
import { KnownServers } from '../../../firmware/connection/known-servers.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const A = 'a'.repeat(64);

function folder(t: ExecutionContext): string {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  return scratch.path;
}

test('a server is remembered by its address', (t) => {
  const root = join(folder(t), 'new');
  new KnownServers(root).remember('host:1', A);
  const known = new KnownServers(root);
  t.is(known.fingerprintOf('host:1'), A);
  t.is(known.fingerprintOf('host:2'), undefined);
  t.is(known.fingerprintOf('toString'), undefined);
  t.deepEqual(JSON.parse(readFileSync(known.file, 'utf8')), { 'host:1': A });
});

test('what cannot be written is known for this run all the same', (t) => {
  const known = new KnownServers('/proc/nowhere');
  t.throws(() => known.remember('host:1', A), { name: 'ConfigError', message: /ENOENT/ });
  t.is(known.fingerprintOf('host:1'), A);
});

for (const text of ['', '{', '[]', '{"host:1": "x"}', 'null']) {
  test(`a file of ${JSON.stringify(text)} is refused by name`, (t) => {
    const root = folder(t);
    writeFileSync(join(root, 'known-servers.json'), text);
    const known = new KnownServers(root);
    const expected = { name: 'DamagedStateError', message: /known-servers\.json/ };
    t.throws(() => known.fingerprintOf('host:1'), expected);
    // Nor is it written over: that would forget the others.
    t.throws(() => known.remember('host:1', A), expected);
    t.is(readFileSync(known.file, 'utf8'), text);
    t.regex(known.damage ?? '', /known-servers\.json/);
    writeFileSync(known.file, `{"host:1": "${A}"}`);
    t.is(known.fingerprintOf('host:1'), A);
    t.is(known.damage, null);
  });
}

test('a file that cannot be read is refused by name', (t) => {
  const root = folder(t);
  mkdirSync(join(root, 'known-servers.json'));
  t.throws(() => new KnownServers(root).fingerprintOf('host:1'), {
    name: 'DamagedStateError',
    message: /EISDIR/,
  });
});

test('waiting doubles from a quarter of a second to two, and begins anew', (t) => {
  const backoff = new Backoff(() => 0.5);
  const waits = Array.from({ length: 5 }, () => backoff.next());
  t.deepEqual(waits, [250, 500, 1000, 2000, 2000]);
  backoff.reset();
  t.is(backoff.next(), 250);
  t.is(new Backoff(() => 0).next(), 200);
  t.true(new Backoff(() => 0.999).next() < 300);
});
