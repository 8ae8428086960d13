import test, { type ExecutionContext } from 'ava';
import type { AuthenticationRequest } from '../../../../appliance/broker/floor/ports.ts';
import {
  CardKey,
  type ControlMessage,
  ProofProblem,
} from '../../../../protocol/generated/control.ts';
import type { CardKeyName } from '../../../../protocol/session/card-proof.ts';
import { makeToken } from '../../../../protocol/session/token.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { makeCard, type TestCard } from '../cards/test-cards.ts';
import type { FakeTerminal } from './fake-terminal.ts';
import { House, SERVER } from './house.ts';

const ID = '00112233445566778899aabbccddeeff';
const OTHER_ID = '11112233445566778899aabbccddeeff';
type Challenge = ControlMessage & { type: 'CardChallenge' };

function proofFor(
  card: TestCard,
  terminal: FakeTerminal,
  { insertion, request, key, nonce }: Challenge,
): ControlMessage {
  const name: CardKeyName = key === CardKey.cardKey ? 'cardKey' : 'pinKey';
  const signature = card.prove({
    serverFingerprint: SERVER,
    terminalFingerprint: terminal.fingerprint,
    token: card.token,
    key: name,
    nonce,
  });
  return { type: 'CardProof', insertion, request, key, certificate: card.certificate, signature };
}

/** A house whose floor asks for a proof of every card that is known. */
async function asking(
  t: ExecutionContext,
  keys: { cardKey?: string; pinKey?: string },
  accepts: AuthenticationRequest['accepts'],
) {
  const house = new House(t);
  await house.registry.tokens.add(makeToken('smartCard', ID), {
    user: 'ann',
    shownName: 'Ann B.',
    keys,
  });
  house.floor.on.tokenInserted = (place, { hash, record }) =>
    house.desks.at(place)?.authenticate({
      session: 's1',
      user: record.user,
      token: hash,
      accepts,
      unlock: false,
    });
  const terminal = await house.terminal();
  await terminal.shows('insertCard');
  return { house, terminal };
}

test('a known card is told to the floor, with the keys that count', async (t) => {
  const house = new House(t);
  const token = makeToken('smartCard', ID);
  await house.registry.tokens.add(token, { user: 'ann', keys: { cardKey: 'd'.repeat(64) } });
  const terminal = await house.terminal();
  terminal.insert({ tokenId: ID, cardKey: true, pinKey: true });
  await terminal.shows('readingCard');
  const [place, known] = await house.floor.hears('tokenInserted');
  t.deepEqual(place, house.desk.place);
  t.like(known, {
    hash: house.registry.tokens.hash(token),
    record: { user: 'ann' },
    keys: { cardKey: true, pinKey: false },
  });
  terminal.remove();
  t.deepEqual((await house.floor.hears('tokenRemoved'))[1], house.registry.tokens.hash(token));
  await terminal.shows('insertCard');
});

test('an unknown card gets a page whose code leads to it, and its number is kept nowhere', async (t) => {
  const house = new House(t);
  const terminal = await house.terminal();
  terminal.insert({ tokenId: ID });
  const { code } = await terminal.shows('unknownCard');
  t.regex(code, /^WR-2-/);
  await house.events('page-shown');
  const [event] = await house.registry.events.byCode(code);
  t.is(event?.token, house.registry.tokens.hash(makeToken('smartCard', ID)));
  t.false(JSON.stringify(await house.registry.events.latest()).includes(ID));
  t.is(house.floor.count('tokenInserted'), 0);
  terminal.remove();
  await terminal.shows('insertCard');
});

test('a bad contact settles: one removal, one insertion', async (t) => {
  const house = new House(t);
  await house.registry.tokens.add(makeToken('smartCard', ID), { user: 'ann' });
  const terminal = await house.terminal();
  terminal.insert({ tokenId: ID });
  await house.floor.hears('tokenInserted');
  for (let i = 0; i < 10; i++) {
    terminal.remove();
    terminal.insert({ tokenId: ID });
    // A Ping's answer comes after all of it.
    await new Promise((resolve) => setImmediate(resolve));
    house.clock.pass(20);
  }
  await house.floor.hears('tokenRemoved');
  house.clock.pass(1000);
  await house.floor.hears('tokenInserted', 2);
  t.is(house.floor.count('tokenInserted'), 2);
  t.is(house.floor.count('tokenRemoved'), 1);
});

