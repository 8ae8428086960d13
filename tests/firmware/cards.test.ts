import { createPublicKey, verify } from 'node:crypto';
import test from 'ava';
import {
  type CardReader,
  type CardReaderEvents,
  type InsertedToken,
  type Proof,
  ProofError,
  type ProofRequest,
} from '../../firmware/card/card-reader.ts';
import { CardKey, ProofProblem } from '../../protocol/generated/control.ts';
import { cardProofText } from '../../protocol/session/card-proof.ts';
import { eventually } from '../helpers/eventually.ts';
import { open } from './held.ts';

const NONCE = new Uint8Array(32).fill(7);
const TOKEN: InsertedToken = {
  insertion: 1,
  reader: 'Test Reader 00',
  kind: 'smartCard',
  tokenId: '00112233445566778899aabbccddeeff',
  atr: Uint8Array.of(0x3b, 0x80),
  keys: { cardKey: true, pinKey: true },
  eventUs: 123_456,
};

/** A reader in the test's hands, with a card whose PIN is 123456. */
class HandReader implements CardReader {
  events!: CardReaderEvents;
  tries = 3;
  readonly pins: Uint8Array[] = [];

  listen(events: CardReaderEvents): void {
    this.events = events;
  }

  names(): readonly string[] {
    return ['Test Reader 00'];
  }

  async prove({ key, pin }: ProofRequest): Promise<Proof> {
    if (pin) this.pins.push(pin);
    if (key === 'pinKey' && Buffer.from(pin ?? []).toString() !== '123456') {
      this.tries--;
      throw new ProofError(this.tries > 0 ? 'pinWrong' : 'pinBlocked', 'the PIN is wrong', {
        triesLeft: this.tries,
      });
    }
    this.tries = 3;
    return { certificate: Uint8Array.of(1), signature: Uint8Array.of(2) };
  }

  async pinTriesLeft(): Promise<number> {
    return this.tries;
  }

  [Symbol.dispose](): void {}
}

/** A terminal with a card in it, at the page that asks for its PIN. */
async function askedForPin(t: Parameters<typeof open>[0]) {
  const reader = new HandReader();
  const bench = await open(t, { readers: [reader] });
  bench.broker.page('insertCard');
  await bench.held.shows('insertCard');
  reader.events.inserted(TOKEN);
  await bench.broker.hears('CardInserted');
  bench.broker.challenge(1, 1, CardKey.pinKey, NONCE);
  await bench.held.shows('pin');
  return { ...bench, reader };
}

test('a software token is told of, proves its key, and goes', async (t) => {
  const { broker, held } = await open(t);
  broker.page('insertCard');
  await held.shows('insertCard');
  held.insertToken();
  const told = await broker.hears('CardInserted');
  t.like(told, { insertion: 1, tokenId: held.tokenId, cardKey: true, pinKey: false });

  broker.challenge(1, 1, CardKey.cardKey, NONCE);
  const { certificate, signature } = await broker.hears('CardProof');
  const key = createPublicKey({ key: Buffer.from(certificate), format: 'der', type: 'spki' });
  const text = cardProofText({
    serverFingerprint: broker.identity.fingerprint,
    terminalFingerprint: broker.terminalFingerprint,
    token: { kind: 'software', id: held.tokenId },
    key: 'cardKey',
    nonce: NONCE,
  });
  t.true(verify(null, text, key, signature));

  held.removeToken();
  t.is((await broker.hears('CardRemoved')).insertion, 1);
  broker.challenge(1, 2, CardKey.cardKey, NONCE);
  t.like(await broker.hears('CardProofFailed'), { request: 2, problem: ProofProblem.removed });
});

test('a token that lies there is told of again on the next link, counted anew', async (t) => {
  const { broker, held } = await open(t);
  broker.page('insertCard');
  held.insertToken();
  await broker.hears('CardInserted');
  held.removeToken();
  held.insertToken();
  t.is((await broker.hears('CardInserted', 2)).insertion, 2);
  broker.dropLink();
  await broker.attached(2);
  broker.page('insertCard');
  const again = await broker.hears('CardInserted', 3);
  t.deepEqual([again.insertion, again.tokenId], [1, held.tokenId]);
});

