import test from 'ava';
import { SessionWish } from '../../../../protocol/generated/control.ts';
import { CARD_POLICY, Stage, tokenOf, turns } from './stage.ts';

test('a card whose owner has no session gets one, once the card has proved itself', async (t) => {
  await using stage = await new Stage().open();
  const hall = stage.desk('hall');
  stage.insert(hall, 'ann');
  t.deepEqual(hall.asked?.accepts, ['cardKey', 'pam']);
  t.is(hall.asked?.session, null);
  t.is(stage.sessd.starting, 0);
  stage.prove(hall);
  await turns();
  t.is(stage.sessd.starting, 1);
  t.is(hall.pageShown, 'starting');
  await stage.sessd.settle();
  t.truthy(hall.shown);
  await stage.ledger.close();
  const [record] = await stage.registry.sessions.list();
  t.is(record?.user, 'ann');
  t.is(record?.terminal, hall.place.terminal);
  t.is(record?.token, tokenOf('ann').hash);
});

test('the session follows the card, and the old terminal is released before the new one shows it', async (t) => {
  await using stage = await new Stage().open();
  const [hall, lab] = [stage.desk('hall'), stage.desk('lab')];
  const session = await stage.shownAt(hall, 'ann');
  stage.insert(lab, 'ann');
  t.truthy(hall.shown, 'a card that has proved nothing takes nothing');
  const before = hall.history.length;
  const { show } = lab;
  lab.show = (view) => {
    t.is(hall.shown, null);
    show.call(lab, view);
  };
  stage.prove(lab);
  t.is(lab.shown?.sessionId, session);
  t.deepEqual(hall.history.slice(before), ['release', 'replaced']);
  stage.pull(lab, 'ann');
  t.is(lab.shown, null);
  t.is(lab.pageShown, 'cardRemoved');
  await stage.ledger.close();
  const record = await stage.registry.sessions.get(session);
  t.is(record?.terminal, null);
  t.is(record?.state, 'suspended');
  const kinds = (await stage.registry.events.latest()).map(({ kind }) => kind);
  t.deepEqual(
    kinds.filter((kind) => /attached|detached/.test(kind)),
    ['session-attached', 'session-detached', 'session-attached', 'session-detached'],
  );
});

test('a detached session is locked, and unlocked before it is shown', async (t) => {
  await using stage = await new Stage().open();
  const hall = stage.desk('hall');
  const session = await stage.shownAt(hall, 'ann');
  stage.pull(hall, 'ann');
  const watch = stage.watches.get(session);
  t.deepEqual(watch?.sent, ['LockSession']);
  const { show } = hall;
  hall.show = (view) => {
    t.deepEqual(watch?.sent, ['LockSession', 'UnlockSession']);
    show.call(hall, view);
  };
  stage.insert(hall, 'ann');
  stage.prove(hall);
  t.is(hall.shown?.sessionId, session);
});

test('a person who has no card gets the session that runs, and the login is let go', async (t) => {
  await using stage = await new Stage().open();
  const [hall, lab] = [stage.desk('hall'), stage.desk('lab')];
  const session = await stage.shownAt(hall, 'ann');
  const login = stage.sessd.proven('ann');
  const who = { user: 'ann', uid: 1000, proof: 'pam', login, token: null } as const;
  stage.floor.loggedIn(lab.place, { ...who, keyboard: null, sessionChoice: null });
  t.is(lab.shown?.sessionId, session);
  t.deepEqual(stage.sessd.released, [login]);
});

test('the same card at two terminals makes one session', async (t) => {
  await using stage = await new Stage().open();
  const [hall, lab] = [stage.desk('hall'), stage.desk('lab')];
  stage.insert(hall, 'ann');
  stage.insert(lab, 'ann');
  stage.prove(hall);
  stage.prove(lab);
  await turns();
  t.is(stage.sessd.starting, 1);
  await stage.sessd.settle();
  t.is(hall.shown, null);
  t.truthy(lab.shown, 'the last one to prove itself');
});

for (const card of ['asks', 'refuses'] as const) {
  test(`where a card alone opens nothing (PAM ${card}), the password is asked for`, async (t) => {
    await using stage = await new Stage().open();
    stage.sessd.card = card;
    const hall = stage.desk('hall');
    stage.insert(hall, 'ann');
    stage.prove(hall);
    await turns();
    t.deepEqual(hall.asked?.accepts, ['pam']);
    stage.prove(hall, 'pam');
    await stage.sessd.settle();
    t.truthy(hall.shown);
    stage.pull(hall, 'ann');
    t.is(hall.shown, null, 'the session came with the card');
  });
}