test('of several readers the last card counts, and its removal brings no other back', async (t) => {
  const house = new House(t);
  await house.registry.tokens.add(makeToken('smartCard', ID), { user: 'ann' });
  await house.registry.tokens.add(makeToken('badge', '04a2b3c4d5e6f7'), { user: 'ben' });
  const terminal = await house.terminal();
  const first = terminal.insert({ tokenId: ID, reader: 'left' });
  await house.floor.hears('tokenInserted');
  const second = terminal.insert({ tokenId: '04a2b3c4d5e6f7', kind: 1, reader: 'right' });
  t.like((await house.floor.hears('tokenInserted', 2))[1], { record: { user: 'ben' } });
  terminal.remove(second);
  await house.floor.hears('tokenRemoved');
  await terminal.shows('insertCard');
  t.is(house.floor.count('tokenInserted'), 2);
  terminal.remove(first);
  await house.floor.hears('tokenRemoved', 2);
});

test('a card that cannot be used says why', async (t) => {
  const house = new House(t);
  const terminal = await house.terminal();
  terminal.insert({ tokenId: '08a2b3c4', kind: 1 });
  t.regex((await terminal.shows('refused')).detail, /cannot be used here/);
  terminal.remove();
  await terminal.shows('insertCard');
  terminal.send({ type: 'CardProblem', insertion: 2, reader: 'r', problem: 1, detail: 'mute\n' });
  t.regex((await terminal.shows('refused')).detail, /does not answer/);
  t.is((await house.events('card-problem')).length, 2);
});

test('cards in a row are slowed down, and fill no log', async (t) => {
  const house = new House(t);
  const terminal = await house.terminal();
  for (let i = 0; i < 100; i++) {
    terminal.insert({ tokenId: (i + 256).toString(16).padStart(32, '1'), reader: `r${i % 16}` });
    if (i % 16 !== 15) continue;
    await eventually(() => {
      if (terminal.link.stats().unackedBytes > 0) throw new Error('not read');
    });
    await new Promise((resolve) => setImmediate(resolve));
    house.clock.pass(300);
  }
  await terminal.shows('busy');
  const pages = await house.events('page-shown');
  t.true(pages.length <= 25, `${pages.length} pages`);
});

test('who connects anew may try out no more cards than before', async (t) => {
  const house = new House(t);
  let lookedUp = 0;
  const { get } = house.registry.tokens;
  house.registry.tokens.get = (hash) => {
    lookedUp += 1;
    return get.call(house.registry.tokens, hash);
  };
  for (let connection = 0; connection < 5; connection++) {
    const terminal = await house.terminal('wild');
    for (let i = 0; i < 12; i++)
      terminal.insert({ tokenId: `${connection}${i + 10}`.padStart(32, '1'), reader: `r${i}` });
    await eventually(() => {
      if (terminal.link.stats().unackedBytes > 0) throw new Error('not read');
    });
    terminal.close();
  }
  t.is(lookedUp, 20);
  const other = await house.terminal('other');
  other.insert({ tokenId: '9'.repeat(32) });
  await other.shows('unknownCard');
});

test('cards that cannot be used, in a row, fill no log either', async (t) => {
  const house = new House(t);
  const terminal = await house.terminal();
  for (let insertion = 1; insertion <= 200; insertion++) {
    const problem = { reader: `r${insertion % 2}`, problem: insertion % 3, detail: '' };
    terminal.send({ type: 'CardProblem', insertion, ...problem });
    if (insertion % 5 === 0) terminal.send({ type: 'CardRemoved', insertion });
  }
  await eventually(() => {
    if (terminal.link.stats().unackedBytes > 0) throw new Error('not read');
  });
  await terminal.shows('insertCard');
  const pages = await house.events('page-shown');
  t.true(pages.length <= 35, `${pages.length} pages`);
});

test('more readers than a machine has, or insertions that do not count up, end the link', async (t) => {
  const house = new House(t);
  const many = await house.terminal('many');
  for (let i = 0; i < 20; i++)
    many.insert({ tokenId: (i + 256).toString(16).padStart(32, '1'), reader: `r${i}` });
  await eventually(() => {
    if (!many.closed) throw new Error('it is there');
  });
  const backwards = await house.terminal('backwards');
  const again: ControlMessage = {
    type: 'CardProblem',
    insertion: 1,
    reader: 'r',
    problem: 0,
    detail: '',
  };
  backwards.send(again);
  backwards.send(again);
  await eventually(() => {
    if (!backwards.closed) throw new Error('it is there');
  });
  t.pass();
});

