import test, { type ExecutionContext } from 'ava';
import { isRoot, PASSWORD, reachesUsers } from '../../appliance/sessd/rig.ts';
import { eventually } from '../../helpers/eventually.ts';
import { House } from '../../helpers/house.ts';
import type { Picture } from '../../helpers/picture.ts';
import { OWN_LOOK_COMMAND, RESTLESS_LOOK_COMMAND } from '../../helpers/recording/own-look.ts';
import {
  type RecordedTerminal,
  recordedTerminal,
} from '../../helpers/recording/recorded-terminal.ts';
import { addPerson, COLOURS, type Person, personOf, seesOwn } from './own-sessions.ts';
import { judge } from './verdict.ts';

const rootTest = isRoot && reachesUsers ? test.serial : test.serial.skip;
/** Of the greeter; it is there while something is asked. */
const BUTTON = 0x2f6fd0;
const hasButton = (picture: Picture) => picture.share((rgb) => rgb === BUTTON) > 0.002;
const LATE_MS = 500;

/** From when until when, on performance.now(), somebody's session may be at a terminal. */
interface Allowed {
  readonly at: RecordedTerminal;
  readonly fromMs: number;
  toMs: number;
}

/** Two people at two terminals that are recorded, and what each terminal may be sent at any time. */
class Stage {
  readonly house: House;
  readonly hall: RecordedTerminal;
  readonly lab: RecordedTerminal;
  readonly #allowed: Allowed[] = [];

  static async open(t: ExecutionContext, config: string, exec = RESTLESS_LOOK_COMMAND) {
    const house = await House.open({ config, exec });
    t.teardown(() => house.close());
    const hall = await recordedTerminal(house, 'hall', COLOURS, ['ann', 'ben']);
    const lab = await recordedTerminal(house, 'lab', COLOURS, ['ann', 'ben']);
    for (const { terminal } of [hall, lab]) await terminal.shows('insertCard');
    await house.register(hall.tokens[0]?.id ?? '', addPerson(house, 'ann'));
    await house.register(hall.tokens[1]?.id ?? '', addPerson(house, 'ben'));
    return new Stage(house, hall, lab);
  }

  private constructor(house: House, hall: RecordedTerminal, lab: RecordedTerminal) {
    this.house = house;
    this.hall = hall;
    this.lab = lab;
  }

  /** What follows proves somebody: from here on the session may come, until the end of this is called. */
  allow(at: RecordedTerminal): () => void {
    const allowed: Allowed = { at, fromMs: performance.now(), toMs: Infinity };
    this.#allowed.push(allowed);
    return () => {
      allowed.toMs = performance.now();
    };
  }

  /** Wrong passwords, then the right one. @returns what ends the time that the session may be seen */
  async logIn(at: RecordedTerminal, name: Person, wrong: number): Promise<() => void> {
    const { terminal } = at;
    await terminal.shows('greeter');
    for (let round = 0; round < wrong; round++) {
      await terminal.until('a field', hasButton);
      terminal.move({ x: 100 + round, y: 100 });
      terminal.type(`wrong${round}`);
      terminal.press('Enter');
      await terminal.until('a wait', (picture) => !hasButton(picture));
    }
    await terminal.until('another field', hasButton);
    const end = this.allow(at);
    terminal.type(PASSWORD);
    terminal.press('Enter');
    await this.see(at, name);
    return end;
  }

  /** Window and pointer: the recorder sees both, so it would see them elsewhere. */
  async see(at: RecordedTerminal, name: Person): Promise<void> {
    await seesOwn(at, name);
    at.terminal.move({ x: 300, y: 300 });
    at.terminal.move({ x: 320, y: 310 });
    await eventually(() => {
      if (!at.recorder.current?.cursorPixels.get(name)) throw new Error('no pointer of their own');
    });
  }

  async sessionOf(name: Person): Promise<string> {
    const found = (await this.#sessions()).find(({ user }) => personOf(user) === name);
    if (!found) throw new Error(`${name} has no session`);
    return found.id;
  }

  /** Nothing of a session was sent but in the times that were allowed, and to its own user. */
  async check(t: ExecutionContext): Promise<void> {
    const users = new Map((await this.#sessions()).map(({ id, user }) => [id, user]));
    for (const at of [this.hall, this.lab]) {
      const { views } = at.recorder;
      const verdict = judge(views, (session) => personOf(users.get(session)));
      t.deepEqual(verdict.leaks, [], at.name);
      t.is(at.recorder.unannounced, 0, at.name);
      t.true(verdict.lateMs < LATE_MS, `${verdict.lateMs} ms`);
      for (const { kind, fromMs, toMs } of views.filter((seen) => seen.kind === 'session')) {
        const allowed = this.#allowed.some(
          (one) => one.at === at && one.fromMs <= fromMs && toMs <= one.toMs,
        );
        t.true(allowed, `${at.name}: a ${kind} from ${fromMs} to ${toMs}`);
      }
    }
  }

  async #sessions(): Promise<readonly { readonly id: string; readonly user: string }[]> {
    const listed = await this.house.wradm('session', 'list');
    return (listed as { sessions: { id: string; user: string }[] }).sessions;
  }
}

rootTest(
  'with a card and a password nobody is sent a pixel of a session that is not proved to be theirs',
  async (t) => {
    t.timeout(180_000);
    const stage = await Stage.open(t, '[policy]\nunlock = ["password"]\n');
    const { hall, lab, house } = stage;
    const [annHere, benHere] = hall.tokens;
    const [annThere] = lab.tokens;
    if (!annHere || !benHere || !annThere) return t.fail();

    annHere.insert();
    let end = await stage.logIn(hall, 'ann', 1);
    annHere.remove();
    await hall.terminal.shows('cardRemoved');
    end();

    // The other one's card in the same terminal, then hers again.
    benHere.insert();
    end = await stage.logIn(hall, 'ben', 1);
    benHere.remove();
    await hall.terminal.shows('cardRemoved');
    end();

    annThere.insert();
    end = await stage.logIn(lab, 'ann', 3);
    await house.wradm('session', 'lock', await stage.sessionOf('ann'));
    await lab.terminal.shows('greeter');
    end();
    end = await stage.logIn(lab, 'ann', 2);

    // She goes on at the other terminal: the first has nothing before she has proved herself, and keeps nothing.
    benHere.insert();
    const endBen = await stage.logIn(hall, 'ben', 0);
    annHere.insert();
    await hall.terminal.shows('greeter');
    endBen();
    const endAnn = await stage.logIn(hall, 'ann', 2);
    await lab.terminal.shows('replaced');
    end();
    annHere.remove();
    await hall.terminal.shows('cardRemoved');
    endAnn();
    await stage.check(t);
  },
);

rootTest('an idle session leaves nothing on its terminal until it is unlocked', async (t) => {
  t.timeout(120_000);
  const config = '[policy]\nunlock = ["password"]\nidle-after = "2s"\n';
  const stage = await Stage.open(t, config, OWN_LOOK_COMMAND);
  const { hall } = stage;
  hall.tokens[0]?.insert();
  for (let round = 0; round < 2; round++) {
    const end = await stage.logIn(hall, 'ann', round + 1);
    await hall.terminal.shows('greeter');
    end();
  }
  await hall.terminal.until('a field', hasButton);
  await stage.check(t);
});

rootTest('the recorder notices a session that is shown to somebody else', async (t) => {
  t.timeout(120_000);
  const stage = await Stage.open(t, '[policy]\nunlock = ["card-key"]\n');
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