test('a PIN is asked by the terminal, goes to the card alone, and is overwritten', async (t) => {
  const { broker, held, reader } = await askedForPin(t);
  const before = broker.input.length;
  await held.save('page-pin-empty');
  held.type('12345');
  await held.save('page-pin-five');
  held.press('Backspace');
  held.type('56\n');
  t.like(await broker.hears('CardProof'), { insertion: 1, request: 1, key: CardKey.pinKey });
  t.is(broker.input.slice(before).filter(({ type }) => type === 'Key').length, 0);
  t.deepEqual(reader.pins, [new Uint8Array(6)]);
  t.false(JSON.stringify(held.history).includes('dots'));

  broker.view(1, 'session');
  broker.paint(1, 0x10c030);
  await held.shows('session');
});

test('a wrong PIN tells the tries that are left, and the last one that the card is blocked', async (t) => {
  const { broker, held } = await askedForPin(t);
  for (const [request, left, line] of [
    [1, 2, /^Wrong PIN\. 2 tries are left\. Type it again\.$/],
    [2, 1, /^Wrong PIN\. This is the last try\. Type it again\.$/],
  ] as const) {
    held.type('654321\n');
    const { problem, triesLeft } = await broker.hears('CardProofFailed', request);
    t.deepEqual([problem, triesLeft], [ProofProblem.pinWrong, left]);
    broker.challenge(1, request + 1, CardKey.pinKey, NONCE);
    await eventually(() => {
      const { showing } = held;
      if (showing.what !== 'page' || !line.test(showing.page.detail))
        throw new Error(JSON.stringify(showing));
    });
    if (request === 1) await held.save('page-pin-wrong');
  }
  held.type('654321\n');
  t.like(await broker.hears('CardProofFailed', 3), {
    problem: ProofProblem.pinBlocked,
    triesLeft: 0,
  });
  await held.shows('pinBlocked');
  broker.page('refused');
  await held.shows('refused');
  broker.challenge(1, 4, CardKey.pinKey, NONCE);
  t.like(await broker.hears('CardProofFailed', 4), { problem: ProofProblem.pinBlocked });
});

test('Escape cancels, a short PIN is not tried', async (t) => {
  const { broker, held, reader } = await askedForPin(t);
  held.type('123\n');
  t.like(held.showing, { page: { detail: 'A PIN has at least 4 digits.' } });
  held.press('Escape');
  t.like(await broker.hears('CardProofFailed'), { problem: ProofProblem.cancelled });
  await held.shows('insertCard');
  t.is(reader.pins.length, 0);
});

test('a card that is pulled takes the PIN page with it', async (t) => {
  const { broker, held, reader } = await askedForPin(t);
  held.type('1234');
  reader.events.removed(1);
  t.is(held.showing.what === 'page' && held.showing.page.name, 'insertCard');
  t.like(await broker.hears('CardProofFailed'), { problem: ProofProblem.removed });
  await broker.hears('CardRemoved');
});

test('the server ends a question: the page goes, and no answer comes', async (t) => {
  const { broker, held } = await askedForPin(t);
  broker.send({ type: 'CardChallengeEnd', request: 99 });
  broker.send({ type: 'CardChallengeEnd', request: 1 });
  await held.shows('insertCard');
  held.type('123456\n');
  await broker.hears('LoginRequest');
  t.false(broker.received.some(({ type }) => type.startsWith('CardProof')));
});

test('a greeter that comes stays below the PIN page, a session takes its place', async (t) => {
  const { broker, held } = await askedForPin(t);
  broker.view(1, 'greeter');
  broker.paint(1, 0x333333);
  await eventually(() => {
    if (!broker.acknowledged.includes(1)) throw new Error('not acknowledged');
  });
  t.is(held.showing.what === 'page' && held.showing.page.name, 'pin');
  held.type('12');
  broker.view(2, 'session');
  broker.paint(2, 0x10c030);
  await held.shows('session');
  t.false(broker.input.some(({ type }) => type === 'Key'));
});

test('a slow card: the terminal says that it is read, and goes back when it is pulled', async (t) => {
  const reader = new HandReader();
  const { broker, held } = await open(t, { readers: [reader] });
  broker.page('insertCard', 'WR-0-AAAA');
  await held.shows('insertCard');
  reader.events.reading(1, 'Test Reader 00');
  await held.shows('readingCard');
  reader.events.removed(1);
  t.like(await held.shows('insertCard'), { page: { code: 'WR-0-AAAA' } });
  reader.events.problem({ insertion: 2, reader: 'R', problem: 'mute', detail: 'no answer' });
  t.like(await broker.hears('CardProblem'), { insertion: 1, reader: 'R', detail: 'no answer' });
  t.false(broker.received.some(({ type }) => type === 'CardRemoved'));
});
