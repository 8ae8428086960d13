import { ByeCode } from '../../../protocol/generated/control.ts';
import type { Link } from '../../../protocol/link/link.ts';
import { hostOf } from '../../../protocol/link/network.ts';
import {
  boundsFor,
  type Place as StrangerPlace,
  Strangers,
} from '../../../protocol/link/strangers.ts';
import type { Place } from '../../../protocol/session/place.ts';
import type { TokenHash } from '../../registry/records.ts';
import type { Registry } from '../../registry/registry.ts';
import type { DeskPort, Desks, FloorPort } from '../floor/ports.ts';
import type { Admit, Terminal } from '../terminal.ts';
import { Desk } from './desk.ts';
import { audit, type DeskDeps } from './desk-deps.ts';
import { FailedLogins } from './failed-logins.ts';
import { Pace } from './pace.ts';
import { Paces } from './paces.ts';
import { type Standing, standingOf, TerminalAdmission } from './terminal-admission.ts';
import { ToldOnce } from './told-once.ts';
import { type ConnectSession, TerminalView } from './view.ts';
import { WaitingTerminal } from './waiting-terminal.ts';

/** Terminals that wait for an administrator: each costs a connection, and strangers can make them. */
const MAX_WAITING = 64;
/** Of those who wait, so many at once and one in 10 s are events: strangers must not push others out of the log. */
const RECORDED = [20, 10_000] as const;

/** Cards of one terminal that are looked up: so many at once, and two a second. */
const LOOKUPS = [20, 500] as const;

export interface HouseDesksDeps
  extends Omit<DeskDeps, 'floor' | 'registry' | 'lookups' | 'failedLogins'> {
  readonly registry: Registry;
  /** To a session's compositor; over its Unix socket if absent. */
  readonly connect?: ConnectSession;
}

/** A terminal that is connected: at its desk, or waiting. */
interface Present {
  readonly terminal: Terminal;
  /** One for the connection, since views are counted over it. */
  readonly view: TerminalView;
  /** As it calls itself. */
  readonly ownName: string;
  readonly told: ToldOnce;
  /** Its place among those who wait. */
  waitsAt: StrangerPlace | null;
  at: Desk | WaitingTerminal | null;
}

/** All terminals of the house, by connection. */
export class HouseDesks implements Desks {
  readonly #deps: HouseDesksDeps;
  readonly #admission: TerminalAdmission;
  readonly #standings = new WeakMap<Link, Standing>();
  readonly #present = new Map<string, Present>();
  readonly #waiting = new Strangers(boundsFor(MAX_WAITING));
  readonly #lookups: Paces;
  readonly #failedLogins: FailedLogins;
  readonly #recorded: Pace;
  readonly #codes: Pace;
  #floor: FloorPort | null = null;

  constructor(deps: HouseDesksDeps) {
    this.#deps = deps;
    this.#lookups = new Paces(...LOOKUPS, deps.clock.nowMs);
    this.#failedLogins = new FailedLogins(deps.clock, (event) => audit(deps, event));
    this.#recorded = new Pace(...RECORDED, deps.clock.nowMs);
    this.#codes = new Pace(...RECORDED, deps.clock.nowMs);
    this.#admission = new TerminalAdmission(deps.registry, deps.policy.admission, deps.attempts);
  }

  /** Call once, before the first terminal comes. */
  open(floor: FloorPort): void {
    this.#floor = floor;
  }

  at(place: Place): DeskPort | null {
    const at = this.#present.get(place.connection)?.at;
    return at instanceof Desk && at.place.terminal === place.terminal ? at : null;
  }