test("a card's own key proves who it is, without a word", async (t) => {
  const card = await makeCard({ id: ID });
  const { house, terminal } = await asking(t, { cardKey: card.key }, ['cardKey', 'pam']);
  terminal.insert({ tokenId: ID, cardKey: true });
  const challenge = await terminal.hears('CardChallenge');
  t.like(challenge, { insertion: 1, request: 1, key: CardKey.cardKey });
  terminal.send(proofFor(card, terminal, challenge));
  const [, session, how] = await house.floor.hears('authenticated');
  t.is(session, 's1');
  t.deepEqual(how, {
    user: 'ann',
    proof: 'cardKey',
    login: null,
    keyboard: null,
    sessionChoice: null,
  });
  // The same answer once more.
  terminal.send(proofFor(card, terminal, challenge));
  t.like((await house.events('card-answer-refused'))[0], { terminal: terminal.fingerprint });
  t.is(house.floor.count('authenticated'), 1);
});

test('a copied number without the key is refused, recorded and slowed down', async (t) => {
  const [card, copy] = await Promise.all([makeCard({ id: ID }), makeCard({ id: ID })]);
  const { house, terminal } = await asking(t, { cardKey: card.key }, ['cardKey']);
  for (let attempt = 1; attempt <= 3; attempt++) {
    terminal.insert({ tokenId: ID, cardKey: true });
    terminal.send(proofFor(copy, terminal, await terminal.hears('CardChallenge', attempt)));
    const { code } = await terminal.shows('refused');
    t.regex(code, /^WR-3-/);
    t.like((await house.registry.events.byCode(code))[0], {
      details: { why: 'another key than the registered one', user: 'ann' },
    });
    terminal.remove();
    await terminal.shows('insertCard');
    house.clock.pass(400);
  }
  const events = await house.events('card-proof-refused');
  t.is(events.length, 3);
  t.like(events[0], { details: { why: 'another key than the registered one', user: 'ann' } });
  terminal.insert({ tokenId: ID, cardKey: true });
  t.regex((await terminal.shows('busy')).detail, /Wait \d+ seconds/);
  t.is(terminal.heard.filter(({ type }) => type === 'CardChallenge').length, 3);
  house.clock.pass(2000);
  await terminal.hears('CardChallenge', 4);
  t.is(house.floor.count('authenticated'), 0);
});

test('a badge, which has no key, does not get in where a key is asked for', async (t) => {
  const { house, terminal } = await asking(t, {}, ['cardKey', 'pin']);
  terminal.insert({ tokenId: ID, cardKey: true, pinKey: true });
  await terminal.shows('refused');
  t.like((await house.events('authentication-refused'))[0], {
    details: { why: 'the card has no pinKey that is registered' },
  });
  t.deepEqual((await house.floor.hears('authenticationEnded')).slice(1), ['s1', 'refused']);
  t.false(terminal.heard.some(({ type }) => type === 'CardChallenge'));
});

test('answers to another challenge, of another card or key count for nothing', async (t) => {
  const card = await makeCard({ id: ID });
  const { house, terminal } = await asking(t, { cardKey: card.key }, ['cardKey']);
  terminal.insert({ tokenId: ID, cardKey: true });
  const challenge = await terminal.hears('CardChallenge');
  const proof = proofFor(card, terminal, challenge) as ControlMessage & { type: 'CardProof' };
  terminal.send({ ...proof, request: 2 });
  terminal.send({ ...proof, request: 0 });
  terminal.send({ ...proof, insertion: 9 });
  terminal.send({ ...proof, key: CardKey.pinKey });
  await eventually(async () => {
    if ((await house.events('card-answer-refused')).length < 4) throw new Error('not all');
  });
  t.is(house.floor.count('authenticated'), 0);
  terminal.send(proof);
  await house.floor.hears('authenticated');
});

test('a late answer is refused', async (t) => {
  const card = await makeCard({ id: ID });
  const { house, terminal } = await asking(t, { cardKey: card.key }, ['cardKey']);
  terminal.insert({ tokenId: ID, cardKey: true });
  const challenge = await terminal.hears('CardChallenge');
  house.clock.pass(30_000);
  t.is((await terminal.hears('CardChallengeEnd')).request, challenge.request);
  await terminal.shows('refused');
  terminal.send(proofFor(card, terminal, challenge));
  await house.events('card-answer-refused');
  t.is(house.floor.count('authenticated'), 0);
});

