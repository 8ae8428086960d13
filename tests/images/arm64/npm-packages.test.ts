import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'ava';
import { check, locked } from '../../../images/arm64/npm-packages.ts';

const lock = readFileSync(new URL('../../../package-lock.json', import.meta.url), 'utf8');

test('the lock has what the image takes, in the versions of this machine', (t) => {
  for (const name of ['node-linux', '@img/sharp-linux', '@img/sharp-libvips-linux'])
    t.is(locked(lock, `${name}-arm64`).version, locked(lock, `${name}-x64`).version);
});

test('a package that the lock does not have is refused', (t) => {
  t.throws(() => locked(lock, 'no-such-package'), { message: /no version and sha512/ });
  const weak = JSON.stringify({
    packages: { 'node_modules/a': { version: '1', integrity: 'sha1-x' } },
  });
  t.throws(() => locked(weak, 'a'), { message: /no version and sha512/ });
});

test('other bytes than the lock names are refused', (t) => {
  const bytes = Buffer.from('package');
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  t.notThrows(() => check(bytes, integrity, 'a@1'));
  t.throws(() => check(Buffer.from('packagf'), integrity, 'a@1'), {
    message: /^a@1: sha512-.*but the lock has/,
  });
});