  *all(): Generator<DeskPort> {
    for (const { at } of this.#present.values()) if (at instanceof Desk) yield at;
  }

  /** For `greet`: who may stay, be it only to wait. */
  readonly admit: Admit = async (link, hello) => {
    const { fingerprint, address } = link.peer;
    if (fingerprint === null) return { admitted: false, message: 'a terminal needs a certificate' };
    const { terminalName: name, credential } = hello;
    const standing = await this.#admission.decide({ fingerprint, name, credential, address });
    if (standing.kind === 'refused') return { admitted: false, ...standing };
    this.#standings.set(link, standing);
    return { admitted: true, why: standing.kind };
  };

  /** A terminal was let in: by `admit`, or by somebody else who knows that it may be used. */
  come(terminal: Terminal): void {
    const ownName = terminal.hello.terminalName;
    const name = ownName || terminal.id;
    const standing = this.#standings.get(terminal.link) ?? { kind: 'approved', name };
    for (const [connection, { terminal: before }] of this.#present) {
      if (before.id !== terminal.id) continue;
      this.#leave(connection);
      before.link.close(ByeCode.replaced, 'the terminal has connected anew');
    }
    const view = new TerminalView(terminal, this.#deps.connect);
    const told = new ToldOnce();
    const present: Present = { terminal, view, ownName, told, waitsAt: null, at: null };
    this.#present.set(terminal.connection, present);
    terminal.onClosed = () => this.#leave(terminal.connection);
    if (standing.kind === 'approved' && standing.enrolled)
      this.#audit('terminal-enrolled', terminal, standing.name);
    this.#place(present, standing);
  }

  /** Terminals were approved, revoked or removed: what that means for those that are here happens now. */
  async terminalsChanged(): Promise<void> {
    await Promise.all([...this.#present.values()].map((present) => this.#lookAgain(present)));
  }

  /** A token was registered or removed. */
  tokenChanged(hash: TokenHash): void {
    for (const { at } of this.#present.values()) if (at instanceof Desk) at.tokenChanged(hash);
  }

  /** The server ends: every terminal is told. Resolves when their links are closed. */
  async close(reason: string): Promise<void> {
    const links = [...this.#present.values()].map(({ terminal }) => terminal.link);
    for (const connection of [...this.#present.keys()]) this.#leave(connection);
    for (const link of links) link.close(ByeCode.shutdown, reason);
    await Promise.all(links.map((link) => new Promise<void>((done) => link.onClose(() => done()))));
  }

  async #lookAgain(present: Present): Promise<void> {
    const { terminal, ownName, at } = present;
    const { fingerprint, address } = terminal.link.peer;
    if (fingerprint === null) return;
    const standing = await this.#standingNow(fingerprint, ownName, address, at).catch(
      (error: Error) => {
        terminal.log.error({ reason: error.message }, 'a terminal could not be looked up');
        return null;
      },
    );
    // It may have moved on meanwhile.
    if (!standing || present.at !== at || terminal.link.closed) return;
    this.#place(present, standing);
  }

  async #standingNow(
    fingerprint: string,
    name: string,
    address: string,
    at: Present['at'],
  ): Promise<Standing | null> {
    const record = await this.#deps.registry.terminals.byFingerprint(fingerprint);
    if (record) return standingOf(record);
    // The name may be free now.
    if (at instanceof WaitingTerminal && at.reason === 'conflict')
      return this.#admission.decide({ fingerprint, name, credential: '', address });
    const message = 'the terminal was removed';
    return { kind: 'refused', message, code: 0 };
  }

  #place(present: Present, standing: Standing): void {
    const { terminal, at } = present;
    if (standing.kind === 'refused') {
      this.#leave(terminal.connection);
      return terminal.link.close(ByeCode.refused, standing.message);
    }
    if (standing.kind === 'approved') {
      if (!(at instanceof Desk)) this.#seat(present, standing.name);
      return;
    }
    if (at instanceof WaitingTerminal && at.reason === standing.kind) return;
    this.#clear(present);
    const { kind, name } = standing;
    if (this.#recorded.take()) this.#audit(`terminal-${kind}`, terminal, name);
    present.waitsAt ??= this.#waiting.enter(hostOf(terminal.link.peer.address), () => {
      this.#leave(terminal.connection);
      terminal.link.close(ByeCode.refused, 'too many terminals wait to be approved');
    });
    const { view } = present;
    present.at = new WaitingTerminal(terminal, view, kind, name, this.#deps, this.#codes);
    terminal.onControl = (message) => present.told.note(message);
  }

  #seat(present: Present, name: string): void {
    this.#clear(present);
    present.waitsAt?.leave();
    present.waitsAt = null;
    const { terminal } = present;
    const floor = this.#floor;
    if (!floor) throw new Error('a terminal came before the house was open');
    const desk = new Desk(terminal, present.view, name, {
      ...this.#deps,
      floor,
      lookups: this.#lookups,
      failedLogins: this.#failedLogins,
    });
    present.at = desk;
    floor.terminalCame(desk);
    desk.idle();
    this.#catchUp(present);
  }

  /** The desk hears what still counts, and then all that comes. */
  #catchUp({ terminal, told }: Present): void {
    const receive = terminal.onControl;
    for (const message of told.all) receive(message);
    terminal.onControl = (message) => {
      told.note(message);
      receive(message);
    };
  }

  #leave(connection: string): void {
    const present = this.#present.get(connection);
    if (!present) return;
    this.#clear(present);
    present.view[Symbol.dispose]();
    present.waitsAt?.leave();
    this.#present.delete(connection);
  }

  /** What it showed is gone before the floor hears of it. */
  #clear(present: Present): void {
    const { at } = present;
    present.at = null;
    at?.[Symbol.dispose]();
    if (at instanceof Desk) this.#floor?.terminalLost(at.place);
  }

  #audit(kind: string, terminal: Terminal, name: string): void {
    const details = { name, connection: terminal.connection, address: terminal.link.peer.address };
    audit(this.#deps, { kind, terminal: terminal.id, details });
  }
}