test('a wrong PIN is asked for again; one that is blocked leads to the refusal', async (t) => {
  const card = await makeCard({ id: ID });
  const { house, terminal } = await asking(t, { pinKey: card.key }, ['pin']);
  terminal.insert({ tokenId: ID, cardKey: true, pinKey: true });
  const failed = ({ insertion, request }: Challenge, problem: ProofProblem, triesLeft: number) =>
    terminal.send({ type: 'CardProofFailed', insertion, request, problem, triesLeft });
  const first = await terminal.hears('CardChallenge');
  t.is(first.key, CardKey.pinKey);
  failed(first, ProofProblem.pinWrong, 2);
  const second = await terminal.hears('CardChallenge', 2);
  t.notDeepEqual(second.nonce, first.nonce);
  failed(second, ProofProblem.pinBlocked, 0);
  await terminal.shows('refused');
  t.is((await house.events('card-pin-wrong')).length, 1);
});

test('a card that is pulled while it is asked ends the question', async (t) => {
  const card = await makeCard({ id: ID });
  const { house, terminal } = await asking(t, { cardKey: card.key }, ['cardKey']);
  house.floor.on.tokenRemoved = (place) => house.desks.at(place)?.endAuthentication();
  terminal.insert({ tokenId: ID, cardKey: true });
  const challenge = await terminal.hears('CardChallenge');
  terminal.remove();
  t.is((await terminal.hears('CardChallengeEnd')).request, challenge.request);
  await terminal.shows('insertCard');
  terminal.send(proofFor(card, terminal, challenge));
  await house.events('card-answer-refused');
  t.is(house.floor.count('authenticated'), 0);
});

test("another person's card proves nothing for the one who is asked", async (t) => {
  const card = await makeCard({ id: OTHER_ID });
  const house = new House(t);
  await house.registry.tokens.add(card.token, { user: 'ben', keys: { cardKey: card.key } });
  const terminal = await house.terminal();
  terminal.insert({ tokenId: OTHER_ID, cardKey: true });
  await house.floor.hears('tokenInserted');
  house.desk.authenticate({
    session: 's1',
    user: 'ann',
    token: null,
    accepts: ['cardKey', 'pin'],
    unlock: false,
  });
  await terminal.shows('refused');
  t.false(terminal.heard.some(({ type }) => type === 'CardChallenge'));
});

test('a card that proves itself where it was not asked for is told, and is not believed once it is out', async (t) => {
  const card = await makeCard({ id: ID });
  const house = new House(t);
  const keys = { cardKey: card.key };
  const { hash } = await house.registry.tokens.add(card.token, { user: 'ann', keys });
  const terminal = await house.terminal();
  terminal.insert({ tokenId: ID, cardKey: true });
  await house.floor.hears('tokenInserted');
  const request = {
    ...{ session: 's1', user: 'ann', token: null, unlock: false },
    accepts: ['cardKey', 'pam'],
  } as const;
  house.desk.authenticate(request);
  terminal.send(proofFor(card, terminal, await terminal.hears('CardChallenge')));
  const [, , how] = await house.floor.hears('authenticated');
  t.like(how, { proof: 'cardKey', card: hash });

  house.desk.authenticate(request);
  const challenge = await terminal.hears('CardChallenge', 2);
  terminal.send(proofFor(card, terminal, challenge));
  terminal.remove();
  await house.floor.hears('tokenRemoved');
  await house.logins.at();
  t.is(house.floor.count('authenticated'), 1);
});

test('a card that is told of when the terminal connects may have lain there', async (t) => {
  const house = new House(t);
  await house.registry.tokens.add(makeToken('smartCard', ID), { user: 'ann', keys: {} });
  const terminal = await house.terminal();
  terminal.insert({ tokenId: ID });
  t.like((await house.floor.hears('tokenInserted'))[1], { lies: true });
  terminal.remove();
  await house.floor.hears('tokenRemoved');
  house.clock.pass(300);
  terminal.insert({ tokenId: ID });
  t.like((await house.floor.hears('tokenInserted', 2))[1], { lies: false });
});

test('where only its key would do, a card that merely lies there has to be inserted anew', async (t) => {
  const { house, terminal } = await asking(t, {}, []);
  terminal.insert({ tokenId: ID });
  await terminal.shows('locked');
  t.is((await house.floor.hears('authenticationEnded'))[2], 'refused');
});
