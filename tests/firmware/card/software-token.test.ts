import { createPublicKey, verify } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { InsertedToken } from '../../../firmware/card/card-reader.ts';
import { SoftwareToken } from '../../../firmware/card/software-token.ts';
import { ConfigError } from '../../../protocol/errors.ts';
import { makeToken } from '../../../protocol/session/token.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

function fileIn(t: ExecutionContext): string {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  return `${scratch.path}/deep/token`;
}

interface Heard {
  readonly token: SoftwareToken;
  readonly came: InsertedToken[];
  readonly went: number[];
}

function listen(file: string, inserted = true): Heard {
  const token = new SoftwareToken({ file, nowUs: () => 42, inserted });
  const heard: Heard = { token, came: [], went: [] };
  token.listen({
    reading: () => {},
    inserted: (it) => heard.came.push(it),
    removed: (insertion) => heard.went.push(insertion),
    problem: () => {},
    isShown: () => true,
  });
  return heard;
}

test('a missing key is made for its owner alone, and is the same ever after', async (t) => {
  const file = fileIn(t);
  const first = listen(file);
  t.is(statSync(file).mode & 0o777, 0o600);
  await setImmediate();
  t.like(first.came, [
    {
      insertion: 1,
      kind: 'software',
      tokenId: first.token.id,
      eventUs: 42,
      reader: 'software token',
    },
  ]);
  t.is(makeToken('software', first.token.id).id, first.token.id);
  t.is(listen(file).token.id, first.token.id);
  t.false(readFileSync(file, 'utf8').includes(first.token.id));
});

test('it signs what it is given', async (t) => {
  const { token } = listen(fileIn(t));
  const text = Buffer.from('what is signed');
  const { certificate, signature } = await token.prove({ insertion: 1, key: 'cardKey', text });
  const key = createPublicKey({ key: Buffer.from(certificate), format: 'der', type: 'spki' });
  t.true(verify(null, text, key, signature));
  t.false(verify(null, Buffer.from('something else'), key, signature));
});

test('it comes and goes, and proves nothing while it is away', async (t) => {
  const { token, came, went } = listen(fileIn(t), false);
  const prove = (insertion: number) =>
    token.prove({ insertion, key: 'cardKey', text: new Uint8Array(1) });
  await t.throwsAsync(prove(1), { code: 'removed' });
  token.insert();
  token.insert();
  token.remove();
  token.remove();
  token.insert();
  await setImmediate();
  t.deepEqual([came.map(({ insertion }) => insertion), went], [[1, 2], [1]]);
  await t.throwsAsync(prove(1), { code: 'removed' });
  await t.notThrowsAsync(prove(2));
  await t.throwsAsync(token.prove({ insertion: 2, key: 'pinKey', text: new Uint8Array(1) }), {
    code: 'noKey',
  });
});

for (const [what, spoil, message] of [
  ['that others may read', (file: string) => chmodSync(file, 0o640), /0600/],
  ['that holds no key', (file: string) => writeFileSync(file, 'no key'), /private key/],
] as const) {
  test(`a file ${what} is refused`, (t) => {
    const file = fileIn(t);
    listen(file);
    spoil(file);
    t.throws(() => listen(file), { instanceOf: ConfigError, message });
  });
}

test('a place where nothing can be written is named', (t) => {
  t.throws(() => listen('/proc/x/token'), { instanceOf: ConfigError, message: /\/proc\/x\/token/ });
});
