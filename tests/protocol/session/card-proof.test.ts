import { createHash } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { WayRayError } from '../../../protocol/errors.ts';
import { type CardProofSubject, cardProofText } from '../../../protocol/session/card-proof.ts';
import { makeToken } from '../../../protocol/session/token.ts';

const subject: CardProofSubject = {
  serverFingerprint: '01'.repeat(32),
  terminalFingerprint: 'ab'.repeat(32),
  token: makeToken('smartCard', '00112233445566778899aabbccddeeff'),
  key: 'pinKey',
  nonce: new Uint8Array(32).fill(7),
};

test('what is signed has this form, byte for byte', (t) => {
  const expected = Buffer.concat([
    Buffer.from('WayRay card proof 1\0'),
    Buffer.alloc(32, 1),
    Buffer.alloc(32, 0xab),
    Buffer.from([42]),
    Buffer.from('smartCard:00112233445566778899aabbccddeeff'),
    Buffer.from([6]),
    Buffer.from('pinKey'),
    Buffer.alloc(32, 7),
  ]);
  t.deepEqual(Buffer.from(cardProofText(subject)), expected);
  // A change here makes all terminals and servers that are out there strangers to each other.
  t.is(createHash('sha256').update(cardProofText(subject)).digest('hex').length, 64);
});

test('the longest token fits', (t) => {
  const token = makeToken('smartCard', '12'.repeat(32));
  t.is(cardProofText({ ...subject, token }).length, 20 + 64 + 1 + 74 + 7 + 32);
});

const wrong: [string, Partial<CardProofSubject>, RegExp][] = [
  ['a short nonce', { nonce: new Uint8Array(31) }, /nonce/],
  ['a long nonce', { nonce: new Uint8Array(33) }, /nonce/],
  ['no server', { serverFingerprint: '' }, /fingerprint/],
  ['a fingerprint in capitals', { terminalFingerprint: 'AB'.repeat(32) }, /fingerprint/],
];
for (const [title, change, message] of wrong) {
  test(`refused: ${title}`, (t) => {
    t.throws(() => cardProofText({ ...subject, ...change }), { instanceOf: WayRayError, message });
  });
}

test('two subjects are signed alike only when they are alike', (t) => {
  const hex = (bytes: number) =>
    fc
      .uint8Array({ minLength: bytes, maxLength: bytes })
      .map((value) => Buffer.from(value).toString('hex'));
  const any = fc.record<CardProofSubject>({
    serverFingerprint: hex(32),
    terminalFingerprint: hex(32),
    token: fc
      .integer({ min: 8, max: 32 })
      .chain(hex)
      .filter((id) => !/^(?:(?:00)+|(?:ff)+)$/.test(id))
      .map((id) => makeToken('smartCard', id)),
    key: fc.constantFrom('cardKey', 'pinKey'),
    nonce: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  });
  fc.assert(
    fc.property(any, any, (a, b) => {
      const plain = (one: CardProofSubject) => ({ ...one, nonce: [...one.nonce] });
      const same = JSON.stringify(plain(a)) === JSON.stringify(plain(b));
      t.is(Buffer.compare(cardProofText(a), cardProofText(b)) === 0, same);
    }),
  );
  t.pass();
});
