import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findAccount } from '../../../native/process/index.ts';
import { PASSWORD } from '../../appliance/sessd/rig.ts';
import { eventually } from '../../helpers/eventually.ts';
import { House } from '../../helpers/house.ts';
import type { Picture } from '../../helpers/picture.ts';
import { killAll, lives } from '../../helpers/processes.ts';
import { Program } from '../../helpers/program.ts';
import { OWN_LOOK_COMMAND } from '../../helpers/recording/own-look.ts';
import {
  type RecordedTerminal,
  recordedTerminal,
} from '../../helpers/recording/recorded-terminal.ts';
import { CardSeat } from './card-seat.ts';
import { Chance } from './chance.ts';
import { loginsOf, pamsOf, processesOf, programsOf } from './house-processes.ts';
import { addPerson, COLOURS, personOf, seesOwn } from './own-sessions.ts';
import { judge } from './verdict.ts';

export const VICTIMS = ['wrsrvd', 'wrsessd', 'wrlogin', 'wrpam', 'wrclient', 'pcscd'] as const;
export type Victim = (typeof VICTIMS)[number];

export interface KillReport {
  readonly seconds: number;
  readonly kills: Readonly<Record<Victim, number>>;
  /** From the kill until the session was shown again, at worst. */
  readonly worstMs: Readonly<Record<Victim, number>>;
  readonly leaks: readonly string[];
}

export interface KillOptions {
  readonly victims?: readonly Victim[];
  readonly onMove?: (what: string, tookMs: number, house: House) => void;
}

/** Of the greeter; it is there while something is asked. */
const BUTTON = 0x2f6fd0;
const hasButton = (picture: Picture) => picture.share((rgb) => rgb === BUTTON) > 0.002;
/** Within this after a move began somebody is killed. */
const MOST_MS = 600;
const TYPIST = `${OWN_LOOK_COMMAND} sh -c 'cat >>$HOME/typed'`;

/**
 * A session goes to and fro between terminals while processes are killed; what is a service is started again at once.
 * @throws Error naming the move, when a session does not come or is not the one that it was
 */
export async function killMoves(
  count: number,
  seed: number,
  { victims = VICTIMS, onMove = () => {} }: KillOptions = {},
): Promise<KillReport> {
  const house = await House.open({
    config: '[policy]\nunlock = ["card-key", "password"]\n',
    exec: TYPIST,
    listen: `127.0.0.1:${await freePort()}`,
  });
  try {
    await using moves = await Moves.begin(house, seed, victims);
    const startMs = performance.now();
    for (let move = 1; move <= count; move++) await moves.move(move, onMove);
    const seconds = (performance.now() - startMs) / 1000;
    return { seconds, ...(await moves.end()) };
  } finally {
    await house.close();
  }
}

interface Scene {
  readonly house: House;
  readonly user: string;
  readonly terminals: readonly RecordedTerminal[];
  /** Null where there is no pcscd. */
  readonly seat: CardSeat | null;
}

class Moves {
  readonly #house: House;
  readonly #user: string;
  readonly #terminals: readonly RecordedTerminal[];
  readonly #seat: CardSeat | null;
  readonly #chance: Chance;
  readonly #kills: Record<Victim, number>;
  readonly #worstMs: Record<Victim, number>;
  /** Each wrpam of a wrsessd that was killed; that of the session lives on. */
  readonly #orphans = new Set<number>();
  readonly #victims: readonly Victim[];
  #due: Victim[] = [];
  #application = 0;
  #session = '';
  #typed = '';
  #at: RecordedTerminal | null = null;

