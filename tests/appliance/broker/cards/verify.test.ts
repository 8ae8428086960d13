import { createHash, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import test from 'ava';
import { type ProofToVerify, verifyCardProof } from '../../../../appliance/broker/cards/verify.ts';
import type { CardProofSubject } from '../../../../protocol/session/card-proof.ts';
import { makeToken } from '../../../../protocol/session/token.ts';
import { makeAuthority, makeCard, signed, type TestCard } from './test-cards.ts';

const subjectOf = (
  token: CardProofSubject['token'],
  changes: Partial<CardProofSubject> = {},
): CardProofSubject => ({
  serverFingerprint: 'a'.repeat(64),
  terminalFingerprint: 'b'.repeat(64),
  token,
  key: 'cardKey',
  nonce: new Uint8Array(32).fill(7),
  ...changes,
});

function proofOf(card: TestCard, changes: Partial<ProofToVerify> = {}): ProofToVerify {
  const subject = subjectOf(card.token);
  return {
    subject,
    certificate: card.certificate,
    signature: card.prove(subject),
    registeredKey: card.key,
    trust: null,
    atMs: Date.now(),
    ...changes,
  };
}

for (const kind of ['p256', 'p384', 'rsa2048'] as const) {
  test(`a card with a ${kind} key proves that it holds it`, async (t) => {
    const card = await makeCard({ kind });
    t.deepEqual(verifyCardProof(proofOf(card)), { good: true, key: card.key });
    const wrong = card.prove(subjectOf(card.token, { nonce: new Uint8Array(32) }));
    t.like(verifyCardProof(proofOf(card, { signature: wrong })), {
      good: false,
      why: 'the signature is wrong',
    });
  });
}

for (const kind of ['p521', 'rsa1024'] as const) {
  test(`a ${kind} key is not allowed`, async (t) => {
    const card = await makeCard({ kind });
    t.like(verifyCardProof(proofOf(card)), { why: 'a kind of key that is not allowed' });
  });
}

test('a signature is worth nothing for another server, terminal, token or key', async (t) => {
  const card = await makeCard();
  const others: Partial<CardProofSubject>[] = [
    { serverFingerprint: 'c'.repeat(64) },
    { terminalFingerprint: 'c'.repeat(64) },
    { token: makeToken('smartCard', '11112233445566778899aabbccddeeff') },
    { key: 'pinKey' },
  ];
  for (const other of others) {
    const subject = subjectOf(card.token, other);
    t.false(verifyCardProof({ ...proofOf(card), subject }).good, JSON.stringify(other));
  }
});

test('a copied number with a key of its own is refused', async (t) => {
  const [card, copy] = await Promise.all([makeCard(), makeCard()]);
  t.like(verifyCardProof(proofOf(copy, { registeredKey: card.key })), {
    why: 'another key than the registered one',
  });
  t.like(
    verifyCardProof(proofOf(copy, { certificate: card.certificate, registeredKey: card.key })),
    {
      why: 'the signature is wrong',
    },
  );
});

test('certificates that have expired, or are not valid yet, are refused', async (t) => {
  const hourMs = 3_600_000;
  const card = await makeCard();
  t.like(verifyCardProof(proofOf(card, { atMs: Date.now() + 2 * hourMs })), {
    why: 'the certificate has expired',
  });
  t.like(verifyCardProof(proofOf(card, { atMs: Date.now() - 2 * hourMs })), {
    why: 'the certificate is not valid yet',
  });
});

test('where authorities are named, only their certificates count', async (t) => {
  const [ours, theirs] = await Promise.all([makeAuthority(), makeAuthority()]);
  const trust = { authorities: [new X509Certificate(ours.pem)] };
  const card = await makeCard({ authority: ours });
  t.true(verifyCardProof(proofOf(card, { trust })).good);
  const lookalike = await makeCard({ authority: theirs });
  t.like(verifyCardProof(proofOf(lookalike, { trust })), {
    why: 'the certificate bears a wrong signature',
  });
  const own = await makeCard();
  t.like(verifyCardProof(proofOf(own, { trust })), {
    why: 'the certificate is of an authority that is not trusted',
  });
  const late = { trust, atMs: Date.now() + 2 * 86_400_000 };
  const longLived = await makeCard({ authority: ours, notAfter: new Date(Date.now() + 1e10) });
  t.like(verifyCardProof(proofOf(longLived, late)), {
    why: "the authority's certificate is not valid now",
  });
});

test('a software token is its key', (t) => {
  const make = () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    const id = createHash('sha256').update(spki).digest('hex');
    return { certificate: new Uint8Array(spki), id, privateKey };
  };
  const [token, other] = [make(), make()];
  const subject = subjectOf(makeToken('software', token.id));
  const proof: ProofToVerify = {
    subject,
    certificate: token.certificate,
    signature: signed(token.privateKey, null, subject),
    registeredKey: token.id,
    trust: null,
    atMs: Date.now(),
  };
  t.deepEqual(verifyCardProof(proof), { good: true, key: token.id });
  const copied = { ...proof, certificate: other.certificate };
  t.like(verifyCardProof(copied), { why: "the key is not the token's" });
  // Not even while it is being registered.
  t.false(verifyCardProof({ ...copied, registeredKey: null }).good);
});

test('whatever a terminal sends, the answer is a verdict', async (t) => {
  const card = await makeCard();
  const good = proofOf(card);
  const blobs = [
    new Uint8Array(),
    randomBytes(300),
    Buffer.concat([card.certificate, randomBytes(1)]),
  ];
  for (const certificate of blobs) t.false(verifyCardProof({ ...good, certificate }).good);
  for (const signature of [new Uint8Array(), randomBytes(70), randomBytes(512)])
    t.false(verifyCardProof({ ...good, signature }).good);
  for (let i = 0; i < 300; i++) {
    const certificate = card.certificate.slice();
    const at = i % certificate.length;
    certificate[at] = (certificate[at] ?? 0) ^ (1 + (i % 255));
    t.notThrows(() => verifyCardProof({ ...good, certificate, registeredKey: null }));
  }
});