test('a session that does not start is told and forgotten', async (t) => {
  await using stage = await new Stage().open();
  const hall = stage.desk('hall');
  stage.insert(hall, 'ann');
  stage.prove(hall);
  await turns();
  await stage.sessd.settle('fail');
  t.is(hall.pageShown, 'failed');
  await stage.ledger.close();
  t.deepEqual(await stage.registry.sessions.list(), []);
  stage.insert(hall, 'ann');
  t.truthy(hall.asked, 'the next try is a new one');
});

test('a card pulled while its session starts leaves the session behind it', async (t) => {
  await using stage = await new Stage().open();
  const hall = stage.desk('hall');
  stage.insert(hall, 'ann');
  stage.prove(hall);
  await turns();
  stage.pull(hall, 'ann');
  await stage.sessd.settle();
  t.is(hall.shown, null);
  stage.insert(hall, 'ann');
  stage.prove(hall);
  t.truthy(hall.shown);
});

test('a card pulled while it is asked ends the question', async (t) => {
  await using stage = await new Stage().open();
  const hall = stage.desk('hall');
  stage.insert(hall, 'ann');
  const { asked } = hall;
  stage.pull(hall, 'ann');
  t.is(hall.asked, null);
  const how = { user: 'ann', proof: 'cardKey', login: null, keyboard: null, sessionChoice: null };
  stage.floor.authenticated(hall.place, asked?.session ?? null, how as never);
  await turns();
  t.is(stage.sessd.starting, 0, 'a late proof opens nothing');
});

test('who locks the session where it is shown unlocks it there', async (t) => {
  await using stage = await new Stage().open();
  const hall = stage.desk('hall');
  const session = await stage.shownAt(hall, 'ann');
  stage.watches.get(session)?.listener.onWish(SessionWish.lock);
  t.is(hall.shown, null);
  t.true(hall.asked?.unlock);
  t.deepEqual(hall.asked?.accepts, ['pam'], 'the card that lies there is not enough');
  t.is(stage.floor.house.get(session)?.name, 'active');
  stage.prove(hall, 'pam');
  t.is(hall.shown?.sessionId, session);
  t.deepEqual(stage.watches.get(session)?.sent, ['LockSession', 'UnlockSession']);
});

test('the card takes a locked session along', async (t) => {
  await using stage = await new Stage().open();
  const hall = stage.desk('hall');
  const session = await stage.shownAt(hall, 'ann');
  stage.watches.get(session)?.listener.onWish(SessionWish.lock);
  stage.pull(hall, 'ann');
  t.is(hall.asked, null);
  t.is(hall.pageShown, 'cardRemoved');
});

test('a session that ends is told, cleared away and forgotten', async (t) => {
  await using stage = await new Stage().open();
  const hall = stage.desk('hall');
  const session = await stage.shownAt(hall, 'ann');
  stage.watches.get(session)?.listener.onWish(SessionWish.logout);
  t.is(hall.pageShown, 'ended');
  t.deepEqual(stage.watches.get(session)?.sent, ['Shutdown']);
  t.deepEqual(stage.sessd.ended, [session]);
  stage.floor.onEnded(session, 'ended');
  await stage.ledger.close();
  t.deepEqual(await stage.registry.sessions.list(), []);
});

test('sessions outlive wrsrvd; what is gone is forgotten; greeters and doubles end', async (t) => {
  await using first = await new Stage().open();
  const session = await first.shownAt(first.desk('hall'), 'ann');
  const gone = await first.shownAt(first.desk('lab'), 'ben');
  await first.ledger.close();
  const running = first.sessd.running.get(session);
  if (!running) throw new Error('no session');

  await using stage = new Stage();
  const records = await first.registry.sessions.list();
  await stage.registry.sessions.save(records.map((record) => ({ ...record, revision: 0 })));
  const others = ['stray', 'double', 'greeter'].map((id) => ({
    ...running,
    session: id,
    socket: `/run/${id}`,
    user: id === 'stray' ? 'cy' : 'ann',
    greeter: id === 'greeter',
  }));
  for (const other of [...others, running]) stage.sessd.running.set(other.session, other);
  const lab = stage.desk('lab');
  await stage.floor.load(stage.registry);
  stage.insert(lab, 'ann');
  t.is(lab.pageShown, 'busy');
  stage.floor.onUp([...stage.sessd.running.values()]);
  await turns();
  t.deepEqual(stage.sessd.ended.toSorted(), ['double', 'greeter']);
  t.is(lab.asked?.session, session, 'the card that waited is served');
  stage.prove(lab);
  t.is(lab.shown?.sessionId, session);
  t.is(stage.floor.house.ofUser('cy'), 'stray');
  await stage.ledger.close();
  t.is(await stage.registry.sessions.get(gone), null);
  t.is((await stage.registry.sessions.get(session))?.terminal, lab.place.terminal);
});

