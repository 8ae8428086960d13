import { setTimeout as wait } from 'node:timers/promises';
import { House } from '../../helpers/house.ts';
import { RESTLESS_LOOK_COMMAND } from '../../helpers/recording/own-look.ts';
import {
  type RecordedTerminal,
  recordedTerminal,
} from '../../helpers/recording/recorded-terminal.ts';
import type { SeenView } from '../../helpers/recording/recorder.ts';
import { Chance } from './chance.ts';
import { eventLog, ownershipOf } from './event-log.ts';
import { type HeldByKind, heldAtRest } from './held.ts';
import { addPerson, COLOURS, PEOPLE, type Person, personOf, seesOwn } from './own-sessions.ts';
import { judge, type Verdict } from './verdict.ts';

const LEAST_MS = 5;
const MOST_MS = 500;
/** Lookups of cards are so many a second for each terminal; a person who waits for a moment has theirs. */
const QUIET_MS = 2000;

export interface StormPoint {
  readonly events: number;
  readonly held: HeldByKind;
}

export interface StormReport extends Verdict {
  readonly seconds: number;
  readonly attachments: number;
  readonly points: readonly StormPoint[];
  /** The longest that a session stayed at a terminal after its card was pulled there. */
  readonly outlivedMs: number;
  /** The longest that two terminals had the same session, as far as they were told. */
  readonly sharedMs: number;
  /** From a quiet insert to the session, at the end. */
  readonly lastMs: number;
}

/** When a card of a person came to a terminal or left it, on performance.now(). */
interface Move {
  readonly atMs: number;
  readonly inserted: boolean;
}

/**
 * Two terminals, two people, each with one token that is at both terminals: cards come and go at random.
 * @param count events of cards
 * @param looks after which shares of the events, 0 to 1, memory and descriptors are looked at; the last is 1
 */
export async function storm(
  count: number,
  looks: readonly number[],
  seed: number,
): Promise<StormReport> {
  const house = await House.open({
    config: '[policy]\nunlock = ["card-key"]\n',
    exec: RESTLESS_LOOK_COMMAND,
  });
  try {
    const weather = new Storm(house, seed, await seats(house));
    await weather.settleIn();
    const startMs = performance.now();
    const points: StormPoint[] = [];
    let done = 0;
    for (const share of looks) {
      await weather.rage(Math.round(count * share) - done);
      done = Math.round(count * share);
      points.push({ events: done, held: await weather.calm() });
    }
    const seconds = (performance.now() - startMs) / 1000;
    const lastMs = await weather.quietInsert();
    return { seconds, points, lastMs, ...(await weather.verdict()) };
  } finally {
    await house.close();
  }
}

async function seats(house: House): Promise<RecordedTerminal[]> {
  const terminals: RecordedTerminal[] = [];
  for (const name of ['hall', 'lab'])
    terminals.push(
      await recordedTerminal(house, name, COLOURS, PEOPLE, { width: 640, height: 480 }),
    );
  for (const [at, name] of PEOPLE.entries()) {
    await house.register(terminals[0]?.tokens[at]?.id ?? '', addPerson(house, name));
  }
  return terminals;
}

class Storm {
  readonly #house: House;
  readonly #seed: number;
  readonly #terminals: readonly RecordedTerminal[];
  /** By terminal and person. */
  readonly #moves = new Map<string, Move[]>();
  #rounds = 0;

  constructor(house: House, seed: number, terminals: readonly RecordedTerminal[]) {
    this.#house = house;
    this.#seed = seed;
    this.#terminals = terminals;
  }

  /** Each person's session is there, and the recorder sees it: it could see a leak. */
  async settleIn(): Promise<void> {
    const [hall] = this.#terminals;
    if (!hall) throw new Error('no terminal');
    await hall.terminal.shows('insertCard');
    for (const name of PEOPLE) {
      await this.#see(hall, name);
      this.#toggle(hall, name);
      await hall.terminal.shows('cardRemoved');
    }
  }

