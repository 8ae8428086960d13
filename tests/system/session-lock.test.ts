import { existsSync, readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { ByeCode, SessionWish } from '../../protocol/generated/control.ts';
import { eventually } from '../helpers/eventually.ts';
import { like, type Picture } from '../helpers/picture.ts';
import { monitor, Session, type View } from '../helpers/session.ts';

const LOCKED = 0x101418;
const LOCKER = 0x804000;
const FOOT = 0x111111;

const isAll = (colour: number) => (picture: Picture) => picture.share(like(colour, 2)) > 0.9999;
const isMostly = (colour: number) => (picture: Picture) => picture.share(like(colour, 2)) > 0.9;
const showsFoot = (picture: Picture) => picture.share(like(FOOT, 2)) > 0.2;

const typist = 'terminal = "foot -T typist sh -c \'cat >typed\'"\n';

async function open(t: ExecutionContext): Promise<{ session: Session; view: View }> {
  const session = await Session.start(t, { user: typist });
  const view = await session.attach();
  await view.until('foot', showsFoot);
  await view.settled();
  return { session, view };
}

function typed(session: Session, lines: number): Promise<string[]> {
  return eventually(() => {
    const found = readFileSync(session.file('home/typed'), 'utf8').split('\n').slice(0, -1);
    if (found.length < lines) throw new Error(`only ${found}`);
    return found;
  });
}

test.serial(
  'locked by the broker the session is dark and deaf, whatever swaylock does',
  async (t) => {
    const { session, view } = await open(t);
    view.type('before\n');
    await typed(session, 1);

    session.say({ type: 'LockSession' });
    await view.until('the dark', isAll(LOCKED));
    view.type('nobody\n');
    view.press('Super+Enter');
    t.true(isAll(LOCKED)(await view.settled()));

    const seen: string[] = [];
    const watch = view.until('never', (now) => {
      if (!isAll(LOCKED)(now)) seen.push('a picture');
      return false;
    });
    watch.catch(() => {});
    const locker = await session.run('swaylock', ['-c', '804000']);
    await session.logs(/"msg":"session locked"/);
    view.type('guess\n');
    await view.settled();
    await view.save('session-locked');
    await locker.stop();
    await session.logs(/the locker has gone/);
    t.true(isAll(LOCKED)(await view.settled()));
    t.deepEqual(seen, []);

    session.say({ type: 'UnlockSession' });
    await view.until('the session', showsFoot);
    view.type('after\n');
    t.deepEqual(await typed(session, 2), ['before', 'after']);
  },
);

test.serial("the user's own lock is there again when the broker's ends", async (t) => {
  const { session, view } = await open(t);
  const locker = await session.run('swaylock', ['-c', '804000']);
  await view.until('the lock screen', isMostly(LOCKER));
  session.say({ type: 'LockSession' });
  await view.until('the dark', isAll(LOCKED));
  view.close();
  const elsewhere = await session.attach(monitor(800, 600));
  t.true(isAll(LOCKED)(await elsewhere.until('a picture', () => true)));
  elsewhere.type('wrong');
  t.true(isAll(LOCKED)(await elsewhere.settled()));
  session.say({ type: 'UnlockSession' });
  await elsewhere.until('the lock screen on the new screen', isMostly(LOCKER));
  locker.process.kill('SIGUSR1');
  await locker.ended();
  await elsewhere.until('the session', showsFoot);
  t.pass();
});

test.serial('Super+L and wrsession ask the broker; without one they say so', async (t) => {
  const { session, view } = await open(t);
  view.press('Super+l');
  t.like(await session.hears('SessionRequest'), { wish: SessionWish.lock });
  session.heard.length = 0;
  t.is((await session.wrsession('logout')).process.exitCode, 0);
  t.like(await session.hears('SessionRequest'), { wish: SessionWish.logout });

  const info = JSON.parse((await session.wrsession('info', '--json')).stdout);
  t.like(info, { session: 'test', attached: true, locked: false, broker: true });
  t.like(info.outputs[0], { widthPx: 1000, heightPx: 700, scale: 1 });
  t.regex((await session.wrsession('info')).stdout, /^locked +no$/m);

  session.leave();
  await eventually(async () => {
    const { process: ended, stderr } = await session.wrsession('detach');
    if (ended.exitCode !== 1) throw new Error('somebody heard it');
    t.regex(stderr, /the server is not connected/);
  });
  const wrong = await session.wrsession('dance');
  t.is(wrong.process.exitCode, 2);
  t.true(existsSync((await session.environment())['WAYRAY_SESSION_SOCKET'] ?? ''));
});

test.serial('windows are back where they were when their monitors are back', async (t) => {
  const { session, view } = await open(t);
  const big = monitor(1920, 1080, { id: 4, make: 'Acme', model: 'Big' });
  view.close();
  const office = await session.attach(big);
  await office.until('foot', showsFootAtAll);
  const first = (await office.settled()).bounds(like(FOOT, 2));
  if (!first) return t.fail('no foot');
  const grip = { x: first.x + 60, y: first.y - 12 };
  office.move(grip.x, grip.y);
  office.button(true);
  office.move(grip.x + 20, grip.y + 20);
  office.move(grip.x + 400, grip.y + 150);
  office.button(false);
  await office.until('foot elsewhere', (now) => now.bounds(like(FOOT, 2))?.x === first.x + 400);
  const moved = (await office.settled()).bounds(like(FOOT, 2));
  await office.save('layout-office');

  office.close();
  const small = await session.attach(monitor(640, 480, { id: 1, make: 'Lap', model: '12' }));
  await small.until('foot on the small one', showsFoot);
  await small.settled();
  await small.save('layout-small');
  small.press('Super+Up');
  await small.until('foot fills it', (now) => now.share(like(FOOT, 2)) > 0.8);
  small.close();

  const back = await session.attach({ ...big, id: 9, name: 'DP-7' });
  await back.until('foot as it was', (now) => {
    const box = now.bounds(like(FOOT, 2));
    return JSON.stringify(box) === JSON.stringify(moved);
  });
  await back.settled();
  await back.save('layout-office-again');
  t.deepEqual(back.look().bounds(like(FOOT, 2)), moved);

  back.link.close(ByeCode.normal, 'again');
  const again = await session.attach(monitor(640, 480, { id: 3, make: 'Lap', model: '12' }));
  await again.until('maximised on the small one', (now) => now.share(like(FOOT, 2)) > 0.8);
});

const showsFootAtAll = (picture: Picture) => picture.share(like(FOOT, 2)) > 0.05;