test('a wrsessd that comes back tells which sessions ended meanwhile', async (t) => {
  await using stage = await new Stage().open();
  const [hall, lab] = [stage.desk('hall'), stage.desk('lab')];
  const kept = await stage.shownAt(hall, 'ann');
  await stage.shownAt(lab, 'ben');
  stage.sessd.up = false;
  stage.floor.onDown();
  t.truthy(lab.shown, 'running sessions are not touched');
  const office = stage.desk('office');
  stage.insert(office, 'cy');
  t.is(office.pageShown, 'busy');
  stage.sessd.up = true;
  stage.floor.onUp([...stage.sessd.running.values()].filter((one) => one.session === kept));
  t.is(lab.pageShown, 'failed');
  t.is(hall.shown?.sessionId, kept);
  t.truthy(office.asked, 'the card that waited is served');
});

test('a proof that the policy does not take opens nothing', async (t) => {
  const unlock = { always: ['pin'], withinGrace: [], graceMs: 0 } as const;
  await using stage = await new Stage({ ...CARD_POLICY, unlock }).open();
  const hall = stage.desk('hall');
  const login = stage.sessd.proven('ann');
  const who = { user: 'ann', uid: 1000, proof: 'pam', login, token: null } as const;
  stage.floor.loggedIn(hall.place, { ...who, keyboard: null, sessionChoice: null });
  t.is(hall.pageShown, 'refused');
  t.is(stage.sessd.starting, 0);
});

test('a session and the floor agree again on the lock when they have lost sight of each other', async (t) => {
  await using stage = await new Stage().open();
  const hall = stage.desk('hall');
  const session = await stage.shownAt(hall, 'ann');
  const watch = stage.watches.get(session);
  watch?.listener.onUp(true);
  t.deepEqual(watch?.sent, ['UnlockSession'], 'it is shown to who has proved it');
  stage.pull(hall, 'ann');
  watch?.listener.onUp(false);
  t.deepEqual(watch?.sent.slice(1), ['LockSession', 'LockSession']);
});

test('a lock that was not written down counts', async (t) => {
  const policy = { ...CARD_POLICY, lockOnDetach: false };
  await using stage = new Stage(policy);
  const running = { session: 's1', user: 'ann', uid: 1000, pid: 1, socket: '/run/s1' };
  stage.sessd.running.set('s1', { ...running, greeter: false });
  await stage.open();
  t.is(stage.floor.house.get('s1')?.lock, 'none');
  stage.watches.get('s1')?.listener.onUp(true);
  t.is(stage.floor.house.get('s1')?.lock, 'asked');
});

test('a card that waits for wrsessd takes nothing from the one that came after it', async (t) => {
  await using stage = await new Stage().open();
  const [hall, lab] = [stage.desk('hall'), stage.desk('lab')];
  const session = await stage.shownAt(lab, 'ben');
  stage.sessd.up = false;
  stage.insert(hall, 'ann');
  t.is(hall.pageShown, 'busy');
  stage.insert(hall, 'ben');
  stage.prove(hall);
  t.is(hall.shown?.sessionId, session);
  stage.sessd.up = true;
  stage.floor.onUp([...stage.sessd.running.values()]);
  t.is(hall.shown?.sessionId, session);
  t.is(hall.asked, null);
});

test('a new session is the one that was chosen, else the first that is offered', async (t) => {
  await using stage = await new Stage(CARD_POLICY, 'desktop').open();
  const hall = stage.desk('hall');
  const who = { user: 'ben', uid: 1001, proof: 'pam', keyboard: null, token: null } as const;
  const login = stage.sessd.proven('ben');
  stage.floor.loggedIn(hall.place, { ...who, login, sessionChoice: 'kiosk' });
  await stage.shownAt(stage.desk('lab'), 'ann');
  t.deepEqual(stage.sessd.choices, ['kiosk', 'desktop']);
});
