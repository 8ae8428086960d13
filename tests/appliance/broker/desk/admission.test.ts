import test from 'ava';
import { ByeCode, RefuseCode, ViewKind } from '../../../../protocol/generated/control.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { type FakeTerminal, fingerprintOf } from './fake-terminal.ts';
import { House } from './house.ts';

test('any terminal is let in where the policy says so, and shows the idle page', async (t) => {
  const house = new House(t, { admission: 'auto' });
  const terminal = await house.terminal();
  await terminal.shows('insertCard');
  t.like(await house.registry.terminals.get('hall'), { state: 'approved' });
  t.like(house.desk.facts, { name: 'hall', page: 'insertCard', session: null });
  t.is(house.desk.place.terminal, fingerprintOf('hall'));
});

test('a stranger waits with a code, and may be used as soon as it is approved', async (t) => {
  const house = new House(t, { admission: 'approval' });
  const terminal = await house.terminal();
  const { code } = await terminal.shows('waitingApproval');
  t.regex(code, /^WR-8-[0-9A-HJKMNP-TV-Z]{4}$/);
  await house.events('page-shown');
  const [event] = await house.registry.events.byCode(code);
  t.like(event, { terminal: terminal.fingerprint, details: { code, page: 'waitingApproval' } });
  t.deepEqual([...house.desks.all()], []);
  terminal.insert({ tokenId: '00112233445566778899aabbccddeeff' });
  await house.administer('approve', 'hall');
  // The card that lies there is looked up now, and not before.
  await terminal.shows('unknownCard');
  t.is(house.floor.count('terminalCame'), 1);
  t.is(house.floor.count('tokenInserted'), 0);
  // Views are counted over the whole connection.
  const views = terminal.heard.flatMap((message) =>
    message.type === 'View' ? [message.view] : [],
  );
  t.deepEqual(
    views,
    [...views].sort((a, b) => a - b),
  );
});

test('a terminal that comes by a code is let in, and that it did is an event', async (t) => {
  const house = new House(t, { admission: 'code' });
  const { code } = await house.registry.enrolments.create({ terminal: 'hall', validMs: 60_000 });
  const terminal = await house.terminal('hall', code);
  await terminal.shows('insertCard');
  const [event] = await house.events('terminal-enrolled');
  t.like(event, { terminal: terminal.fingerprint, details: { name: 'hall' } });
});

test('a card that lay there when its terminal was revoked counts when it is approved again', async (t) => {
  const house = new House(t);
  const terminal = await house.terminal();
  await terminal.shows('insertCard');
  terminal.insert({ tokenId: '00112233445566778899aabbccddeeff' });
  await terminal.shows('unknownCard');
  await house.administer('revoke', 'hall');
  await terminal.shows('revoked');
  await house.administer('approve', 'hall');
  await terminal.shows('unknownCard');
  await house.administer('revoke', 'hall');
  await terminal.shows('revoked');
  terminal.remove();
  await house.administer('approve', 'hall');
  await terminal.shows('insertCard');
  t.is(terminal.closed, null);
});

test('a terminal that is revoked loses its session at once', async (t) => {
  const house = new House(t);
  const terminal = await house.terminal();
  await terminal.shows('insertCard');
  const session = house.session('s1');
  house.desk.show({ sessionId: 's1', socket: 's1', attachment: 1, token: null });
  await eventually(() => {
    if (!session.last?.displayOpen) throw new Error('not shown');
  });
  await house.administer('revoke', 'hall');
  const { code } = await terminal.shows('revoked');
  t.regex(code, /^WR-9-/);
  t.is(house.floor.count('terminalLost'), 1);
  t.is(house.desks.at({ terminal: terminal.fingerprint, connection: 'x' }), null);
  const last = terminal.heard.findLast((message) => message.type === 'View');
  t.like(last, { kind: ViewKind.none });
  await eventually(() => {
    if (!session.last?.closed) throw new Error('the session is still joined');
  });
  session.sendFrames();
  t.is(terminal.closed, null);
});

test('a name belongs to one key; when it is free the other gets it', async (t) => {
  const house = new House(t);
  await house.registry.terminals.announce({ name: 'hall', fingerprint: 'f'.repeat(64) });
  await house.registry.terminals.approve('hall');
  const terminal = await house.terminal('hall');
  const { code } = await terminal.shows('nameConflict');
  t.regex(code, /^WR-10-/);
  await house.administer('remove', 'hall');
  await terminal.shows('insertCard');
});

test('a terminal that is removed is sent away', async (t) => {
  const house = new House(t);
  const terminal = await house.terminal();
  await terminal.shows('insertCard');
  await house.administer('remove', 'hall');
  await eventually(() => {
    if (terminal.closed?.code !== ByeCode.refused) throw new Error('still there');
  });
  t.is(house.floor.count('terminalLost'), 1);
});

test('where a code is wanted only a good one lets a stranger in, and guessing slows down', async (t) => {
  const house = new House(t, { admission: 'code' });
  const refused = async (credential: string) => {
    const terminal = await house.door.connect('lab', { credential });
    t.teardown(() => terminal.close());
    return terminal.hears('Refuse');
  };
  t.is((await refused('')).code, RefuseCode.credential);
  const { code } = await house.registry.enrolments.create({ validMs: 60_000, terminal: 'library' });
  for (let i = 0; i < 3; i++) t.is((await refused('AAAA-BBBB-CCCC')).code, RefuseCode.credential);
  t.is((await refused(code)).code, RefuseCode.busy);
  house.clock.pass(60_000);
  const terminal = await house.terminal('lab', code);
  await terminal.shows('insertCard');
  t.is(house.desk.terminalName, 'library');
});

test('a terminal that connects anew takes the place of its old connection', async (t) => {
  const house = new House(t);
  const before = await house.terminal();
  await before.shows('insertCard');
  const now = await house.terminal();
  await now.shows('insertCard');
  await eventually(() => {
    if (before.closed?.code !== ByeCode.replaced) throw new Error('the old one is there');
  });
  t.is([...house.desks.all()].length, 1);
  t.deepEqual(
    house.floor.heard.map(({ what }) => what),
    ['terminalCame', 'terminalLost', 'terminalCame'],
  );
});

test('those who wait are bounded', async (t) => {
  const house = new House(t, { admission: 'approval' });
  const terminals: FakeTerminal[] = [];
  for (let i = 0; i < 60; i++) {
    const terminal = await house.door.connect(`t${i}`);
    t.teardown(() => terminal.close());
    await Promise.race([terminal.hears('ShowPage'), terminal.hears('Refuse')]).catch(() => {});
    terminals.push(terminal);
  }
  await eventually(() => {
    const open = terminals.filter(({ closed }) => closed === null).length;
    if (open > 48) throw new Error(`${open} wait`);
  });
  t.is(terminals.at(-1)?.closed ?? null, null, 'who came last stays');
});
