import test from 'ava';
import { createSession } from '../../../protocol/session/begin.ts';
import { type FloorEffect, SessionFloor } from '../../../protocol/session/floor.ts';
import type { Place } from '../../../protocol/session/place.ts';
import { DEFAULT_POLICY } from '../../../protocol/session/policy.ts';

const hall: Place = { terminal: 'hall', connection: 'h1' };
const hallAgain: Place = { terminal: 'hall', connection: 'h2' };

function floorWith(...ids: string[]): SessionFloor {
  const floor = new SessionFloor();
  for (const id of ids) {
    floor.add(createSession(id, DEFAULT_POLICY, 0));
    floor.handle(id, { type: 'started', atMs: 0 });
  }
  return floor;
}

const types = (effects: FloorEffect[]) =>
  effects
    .filter(({ effect }) => !/Timer|audit|lock/.test(effect.type))
    .map(({ session, effect }) => `${session} ${effect.type}`);

test('another card at the same terminal takes the terminal from the session that was there', (t) => {
  const floor = floorWith('ann', 'ben');
  floor.handle('ann', { type: 'login', place: hall, proof: 'pam', atMs: 1 });
  t.is(floor.shownAt('hall')?.id, 'ann');
  const effects = floor.handle('ben', { type: 'attach', place: hallAgain, token: 'b', atMs: 2 });
  t.deepEqual(types(effects), ['ann release', 'ann blank', 'ann tell', 'ben authenticate']);
  t.is(floor.shownAt('hall'), null);
  floor.handle('ben', { type: 'authenticated', place: hallAgain, proof: 'pin', atMs: 3 });
  t.is(floor.shownAt('hall')?.id, 'ben');
});

test('a terminal that asks for another session asks for one only', (t) => {
  const floor = floorWith('ann', 'ben');
  floor.handle('ann', { type: 'attach', place: hall, token: 'a', atMs: 1 });
  const effects = floor.handle('ben', { type: 'attach', place: hall, token: 'b', atMs: 2 });
  t.deepEqual(types(effects), ['ann endAuthentication', 'ann tell', 'ben authenticate']);
  t.deepEqual(
    floor.handle('ann', { type: 'authenticated', place: hall, proof: 'pam', atMs: 3 }),
    [],
  );
});

test('a terminal that is lost takes all its sessions with it, and no others', (t) => {
  const floor = floorWith('ann', 'ben');
  floor.handle('ann', { type: 'login', place: hall, proof: 'pam', atMs: 1 });
  const lab: Place = { terminal: 'lab', connection: 'l1' };
  floor.handle('ben', { type: 'login', place: lab, proof: 'pam', atMs: 1 });
  const effects = floor.handleAt({ type: 'terminalLost', place: hall, atMs: 2 });
  t.deepEqual(types(effects), ['ann release']);
  t.is(floor.shownAt('lab')?.id, 'ben');
  t.deepEqual(floor.handleAt({ type: 'terminalLost', place: hall, atMs: 3 }), []);
});

test('a session that ended is forgotten, and who asks for it is told', (t) => {
  const floor = floorWith('ann');
  floor.handle('ann', { type: 'logout', atMs: 1 });
  t.is(floor.get('ann'), undefined);
  t.deepEqual([...floor.sessions()], []);
  t.deepEqual(types(floor.handle('ann', { type: 'attach', place: hall, token: 'a', atMs: 2 })), [
    'ann tell',
  ]);
});

test('two sessions of one id are a defect', (t) => {
  t.throws(() => floorWith('ann', 'ann'), { message: /ann/ });
});
