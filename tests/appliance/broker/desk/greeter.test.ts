import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { DeskPolicy } from '../../../../appliance/broker/floor/ports.ts';
import { ViewKind } from '../../../../protocol/generated/control.ts';
import { makeToken } from '../../../../protocol/session/token.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { makeCard } from '../cards/test-cards.ts';
import { House, SERVER } from './house.ts';

const ID = '00112233445566778899aabbccddeeff';

const until = (holds: () => boolean) =>
  eventually(() => {
    if (!holds()) throw new Error(`not: ${holds}`);
  });

test('a person without a card logs in at a greeter, which then goes', async (t) => {
  const house = new House(t);
  const terminal = await house.terminal();
  terminal.send({ type: 'LoginRequest' });
  const person = await house.logins.at();
  const greeter = house.logins.greeters[0];
  t.like(await person.hears('hello'), {
    terminal: 'hall',
    keyboard: { layout: 'us', variant: '' },
  });
  const { login, ...ask } = await person.hears('ask');
  t.deepEqual(ask, { type: 'ask', reason: 'login', fixed: false } as never);
  t.like(await terminal.hears('View', 2), { kind: ViewKind.greeter, sessionId: 'greeter-1' });
  // Nobody else finds the way to the broker once the greeter is there.
  t.deepEqual(readdirSync(dirname(greeter?.channel ?? '')), []);

  person.send({ type: 'begin', login, user: 'ann' });
  await until(() => house.logins.conversations.length === 1);
  const [conversation] = house.logins.conversations;
  t.deepEqual(conversation?.request, {
    terminal: terminal.fingerprint,
    user: 'ann',
    session: null,
  });
  conversation?.listener.prompt(1, [{ style: 'secret', text: 'Password:' }]);
  t.like(await person.hears('prompt'), { round: 1, prompts: [{ style: 'secret' }] });
  person.send({ type: 'keyboard', layout: 'de', variant: 'nodeadkeys' });
  person.send({ type: 'answer', login, round: 1, answers: [6] }, 'secret');
  await until(() => conversation?.answers[0] === 'secret');
  conversation?.listener.authenticated('ann', 1001, ['Your password expires soon.']);
  t.like(await person.hears('message'), { style: 'info', text: 'Your password expires soon.' });
  await person.hears('told');
  t.is(house.floor.count('loggedIn'), 0, 'nobody has read it yet');
  person.send({ type: 'read', login });
  await person.hears('accepted');
  const [, who] = await house.floor.hears('loggedIn');
  t.like(who, { user: 'ann', uid: 1001, proof: 'pam', login: 'login-1', token: null });
  t.is(house.desk.wanted.keyboard.layout, 'de');
  t.false(greeter?.ended);

  const session = house.session('s1');
  house.desk.show({ sessionId: 's1', socket: 's1', attachment: 1, token: null });
  await until(() => session.last?.attach?.keyboard.variant === 'nodeadkeys');
  await until(() => greeter?.ended === true && person.closed);
  t.false(conversation?.cancelled);
  house.desk.release('s1', 1);
  await terminal.shows('insertCard');
  t.is(house.desk.wanted.keyboard.layout, 'us');
});

test("a card's owner is shown by name and cannot be changed; only they get in", async (t) => {
  const house = new House(t);
  const record = await house.registry.tokens.add(makeToken('smartCard', ID), {
    user: 'ann',
    shownName: 'Ann B.',
  });
  house.floor.on.tokenInserted = (place) =>
    house.desks.at(place)?.authenticate({
      session: null,
      user: 'ann',
      token: record.hash,
      accepts: ['pam', 'pin'],
      unlock: false,
    });
  const terminal = await house.terminal();
  terminal.insert({ tokenId: ID });
  const person = await house.logins.at();
  const ask = await person.hears('ask');
  t.like(ask, { user: 'ann', shownName: 'Ann B.', fixed: true });
  person.send({ type: 'begin', login: ask.login, user: 'root' });
  await until(() => house.logins.conversations.length === 1);
  t.is(house.logins.conversations[0]?.request.user, 'ann');
  house.logins.conversations[0]?.listener.authenticated('ben', 1002, []);
  t.like(await person.hears('failed'), { code: 'failed' });
  const second = await person.hears('ask', 2);
  person.send({ type: 'begin', login: second.login });
  await until(() => house.logins.conversations.length === 2);
  house.logins.conversations[1]?.listener.failed({
    code: 'wait',
    message: 'Wait.',
    retryAfterMs: 2000,
  });
  await person.hears('failed', 2);
  house.clock.pass(2000);
  const third = await person.hears('ask', 3);
  person.send({ type: 'begin', login: third.login });
  await until(() => house.logins.conversations.length === 3);
  house.logins.conversations[2]?.listener.authenticated('ann', 1001, []);
  const [, session, how] = await house.floor.hears('authenticated');
  t.is(session, null);
  t.like(how, { user: 'ann', proof: 'pam', login: 'login-3' });
  t.is(house.floor.count('authenticated'), 1);
});

