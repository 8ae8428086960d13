import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { BrowserAccess } from '../../../appliance/broker/browser-access.ts';
import { browsersInFile } from '../../../appliance/broker/known-browsers.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const DAY_MS = 86_400_000;

function unexpected(error: Error): never {
  throw error;
}

test('a code gives one cookie, a new code voids the one before', (t) => {
  const access = new BrowserAccess();
  const first = access.newCode();
  const second = access.newCode();
  t.is(access.redeemCode(first), null);
  t.is(access.redeemCode(''), null);
  t.is(typeof access.redeemCode(second), 'string');
  t.is(access.redeemCode(second), null);
});

test('a credential works once and for a minute', (t) => {
  let nowMs = 0;
  const access = new BrowserAccess({ nowMs: () => nowMs });
  const cookie = access.redeemCode(access.newCode()) ?? '';
  t.is(access.newCredential('another'), null);
  const credential = access.newCredential(cookie) ?? '';
  t.true(access.redeemCredential(credential));
  t.false(access.redeemCredential(credential));
  const late = access.newCredential(cookie) ?? '';
  nowMs = 60_001;
  t.false(access.redeemCredential(late));
});

test('browsers are known after a restart, until their cookie is too old', (t) => {
  using scratch = scratchFolder();
  const file = join(scratch.path, 'browsers.json');
  const open = (nowMs: number) =>
    new BrowserAccess({ known: browsersInFile(file, unexpected), nowMs: () => nowMs });
  const before = open(0);
  const cookie = before.redeemCode(before.newCode()) ?? '';
  t.is(typeof open(30 * DAY_MS).newCredential(cookie), 'string');
  t.is(open(30 * DAY_MS + 1).newCredential(cookie), null);
  t.false(readFileSync(file, 'utf8').includes(cookie), 'only its hash is kept');
  t.is(statSync(file).mode & 0o777, 0o600);
});

test('a file that is no list of browsers is named', (t) => {
  using scratch = scratchFolder();
  const file = join(scratch.path, 'browsers.json');
  for (const text of ['', '{}', '[{"hash":"short","expiresMs":1}]', '[null]']) {
    writeFileSync(file, text);
    t.throws(() => new BrowserAccess({ known: browsersInFile(file, unexpected) }), {
      message: `${file}: expected a list of {hash, expiresMs}; without the file browsers need a new code`,
    });
  }
});

test('a browser that cannot be remembered is let in until the server ends', (t) => {
  using scratch = scratchFolder();
  const file = join(scratch.path, 'gone', 'browsers.json');
  const failures: string[] = [];
  const known = browsersInFile(file, ({ message }) => failures.push(message));
  const access = new BrowserAccess({ known });
  const cookie = access.redeemCode(access.newCode()) ?? '';
  t.is(typeof access.newCredential(cookie), 'string');
  t.is(failures.length, 1);
  t.regex(failures[0] ?? '', /ENOENT/);
});

test('the oldest is forgotten beyond 32 browsers', (t) => {
  const access = new BrowserAccess();
  const cookies = Array.from({ length: 33 }, () => access.redeemCode(access.newCode()) ?? '');
  t.is(access.newCredential(cookies[0] ?? ''), null);
  t.is(typeof access.newCredential(cookies[1] ?? ''), 'string');
});
