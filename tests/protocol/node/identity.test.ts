import { X509Certificate } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ConfigError } from '../../../protocol/errors.ts';
import { parseFingerprint } from '../../../protocol/node/fingerprint.ts';
import { loadOrCreateIdentity } from '../../../protocol/node/identity.ts';

const request = { algorithm: 'ed25519', name: 'desk-7' } as const;

async function newDirectory(t: ExecutionContext): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'wr-identity-'));
  t.teardown(() => rm(parent, { recursive: true, force: true }));
  return join(parent, 'state');
}

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

test('the identity is made once and kept for its user alone', async (t) => {
  const directory = await newDirectory(t);
  const made = await loadOrCreateIdentity(directory, request);
  t.is(await modeOf(directory), 0o700);
  t.is(await modeOf(join(directory, 'identity.key')), 0o600);
  t.is(await modeOf(join(directory, 'identity.crt')), 0o600);
  t.deepEqual(await loadOrCreateIdentity(directory, request), made);
  t.regex(made.fingerprint, /^[0-9a-f]{64}$/);
});

test('programs that make it at the same time end up with one and the same', async (t) => {
  const directory = await newDirectory(t);
  const makers = Array.from({ length: 12 }, () => loadOrCreateIdentity(directory, request));
  const made = await Promise.all(makers);
  t.is(new Set(made.map(({ fingerprint }) => fingerprint)).size, 1);
  t.deepEqual(await loadOrCreateIdentity(directory, request), made[0]);
  t.deepEqual(await readdir(dirname(directory)), ['state'], 'nothing is left beside it');
});

test('files of somebody else are left alone', async (t) => {
  const directory = await newDirectory(t);
  await mkdir(directory, { mode: 0o700 });
  await writeFile(join(directory, 'letter'), '');
  await t.throwsAsync(loadOrCreateIdentity(directory, request), {
    instanceOf: ConfigError,
    message: /no identity\.key; empty it/,
  });
});

test('a server certificate is P-256 and names its hosts', async (t) => {
  const hosts = ['desk.example', '127.0.0.1', '::1'];
  const directory = await newDirectory(t);
  const server = { algorithm: 'ecdsa-p256', name: 'server', hosts } as const;
  const { certPem } = await loadOrCreateIdentity(directory, server);
  const certificate = new X509Certificate(certPem);
  t.is(certificate.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
  t.is(certificate.checkHost('desk.example'), 'desk.example');
  t.is(certificate.checkIP('::1'), '::1');
  t.true(certificate.verify(certificate.publicKey));
});

test('a key that others may read is refused, and the way out is named', async (t) => {
  const directory = await newDirectory(t);
  await loadOrCreateIdentity(directory, request);
  await chmod(join(directory, 'identity.key'), 0o640);
  const error = await t.throwsAsync(loadOrCreateIdentity(directory, request), {
    instanceOf: ConfigError,
  });
  t.regex(error?.message ?? '', /identity\.key: may be read by others \(mode 640\).*chmod 600/);
});

test('a directory that others may write to is refused', async (t) => {
  const directory = await newDirectory(t);
  await loadOrCreateIdentity(directory, request);
  await chmod(directory, 0o777);
  await t.throwsAsync(loadOrCreateIdentity(directory, request), {
    instanceOf: ConfigError,
    message: /may be written by others/,
  });
});

test('files that are missing, damaged or of two identities are refused by name', async (t) => {
  const directory = await newDirectory(t);
  const refused = (message: RegExp) =>
    t.throwsAsync(loadOrCreateIdentity(directory, request), { instanceOf: ConfigError, message });
  await loadOrCreateIdentity(directory, request);
  const key = join(directory, 'identity.key');
  const saved = await readFile(key);
  await writeFile(key, 'not a key');
  await refused(/identity\.key/);
  const other = await newDirectory(t);
  await loadOrCreateIdentity(other, request);
  await writeFile(key, await readFile(join(other, 'identity.key')));
  await refused(/does not belong/);
  await writeFile(key, saved);
  await rm(join(directory, 'identity.crt'));
  await refused(/identity\.crt is missing/);
});

test('a directory that cannot be made is an error in words', async (t) => {
  const directory = await newDirectory(t);
  await writeFile(directory, 'a file');
  await t.throwsAsync(loadOrCreateIdentity(directory, request), {
    instanceOf: ConfigError,
    message: /cannot be created/,
  });
});

test('fingerprints are read as tools print them', (t) => {
  const plain = 'ab'.repeat(32);
  t.is(parseFingerprint('AB:'.repeat(31).concat('AB')), plain);
  t.throws(() => parseFingerprint('abc'), { instanceOf: ConfigError });
});
