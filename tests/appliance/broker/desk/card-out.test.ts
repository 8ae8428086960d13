import test, { type ExecutionContext } from 'ava';
import { ViewKind } from '../../../../protocol/generated/control.ts';
import { makeToken } from '../../../../protocol/session/token.ts';
import { House } from './house.ts';

const ID = '00112233445566778899aabbccddeeff';
const OTHER_ID = '11112233445566778899aabbccddeeff';

/** Two cards of one user; whoever comes is shown the session. */
async function withCards(t: ExecutionContext) {
  const house = new House(t);
  for (const id of [ID, OTHER_ID])
    await house.registry.tokens.add(makeToken('smartCard', id), { user: 'ann' });
  house.session('s1');
  const terminal = await house.terminal();
  await terminal.shows('insertCard');
  const show = (token: string | null) =>
    house.desk.show({ sessionId: 's1', socket: 's1', attachment: 1, token });
  return { house, terminal, show };
}

const hashOf = (house: House, id: string) => house.registry.tokens.hash(makeToken('smartCard', id));

test('the terminal is told which card brought the session', async (t) => {
  const { house, terminal, show } = await withCards(t);
  const insertion = terminal.insert({ tokenId: ID });
  await house.floor.hears('tokenInserted');
  const before = terminal.heard.filter(({ type }) => type === 'View').length;
  show(hashOf(house, ID));
  t.like(await terminal.hears('View', before + 1), { kind: ViewKind.session, insertion });
  house.desk.release('s1', 1);
  t.like(await terminal.hears('View', before + 2), { kind: ViewKind.none, insertion: 0 });
  show(null);
  t.like(await terminal.hears('View', before + 3), { kind: ViewKind.session, insertion: 0 });
  house.desk.release('s1', 1);
  show('e'.repeat(64));
  t.like(await terminal.hears('View', before + 5), { kind: ViewKind.session, insertion: 0 });
});

test('a session that another card holds by now comes back when the first one is taken out', async (t) => {
  const { house, terminal, show } = await withCards(t);
  const first = terminal.insert({ tokenId: ID, reader: 'left' });
  await house.floor.hears('tokenInserted');
  const before = terminal.heard.filter(({ type }) => type === 'View').length;
  show(hashOf(house, ID));
  t.is((await terminal.hears('View', before + 1)).insertion, first);
  const second = terminal.insert({ tokenId: OTHER_ID, reader: 'right' });
  await house.floor.hears('tokenInserted', 2);
  terminal.remove(first);
  t.like(await terminal.hears('View', before + 2), {
    kind: ViewKind.session,
    insertion: second,
    sessionId: 's1',
  });

  house.floor.on.tokenRemoved = () => house.desk.release('s1', 1);
  terminal.remove(second);
  t.is((await terminal.hears('View', before + 3)).kind, ViewKind.none);
  t.is(house.floor.count('attachFailed'), 0);
});