  static async begin(house: House, seed: number, victims: readonly Victim[]): Promise<Moves> {
    const terminals: RecordedTerminal[] = [];
    for (const name of ['hall', 'lab']) {
      const size = { width: 640, height: 480 };
      terminals.push(await recordedTerminal(house, name, COLOURS, ['ann'], size));
    }
    const user = addPerson(house, 'ann');
    const [first] = terminals;
    if (!first) throw new Error('no terminal');
    await house.register(first.tokens[0]?.id ?? '', user);
    for (const { terminal } of terminals) await terminal.shows('insertCard');
    const seat = victims.includes('pcscd') ? await CardSeat.open(house, user) : null;
    const moves = new Moves({ house, user, terminals, seat }, seed, victims);
    try {
      await moves.#first(first);
      return moves;
    } catch (error) {
      await moves[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(
    { house, user, terminals, seat }: Scene,
    seed: number,
    victims: readonly Victim[],
  ) {
    this.#house = house;
    this.#user = user;
    this.#terminals = terminals;
    this.#seat = seat;
    this.#victims = victims.filter((victim) => victim !== 'pcscd' || seat);
    this.#chance = new Chance(seed);
    this.#kills = zeros();
    this.#worstMs = zeros();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#seat?.[Symbol.asyncDispose]();
  }

  async #first(at: RecordedTerminal): Promise<void> {
    at.tokens[0]?.insert();
    this.#at = at;
    await seesOwn(at, 'ann');
    this.#application = await eventually(() => {
      const [pid] = programsOf(this.#user, 'foot');
      if (!pid) throw new Error('no foot');
      return pid;
    });
    this.#session = (await this.#house.sessions())[0]?.id ?? '';
    await this.#check(0);
  }

  /** One move with one kill at a random moment of it. */
  async move(number: number, onMove: NonNullable<KillOptions['onMove']>): Promise<void> {
    const victim = this.#nextVictim();
    const chosen = this.#chance.of(this.#terminals);
    const to = victim === 'pcscd' && this.#seat ? this.#seat.at : chosen;
    const delayMs = this.#chance.between(0, MOST_MS);
    const where = `move ${number}, ${victim} killed ${delayMs} ms after it began at ${to.name}`;
    try {
      const killedMs = await this.#kill(victim, to, delayMs);
      await seesOwn(to, 'ann');
      this.#kills[victim]++;
      const tookMs = performance.now() - killedMs;
      this.#worstMs[victim] = Math.max(this.#worstMs[victim], tookMs);
      onMove(where, tookMs, this.#house);
      this.#at = to;
      await this.#check(number);
      if (victim === 'pcscd') await this.#seat?.remove();
    } catch (cause) {
      throw new Error(`${where}: ${(cause as Error).message}`, { cause });
    }
  }

  /** Each once in random order, then each again. */
  #nextVictim(): Victim {
    if (this.#due.length === 0) this.#due = [...this.#victims];
    const [victim] = this.#due.splice(this.#chance.between(0, this.#due.length - 1), 1);
    return victim as Victim;
  }

  /** Card and password out of the way, nothing is left but the session; after its end, nothing at all. */
  async end(): Promise<Omit<KillReport, 'seconds'>> {
    const house = this.#house;
    this.#pullAll();
    await eventually(() => this.#left(1), 20_000);
    const recorded = [...this.#terminals, ...(this.#seat ? [this.#seat.at] : [])];
    const views = recorded.flatMap(({ recorder }) => recorder.views);
    const { leaks } = judge(views, () => personOf(this.#user));
    await house.wradm('session', 'kill', this.#session);
    await eventually(() => this.#left(0), 20_000);
    if (programsOf(this.#user, 'foot').length > 0) throw new Error('foot is left');
    return { kills: this.#kills, worstMs: this.#worstMs, leaks };
  }

  async #kill(victim: Victim, to: RecordedTerminal, delayMs: number): Promise<number> {
    switch (victim) {
      case 'wrsrvd':
        await this.#begin(to);
        await wait(delayMs);
        return this.#restart(
          () => this.#house.killServer(),
          () => this.#house.startServer(),
        );
      case 'wrsessd':
        await this.#begin(to);
        await wait(delayMs);
        return this.#restart(
          () => {
            for (const pid of pamsOf(this.#house)) this.#orphans.add(pid);
            return this.#house.sessd.kill();
          },
          () => this.#house.sessd.start(),
        );
      case 'wrlogin':
      case 'wrpam':
        return this.#killLogin(victim, to, delayMs);
      case 'wrclient':
        return this.#killTerminal(to, delayMs);
      case 'pcscd':
        return this.#killPcscd(to, delayMs);
      default:
        return victim satisfies never;
    }
  }

  async #restart(kill: () => Promise<void>, start: () => Promise<unknown>): Promise<number> {
    await kill();
    const killedMs = performance.now();
    await start();
    return killedMs;
  }

  /** Locked at its terminal, the session asks for a password: the greeter or the login is killed, and tried again. */
  async #killLogin(victim: 'wrlogin' | 'wrpam', to: RecordedTerminal, delayMs: number) {
    const { terminal } = to;
    await this.#begin(to);
    await seesOwn(to, 'ann');
    await this.#house.wradm('session', 'lock', this.#session);
    await terminal.shows('greeter');
    const pids = await eventually(() => {
      const found =
        victim === 'wrlogin' ? processesOf(this.#house, 'wrlogin') : loginsOf(this.#house);
      if (found.length === 0) throw new Error(`no ${victim}`);
      return found;
    });
    await wait(delayMs);
    killAll(pids);
    const killedMs = performance.now();
    await this.#unlock(to);
    return killedMs;
  }

  /** What a person does: looks for a field, types, and does so again when it did not help. */
  async #unlock({ terminal }: RecordedTerminal): Promise<void> {
    await eventually(async () => {
      await terminal.shows('greeter');
      await terminal.until('a field', hasButton);
      await terminal.settled();
      terminal.type(PASSWORD);
      terminal.press('Enter');
      await eventually(() => {
        if (terminal.showing.what !== 'session') throw new Error('the password did not help');
      }, 3000);
    }, 30_000);
  }

  /** A real wrclient takes the session and is killed on the way or with it. */
  async #killTerminal(to: RecordedTerminal, delayMs: number): Promise<number> {
    const house = this.#house;
    const args = ['--server', house.address, '--pin', house.fingerprint, '--display', 'headless'];
    args.push('--size', '640x480', '--state-dir', house.file('wrclient'), '--name', 'kiosk');
    args.push('--reader', 'none', '--software-token', house.file('ann'));
    const wrclient = new Program('firmware/main.js', args);
    await house.server.says(/"name":"kiosk"[^\n]*terminal let in/, 'stderr');
    await wait(delayMs);
    await wrclient.stop('SIGKILL');
    const killedMs = performance.now();
    await this.#begin(to);
    return killedMs;
  }

  async #killPcscd({ terminal }: RecordedTerminal, delayMs: number): Promise<number> {
    this.#pullAll();
    await this.#seat?.insert();
    await wait(delayMs);
    await this.#seat?.killPcscd();
    const killedMs = performance.now();
    await terminal.shows('page');
    await this.#seat?.startPcscd();
    return killedMs;
  }

  /** The card goes from where it is to another terminal, or in again at the same one. */
  async #begin(to: RecordedTerminal): Promise<void> {
    this.#pullAll();
    // What is shown until the removal has come back must not be taken for what follows.
    await to.terminal.shows('page');
    to.tokens[0]?.insert();
  }

  #pullAll(): void {
    for (const { tokens } of this.#terminals) tokens[0]?.remove();
  }

  /** The same application with all that was ever typed into it. */
  async #check(move: number): Promise<void> {
    const line = `move ${move}\n`;
    this.#typed += line;
    this.#at?.terminal.type(line);
    const home = findAccount(this.#user)?.home ?? '';
    await eventually(() => {
      const typed = readFileSync(join(home, 'typed'), 'utf8');
      if (typed !== this.#typed)
        throw new Error(
          `typed ${JSON.stringify(this.#typed.slice(-60))}, there is ${JSON.stringify(typed.slice(-60))}`,
        );
    });
    const pids = programsOf(this.#user, 'foot').join();
    if (pids !== String(this.#application))
      throw new Error(`foot was ${this.#application} and is ${pids}`);
  }

  /** @throws Error when there is more or less than so many sessions need */
  #left(sessions: number): void {
    const house = this.#house;
    const pams = new Set([...pamsOf(house), ...[...this.#orphans].filter(lives)]);
    const found = {
      wrcomp: processesOf(house, 'wrcomp').length,
      wrlogin: processesOf(house, 'wrlogin').length,
      wrpam: pams.size,
      greeters: readdirSync(house.file('rund/greeter')).length,
      control: readdirSync(house.file('run/control')).length,
      links: readdirSync(house.file('run/links')).length,
    };
    const { wrlogin, greeters, ...each } = found;
    if (wrlogin > 0 || greeters > 0 || Object.values(each).some((count) => count !== sessions))
      throw new Error(`${sessions} sessions should run; there is ${JSON.stringify(found)}`);
  }
}

const zeros = () => Object.fromEntries(VICTIMS.map((name) => [name, 0])) as Record<Victim, number>;

/** Servers that come back must be where terminals look for them. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
