import test, { type ExecutionContext } from 'ava';
import type { DeskPolicy } from '../../../../appliance/broker/floor/ports.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { makeCard } from '../cards/test-cards.ts';
import { House, SERVER } from './house.ts';

const ID = '00112233445566778899aabbccddeeff';

/** Somebody whose card was registered by its code has typed the password at the greeter, with the card in the reader. */
async function loggedIn(t: ExecutionContext, policy: Partial<DeskPolicy> = {}) {
  const card = await makeCard({ id: ID });
  const house = new House(t, policy);
  const { tokens } = house.registry;
  const hash = tokens.hash(card.token);
  await tokens.addKnown({ hash, kind: 'smartCard' }, { user: 'ann' });
  house.floor.on.tokenInserted = (place) =>
    house.desks.at(place)?.authenticate({
      session: null,
      user: 'ann',
      token: hash,
      accepts: ['cardKey', 'pam'],
      unlock: false,
    });
  const terminal = await house.terminal();
  const insert = () => terminal.insert({ tokenId: ID, cardKey: true });
  insert();
  const person = await house.logins.at();
  const { login } = await person.hears('ask');
  person.send({ type: 'begin', login });
  await eventually(() => {
    if (house.logins.conversations.length === 0) throw new Error('nobody begins a login');
  });
  const succeed = () => house.logins.conversations[0]?.listener.authenticated('ann', 1001, []);
  /** Answers the challenge, or one of another card. */
  const prove = async (by = card) => {
    const { insertion, request, key, nonce } = await terminal.hears('CardChallenge');
    const subject = { serverFingerprint: SERVER, terminalFingerprint: terminal.fingerprint };
    const signature = by.prove({ ...subject, token: by.token, key: 'cardKey', nonce });
    const { certificate } = by;
    terminal.send({ type: 'CardProof', insertion, request, key, certificate, signature });
  };
  return { house, terminal, card, hash, insert, succeed, prove };
}

test('the key that a card shows to who knows the password is registered, once', async (t) => {
  const { house, terminal, card, hash, insert, succeed, prove } = await loggedIn(t);
  t.is(terminal.heard.filter(({ type }) => type === 'CardChallenge').length, 0);
  succeed();
  await prove();
  t.like((await house.floor.hears('authenticated'))[2], { proof: 'pam', login: 'login-1' });
  const keys = { cardKey: card.key };
  t.like(await house.registry.tokens.get(hash), { user: 'ann', keys, learnsKeys: false });
  const [event] = await house.events('token-keys-set');
  t.like(event, { token: hash, details: { user: 'ann', keys: 'cardKey', by: 'user' } });

  terminal.remove();
  await house.floor.hears('tokenRemoved');
  house.clock.pass(1000);
  insert();
  await house.floor.hears('tokenInserted', 2);
  t.like((await house.floor.hears('tokenInserted', 2))[1], { keys: { cardKey: true } });
});

test('a card that shows no key that counts opens its session all the same, and learns later', async (t) => {
  const { house, hash, succeed, prove } = await loggedIn(t);
  succeed();
  await prove(await makeCard({ id: `11${ID.slice(2)}` }));
  await house.floor.hears('authenticated');
  t.like(await house.registry.tokens.get(hash), { keys: {}, learnsKeys: true });
});

test('one that does not answer keeps nobody waiting for long', async (t) => {
  const { house, terminal, hash, succeed } = await loggedIn(t);
  succeed();
  await terminal.hears('CardChallenge');
  house.clock.pass(5000);
  await house.floor.hears('authenticated');
  t.like(await house.registry.tokens.get(hash), { keys: {}, learnsKeys: true });
});

test('where the policy has no use for it, no key is asked for', async (t) => {
  const { house, terminal, hash, succeed } = await loggedIn(t, { learnsCardKeys: false });
  succeed();
  await house.floor.hears('authenticated');
  t.false(terminal.heard.some(({ type }) => type === 'CardChallenge'));
  t.like(await house.registry.tokens.get(hash), { keys: {}, learnsKeys: true });
});
