import test from 'ava';
import { fingerprint, KINDS, open } from './open.ts';

const refused = { code: 'code-refused', message: 'the code is not valid' };

for (const kind of KINDS) {
  test(`${kind}: a code lets one terminal in, once`, async (t) => {
    using opened = open(kind);
    const { enrolments, terminals } = opened.registry;
    const { code, record } = await enrolments.create({ validMs: 1000 });
    t.regex(code, /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    t.deepEqual(await enrolments.list(), [record]);
    const hall = { name: 'hall', fingerprint: fingerprint() };
    const typed = ` ${code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o')}`;
    t.is((await enrolments.redeem(typed, hall)).state, 'approved');
    t.is((await terminals.get('hall'))?.fingerprint, hall.fingerprint);
    t.deepEqual(await enrolments.list(), []);
    const lab = { name: 'lab', fingerprint: fingerprint() };
    await t.throwsAsync(enrolments.redeem(code, lab), refused);
  });

  test(`${kind}: five wrong attempts end a code, one that failed before does not`, async (t) => {
    using opened = open(kind);
    const { enrolments } = opened.registry;
    const { code } = await enrolments.create({ validMs: 1000 });
    const wrong = `${code.slice(0, 10)}${code.endsWith('A') ? 'BBBB' : 'AAAA'}`;
    const hall = { name: 'hall', fingerprint: fingerprint() };
    for (let i = 0; i < 4; i++) await t.throwsAsync(enrolments.redeem(wrong, hall), refused);
    t.is((await enrolments.list())[0]?.attemptsLeft, 1);
    await t.throwsAsync(enrolments.redeem(wrong, hall), refused);
    await t.throwsAsync(enrolments.redeem(code, hall), refused);
  });

  test(`${kind}: an expired, cancelled or unknown code looks like a wrong one`, async (t) => {
    using opened = open(kind);
    const { enrolments } = opened.registry;
    const hall = { name: 'hall', fingerprint: fingerprint() };
    const expired = await enrolments.create({ validMs: 1000 });
    opened.clock.nowMs += 1000;
    await t.throwsAsync(enrolments.redeem(expired.code, hall), refused);
    const cancelled = await enrolments.create({ validMs: 1000 });
    await enrolments.cancel(cancelled.record.id);
    await t.throwsAsync(enrolments.cancel(cancelled.record.id), { code: 'not-found' });
    for (const code of [cancelled.code, 'AAAA-BBBB-CCCC', '', 'ÄÖÜ€', 'x'.repeat(64)]) {
      await t.throwsAsync(enrolments.redeem(code, hall), refused);
    }
    await t.throwsAsync(enrolments.redeem('x'.repeat(65), hall), { code: 'invalid' });
  });

  test(`${kind}: a code may name its terminal, and approves one that waits`, async (t) => {
    using opened = open(kind);
    const { enrolments, terminals } = opened.registry;
    const stranger = { name: 'wayray', fingerprint: fingerprint() };
    await terminals.announce(stranger);
    const { code } = await enrolments.create({ validMs: 1000, terminal: 'office 3' });
    t.like(await enrolments.redeem(code, stranger), { name: 'office 3', state: 'approved' });
    t.is(await terminals.get('wayray'), null);
  });

  test(`${kind}: a code does not undo a revocation, nor take a name, and stays good`, async (t) => {
    using opened = open(kind);
    const { enrolments, terminals } = opened.registry;
    const revoked = { name: 'hall', fingerprint: fingerprint() };
    await terminals.announce(revoked);
    await terminals.revoke('hall');
    const { code } = await enrolments.create({ validMs: 1000 });
    await t.throwsAsync(enrolments.redeem(code, revoked), { code: 'revoked' });
    const thief = { name: 'hall', fingerprint: fingerprint() };
    await t.throwsAsync(enrolments.redeem(code, thief), { code: 'conflict' });
    t.is((await enrolments.redeem(code, { ...thief, name: 'lab' })).state, 'approved');
  });

  test(`${kind}: a stranger that waits cannot keep a name from a terminal with a code`, async (t) => {
    using opened = open(kind);
    const { enrolments, terminals } = opened.registry;
    await terminals.announce({ name: 'hall', fingerprint: fingerprint() });
    const { code } = await enrolments.create({ validMs: 1000, terminal: 'hall' });
    const hall = { name: 'wayray', fingerprint: fingerprint() };
    await enrolments.redeem(code, hall);
    t.is((await terminals.get('hall'))?.fingerprint, hall.fingerprint);
    t.is((await terminals.list()).length, 1);
  });

  test(`${kind}: codes are bounded in number and time`, async (t) => {
    using opened = open(kind, { enrolments: 1 });
    const { enrolments } = opened.registry;
    for (const validMs of [0, -1, 0.5, 31 * 86_400_000]) {
      await t.throwsAsync(enrolments.create({ validMs }), { code: 'invalid' });
    }
    await enrolments.create({ validMs: 1000 });
    await t.throwsAsync(enrolments.create({ validMs: 1000 }), { code: 'full' });
    opened.clock.nowMs += 1000;
    await t.notThrowsAsync(enrolments.create({ validMs: 1000 }));
  });
}