  async rage(count: number): Promise<void> {
    const shares = [Math.ceil(count / 2), Math.floor(count / 2)];
    const round = ++this.#rounds;
    await Promise.all(
      this.#terminals.map(async (at, index) => {
        const chance = new Chance(this.#seed + round * 2 + index);
        for (let event = 0; event < (shares[index] ?? 0); event++) {
          await wait(chance.between(LEAST_MS, MOST_MS));
          // One person's card comes and goes more often, so that both terminals have it at once often.
          this.#toggle(at, chance.of(['ann', 'ann', 'ben']));
          at.terminal.move({ x: chance.between(0, 639), y: chance.between(0, 479) });
        }
      }),
    );
  }

  /** All cards out. */
  async calm(): Promise<HeldByKind> {
    for (const at of this.#terminals) {
      for (const [index, name] of PEOPLE.entries())
        if (at.tokens[index]?.inserted) this.#toggle(at, name);
    }
    await wait(QUIET_MS);
    return heldAtRest(this.#house);
  }

  async quietInsert(): Promise<number> {
    const [hall] = this.#terminals;
    if (!hall) throw new Error('no terminal');
    const startMs = performance.now();
    await this.#see(hall, 'ann');
    return performance.now() - startMs;
  }

  async verdict(): Promise<Verdict & Pick<StormReport, 'attachments' | 'outlivedMs' | 'sharedMs'>> {
    for (const at of this.#terminals) at.terminal.end();
    // What happened is written with a delay.
    await wait(1000);
    const { attachments, byTerminal, users } = ownershipOf(await eventLog(this.#house));
    const ownerOf = (session: string) => personOf(users.get(session));
    const shown = this.#terminals.map(({ recorder }) =>
      recorder.views.filter(({ kind }) => kind === 'session'),
    );
    const logged = [...byTerminal.values()].map((sessions) => sessions.join());
    const views = this.#terminals.flatMap(({ recorder }) => recorder.views);
    const verdict = judge(views, ownerOf);
    const strange = shown
      .map((sessions) => sessions.map(({ sessionId }) => sessionId).join())
      .filter((sessions) => !logged.includes(sessions))
      .map(() => 'a terminal was shown other sessions than the log of events says');
    return {
      ...verdict,
      leaks: [...verdict.leaks, ...strange],
      attachments,
      outlivedMs: Math.max(
        0,
        ...this.#terminals.flatMap((at, index) =>
          (shown[index] ?? []).map((seen) => this.#outlived(at, ownerOf(seen.sessionId), seen)),
        ),
      ),
      sharedMs: shared(shown[0] ?? [], shown[1] ?? []),
    };
  }

  async #see(at: RecordedTerminal, name: Person): Promise<void> {
    this.#toggle(at, name);
    await seesOwn(at, name);
  }

  #toggle(at: RecordedTerminal, name: Person): void {
    const token = at.tokens[PEOPLE.indexOf(name)];
    if (!token) throw new Error(`no token of ${name}`);
    const inserted = !token.inserted;
    if (inserted) token.insert();
    else token.remove();
    const key = `${at.name} ${name}`;
    const moves = this.#moves.get(key) ?? [];
    moves.push({ atMs: performance.now(), inserted });
    this.#moves.set(key, moves);
  }

  /** How long a view went on without the card that it was for. */
  #outlived(at: RecordedTerminal, name: string | undefined, { toMs }: SeenView): number {
    const last = (this.#moves.get(`${at.name} ${name}`) ?? []).findLast(({ atMs }) => atMs <= toMs);
    return !last || last.inserted || toMs === Infinity ? 0 : toMs - last.atMs;
  }
}

function shared(one: readonly SeenView[], other: readonly SeenView[]): number {
  let longestMs = 0;
  for (const a of one) {
    for (const b of other) {
      if (a.sessionId !== b.sessionId) continue;
      longestMs = Math.max(longestMs, Math.min(a.toMs, b.toMs) - Math.max(a.fromMs, b.fromMs));
    }
  }
  return longestMs;
}