test('who has a card that nobody knows may log in without it, while it lies there', async (t) => {
  const house = new House(t);
  const terminal = await house.terminal();
  terminal.insert({ tokenId: ID });
  await terminal.shows('unknownCard');
  terminal.send({ type: 'LoginRequest' });
  const person = await house.logins.at();
  t.like(await person.hears('ask'), { reason: 'login', fixed: false });
  terminal.remove();
  terminal.send({ type: 'LoginRequest' });
  await until(() => !person.closed && house.logins.greeters.length === 1);
});

test('a card that is pulled takes the login with it', async (t) => {
  const house = new House(t);
  const record = await house.registry.tokens.add(makeToken('smartCard', ID), { user: 'ann' });
  house.floor.on.tokenInserted = (place) =>
    house.desks.at(place)?.authenticate({
      session: null,
      user: 'ann',
      token: record.hash,
      accepts: ['pam'],
      unlock: false,
    });
  const terminal = await house.terminal();
  terminal.insert({ tokenId: ID });
  const person = await house.logins.at();
  const { login } = await person.hears('ask');
  person.send({ type: 'begin', login });
  await until(() => house.logins.conversations.length === 1);
  terminal.remove();
  await terminal.shows('insertCard');
  t.true(house.logins.conversations[0]?.cancelled);
  await person.hears('bye');
  await until(() => house.logins.greeters[0]?.ended === true);
  house.logins.conversations[0]?.listener.authenticated('ann', 1001, []);
  t.is(house.floor.count('authenticated'), 0);
});

test('a login that nobody finishes ends', async (t) => {
  const house = new House(t);
  const terminal = await house.terminal();
  terminal.send({ type: 'LoginRequest' });
  const person = await house.logins.at();
  await person.hears('ask');
  house.clock.pass(180_000);
  await terminal.shows('loginTimeout');
  await until(() => person.closed);
  t.is(house.floor.count('loggedIn'), 0);
  house.clock.pass(10_000);
  await terminal.shows('insertCard');
});

test('a greeter that dies is started anew, later and later', async (t) => {
  const house = new House(t, { idlePage: 'greeter' });
  const terminal = await house.terminal();
  const first = await house.logins.at();
  await first.hears('ask');
  first.leave();
  await terminal.shows('starting');
  house.clock.pass(499);
  t.is(house.logins.greeters.length, 1);
  house.clock.pass(1);
  await until(() => house.logins.greeters.length === 2);
  const second = await house.logins.at(2);
  await second.hears('ask');
  house.logins.greeters[1]?.end('killed');
  // It has come up, and died at once all the same.
  t.regex((await terminal.shows('busy')).detail, /not possible right now/);
  house.clock.pass(500);
  t.is(house.logins.greeters.length, 2);
  house.clock.pass(500);
  const third = await house.logins.at(3);
  await third.hears('ask');
  t.like(await terminal.hears('View', 6), { kind: ViewKind.greeter, sessionId: 'greeter-3' });
});

test('only one greeter gets in, and what it must not say ends it', async (t) => {
  const house = new House(t, { idlePage: 'greeter' });
  await house.terminal();
  const person = await house.logins.at();
  await person.hears('ask');
  await t.throwsAsync(house.logins.at(), { code: 'ENOENT' });
  person.send({ type: 'answer', login: (await person.hears('ask')).login, round: 0, answers: [] });
  await until(() => person.closed);
});

test('a locked session is opened where it is shown', async (t) => {
  const house = new House(t);
  const terminal = await house.terminal();
  const session = house.session('s1');
  house.desk.show({ sessionId: 's1', socket: 's1', attachment: 1, token: null });
  await until(() => session.last?.displayOpen === true);
  house.desk.authenticate({
    session: 's1',
    user: 'ann',
    token: null,
    accepts: ['pam'],
    unlock: true,
  });
  await until(() => session.last?.closed === true);
  const person = await house.logins.at();
  const { login, reason } = await person.hears('ask');
  t.is(reason, 'unlock');
  person.send({ type: 'cancel', login });
  await terminal.shows('locked');
  terminal.send({ type: 'LoginRequest' });
  const again = await house.logins.at(2);
  const ask = await again.hears('ask');
  again.send({ type: 'begin', login: ask.login });
  await until(() => house.logins.conversations.length === 1);
  t.is(house.logins.conversations[0]?.request.session, 's1');
  house.logins.conversations[0]?.listener.unlocked();
  t.like((await house.floor.hears('authenticated'))[2], { proof: 'pam', login: null });
  house.desk.show({ sessionId: 's1', socket: 's1', attachment: 1, token: null });
  await until(() => session.attachments.length === 2 && session.last?.attach !== null);
});

