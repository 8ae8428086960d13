import type { ExecutionContext } from 'ava';
import type { CardReader } from '../../../firmware/card/card-reader.ts';
import { PASSWORD } from '../../appliance/sessd/rig.ts';
import { eventually } from '../../helpers/eventually.ts';
import { House } from '../../helpers/house.ts';
import type { Picture } from '../../helpers/picture.ts';
import { RESTLESS_LOOK_COMMAND } from '../../helpers/recording/own-look.ts';
import {
  type RecordedTerminal,
  recordedTerminal,
} from '../../helpers/recording/recorded-terminal.ts';
import { addPerson, COLOURS, PEOPLE, type Person, personOf, seesOwn } from './own-sessions.ts';
import { judge } from './verdict.ts';

/** Of the greeter; it is there while something is asked. */
const BUTTON = 0x2f6fd0;
export const hasButton = (picture: Picture) => picture.share((rgb) => rgb === BUTTON) > 0.002;
const LATE_MS = 500;
/** Within this the server ends the view of a terminal that has blanked itself. */
const PARTED_MS = 2000;

/** From when until when, on performance.now(), somebody's session may be at a terminal. */
interface Allowed {
  readonly at: RecordedTerminal;
  readonly fromMs: number;
  toMs: number;
}

export interface LeakStageOptions {
  readonly exec?: string;
  readonly readers?: readonly (readonly CardReader[])[];
}

/** Two people at two terminals that are recorded, and what each terminal may be sent at any time. */
export class LeakStage {
  readonly house: House;
  readonly hall: RecordedTerminal;
  readonly lab: RecordedTerminal;
  /** Names of ann and ben on the machine. */
  readonly users: readonly string[];
  readonly #allowed: Allowed[] = [];

  /** @param readers besides those of the software tokens, for each of the two terminals */
  static async open(
    t: ExecutionContext,
    config: string,
    { exec = RESTLESS_LOOK_COMMAND, readers = [[], []] }: LeakStageOptions = {},
  ): Promise<LeakStage> {
    const house = await House.open({ config, exec });
    t.teardown(() => house.close());
    const [hall, lab] = await Promise.all(
      ['hall', 'lab'].map((name, index) =>
        recordedTerminal(house, name, COLOURS, PEOPLE, { readers: readers[index] ?? [] }),
      ),
    );
    if (!hall || !lab) throw new Error('no terminals');
    for (const { terminal } of [hall, lab]) await terminal.shows('insertCard');
    const users = PEOPLE.map((name) => addPerson(house, name));
    for (const [index, user] of users.entries())
      await house.register(hall.tokens[index]?.id ?? '', user);
    return new LeakStage(house, hall, lab, users);
  }

  private constructor(
    house: House,
    hall: RecordedTerminal,
    lab: RecordedTerminal,
    users: readonly string[],
  ) {
    this.users = users;
    this.house = house;
    this.hall = hall;
    this.lab = lab;
  }

  /**
   * What follows proves somebody: from here on the session may come. The end of this is called when the terminal shows
   * it no longer; it blanks by itself when its card is taken, so the server has a moment to end the view.
   */
  allow(at: RecordedTerminal): () => Promise<void> {
    const allowed: Allowed = { at, fromMs: performance.now(), toMs: Infinity };
    this.#allowed.push(allowed);
    return async () => {
      await eventually(() => {
        if (at.recorder.current?.kind === 'session') throw new Error('the view goes on');
      }, PARTED_MS);
      allowed.toMs = performance.now();
    };
  }

  /** Wrong passwords, then the right one. @returns what ends the time that the session may be seen */
  async logIn(at: RecordedTerminal, name: Person, wrong: number): Promise<() => Promise<void>> {
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
