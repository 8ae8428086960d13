import test from 'ava';
import { isRoot, reachesUsers } from '../../appliance/sessd/rig.ts';
import { OWN_LOOK_COMMAND } from '../../helpers/recording/own-look.ts';
import { hasButton, LeakStage } from './leak-stage.ts';
import { judge } from './verdict.ts';

const rootTest = isRoot && reachesUsers ? test.serial : test.serial.skip;

rootTest(
  'with a card and a password nobody is sent a pixel of a session that is not proved to be theirs',
  async (t) => {
    t.timeout(180_000);
    const stage = await LeakStage.open(t, '[policy]\nunlock = ["password"]\n');
    const { hall, lab, house } = stage;
    const [annHere, benHere] = hall.tokens;
    const [annThere] = lab.tokens;
    if (!annHere || !benHere || !annThere) return t.fail();

    annHere.insert();
    let end = await stage.logIn(hall, 'ann', 1);
    annHere.remove();
    await hall.terminal.shows('cardRemoved');
    await end();

    // The other one's card in the same terminal, then hers again.
    benHere.insert();
    end = await stage.logIn(hall, 'ben', 1);
    benHere.remove();
    await hall.terminal.shows('cardRemoved');
    await end();

    annThere.insert();
    end = await stage.logIn(lab, 'ann', 3);
    await house.wradm('session', 'lock', await stage.sessionOf('ann'));
    await lab.terminal.shows('greeter');
    await end();
    end = await stage.logIn(lab, 'ann', 2);

    // She goes on at the other terminal: the first has nothing before she has proved herself, and keeps nothing.
    benHere.insert();
    const endBen = await stage.logIn(hall, 'ben', 0);
    annHere.insert();
    await hall.terminal.shows('greeter');
    await endBen();
    const endAnn = await stage.logIn(hall, 'ann', 2);
    await lab.terminal.shows('replaced');
    await end();
    annHere.remove();
    await hall.terminal.shows('cardRemoved');
    await endAnn();
    await stage.check(t);
  },
);

rootTest('an idle session leaves nothing on its terminal until it is unlocked', async (t) => {
  t.timeout(120_000);
  const config = '[policy]\nunlock = ["password"]\nidle-after = "2s"\n';
  const stage = await LeakStage.open(t, config, { exec: OWN_LOOK_COMMAND });
  const { hall } = stage;
  hall.tokens[0]?.insert();
  for (let round = 0; round < 2; round++) {
    const end = await stage.logIn(hall, 'ann', round + 1);
    await hall.terminal.shows('greeter');
    await end();
  }
  await hall.terminal.until('a field', hasButton);
  await stage.check(t);
});

rootTest('the recorder notices a session that is shown to somebody else', async (t) => {
  t.timeout(120_000);
  const stage = await LeakStage.open(t, '[policy]\nunlock = ["card-key"]\n');
  const { hall } = stage;
  stage.allow(hall);
  hall.tokens[0]?.insert();
  await stage.see(hall, 'ann');
  const { views } = hall.recorder;
  const blamed = judge(views, () => 'ben').leaks;
  t.true(blamed.some((leak) => /\d+ runs of pixels of ann$/.test(leak)));
  t.true(blamed.some((leak) => /\d+ runs of pointers of ann$/.test(leak)));
  const asGreeter = views.map((seen) => ({ ...seen, kind: 'greeter' as const }));
  t.true(judge(asGreeter, () => 'ann').leaks.length >= 2);
  const asNothing = views.map((seen) => ({ ...seen, kind: 'none' as const }));
  t.true(judge(asNothing, () => 'ann').leaks.some((leak) => leak.includes('frames')));
  await stage.check(t);
});
