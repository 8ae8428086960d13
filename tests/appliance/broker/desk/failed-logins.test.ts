import test from 'ava';
import { FailedLogins } from '../../../../appliance/broker/desk/failed-logins.ts';
import type { AuditDraft } from '../../../../appliance/registry/records.ts';
import { makeToken } from '../../../../protocol/session/token.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { FakeClock } from './fake-clock.ts';
import { House } from './house.ts';

const ID = '00112233445566778899aabbccddeeff';
const failure = { code: 'failed', message: 'The login failed.', retryAfterMs: null } as const;

const conversation = (house: House, count: number) =>
  eventually(() => {
    const begun = house.logins.conversations[count - 1];
    if (!begun) throw new Error(`no login number ${count}`);
    return begun;
  });

test('a login that PAM refuses is an event, without the name that was typed', async (t) => {
  const house = new House(t, { idlePage: 'greeter' });
  const terminal = await house.terminal();
  const person = await house.logins.at();
  const { login } = await person.hears('ask');
  person.send({ type: 'begin', login, user: 'my password' });
  (await conversation(house, 1)).listener.failed(failure);
  const [event] = await house.events('login-failed');
  t.like(event, { terminal: terminal.fingerprint, session: null, token: null });
  t.is(event?.details['reason'], 'login');
  t.false(JSON.stringify(event).includes('password'));
  const second = await person.hears('ask', 2);
  person.send({ type: 'begin', login: second.login, user: 'ann' });
  (await conversation(house, 2)).listener.failed({ ...failure, code: 'busy' });
  await person.hears('failed', 2);
  t.is((await house.events('login-failed')).length, 1, 'nobody was refused');
});

test('of somebody whose card lies there, or whose session is locked, it is known who it is', async (t) => {
  const house = new House(t);
  const { hash } = await house.registry.tokens.add(makeToken('smartCard', ID), { user: 'ann' });
  house.floor.on.tokenInserted = (place) =>
    house.desks.at(place)?.authenticate({
      session: 's1',
      user: 'ann',
      token: hash,
      accepts: ['pam'],
      unlock: true,
    });
  const terminal = await house.terminal();
  terminal.insert({ tokenId: ID });
  const person = await house.logins.at();
  const { login } = await person.hears('ask');
  person.send({ type: 'begin', login });
  (await conversation(house, 1)).listener.failed(failure);
  const [event] = await house.events('login-failed');
  t.like(event, { session: 's1', token: hash, details: { user: 'ann', reason: 'unlock' } });
});

test('so many of a terminal are recorded, so many of all, and the rest is counted', (t) => {
  const clock = new FakeClock();
  const events: AuditDraft[] = [];
  const failed = new FailedLogins(clock, (event) => events.push(event));
  const add = (terminal: string) =>
    failed.add({
      place: { terminal, connection: 'c' },
      reason: 'login',
      user: null,
      session: null,
      token: null,
    });
  for (let i = 0; i < 1000; i++) add('hall');
  t.is(events.length, 10);
  add('lab');
  t.is(events.at(-1)?.details?.['unrecorded'], 990);
  for (let i = 0; i < 1000; i++) add(`terminal ${i}`);
  t.is(events.length, 50);
  clock.pass(30_000);
  add('hall');
  t.is(events.length, 51);
  t.is(events.at(-1)?.details?.['unrecorded'], 961);
});