test('a card that nobody knows is registered, with its key, for whoever logs in with it', async (t) => {
  const card = await makeCard({ id: ID });
  const house = new House(t, { registerAtFirstUse: true });
  const terminal = await house.terminal();
  terminal.insert({ tokenId: ID, cardKey: true });
  const person = await house.logins.at();
  const { login } = await person.hears('ask');
  t.regex((await person.hears('message')).text, /not known yet/);
  person.send({ type: 'begin', login, user: 'ann' });
  await until(() => house.logins.conversations.length === 1);
  house.logins.conversations[0]?.listener.authenticated('ann', 1001, []);
  const { insertion, request, key, nonce } = await terminal.hears('CardChallenge');
  const signature = card.prove({
    serverFingerprint: SERVER,
    terminalFingerprint: terminal.fingerprint,
    token: card.token,
    key: 'cardKey',
    nonce,
  });
  const { certificate } = card;
  terminal.send({ type: 'CardProof', insertion, request, key, certificate, signature });
  const hash = house.registry.tokens.hash(card.token);
  t.like((await house.floor.hears('loggedIn'))[1], { user: 'ann', token: hash });
  t.like(await house.registry.tokens.get(hash), { user: 'ann', keys: { cardKey: card.key } });
  await house.events('token-added');
});

const SESSIONS = [
  { id: 'desktop', name: 'Desktop' },
  { id: 'kiosk', name: 'Kiosk' },
];
const choosing = (t: ExecutionContext, more: Partial<DeskPolicy['greeter']> = {}) =>
  new House(t, { idlePage: 'greeter' }, { sessions: SESSIONS, ...more });

test('a session is chosen among those that are offered, and no other', async (t) => {
  const house = choosing(t);
  await house.terminal();
  const person = await house.logins.at();
  t.deepEqual((await person.hears('hello')).sessions, SESSIONS);
  const { login } = await person.hears('ask');
  person.send({ type: 'begin', login, user: 'ann', session: 'kiosk' });
  await until(() => house.logins.conversations.length === 1);
  house.logins.conversations[0]?.listener.authenticated('ann', 1001, []);
  t.like((await house.floor.hears('loggedIn'))[1], { user: 'ann', sessionChoice: 'kiosk' });

  await house.terminal('lab');
  const stranger = await house.logins.at(2);
  const ask = await stranger.hears('ask');
  stranger.send({ type: 'begin', login: ask.login, user: 'ann', session: 'root-shell' });
  await until(() => stranger.closed);
  t.is(house.logins.conversations.length, 1);
});

test('what PAM says after a login is waited for, though not for ever; who leaves gets none', async (t) => {
  for (const how of ['nothing', 'cancel'] as const) {
    const house = choosing(t);
    await house.terminal(how);
    const person = await house.logins.at();
    const { login } = await person.hears('ask');
    person.send({ type: 'begin', login, user: 'ann' });
    await until(() => house.logins.conversations.length === 1);
    const [conversation] = house.logins.conversations;
    conversation?.listener.authenticated('ann', 1001, ['', 'It expires soon.']);
    await person.hears('told');
    t.is(person.heard.filter(({ type }) => type === 'message').length, 1, 'blank words are none');
    if (how === 'cancel') {
      person.send({ type: 'cancel', login });
      await until(() => conversation?.cancelled === true);
    }
    house.clock.pass(15_000);
    const count = how === 'cancel' ? 0 : 1;
    await until(() => house.floor.count('loggedIn') === count);
  }
});

test('the machine is shut down only where wrsrvd offers it and wrsessd allows it', async (t) => {
  for (const [offered, allowed] of [
    [false, true],
    [true, false],
    [true, true],
  ] as const) {
    const house = choosing(t, { shutdown: offered });
    house.shutdown.allowed = allowed;
    const terminal = await house.terminal();
    const person = await house.logins.at();
    const both = offered && allowed;
    t.is((await person.hears('hello')).shutdown, both);
    person.send({ type: 'shutdown' });
    const { login } = await person.hears('ask');
    person.send({ type: 'begin', login, user: 'ann' });
    await until(() => house.logins.conversations.length === 1);
    t.deepEqual(house.shutdown.asked, both ? [terminal.fingerprint] : []);
    const kinds = (await house.registry.events.latest(100)).map(({ kind }) => kind);
    t.is(kinds.includes('host-shutdown'), both);
  }
});
