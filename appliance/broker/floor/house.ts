import { SessionWish } from '../../../protocol/generated/control.ts';
import type { Logger } from '../../../protocol/node/log.ts';
import type { Effect } from '../../../protocol/session/effect.ts';
import type { SessionEvent } from '../../../protocol/session/event.ts';
import { type FloorEffect, SessionFloor } from '../../../protocol/session/floor.ts';
import type { Place } from '../../../protocol/session/place.ts';
import type { Proof, SessionPolicy } from '../../../protocol/session/policy.ts';
import { isShown, type Live, type Owner, type Shown } from '../../../protocol/session/state.ts';
import type { Step } from '../../../protocol/session/transition.ts';
import type { Details } from '../../registry/records.ts';
import { recordOf } from '../../registry/session-record.ts';
import type { SessdPort } from '../sessd/client.ts';
import { auditOf } from './audit.ts';
import type { Ledger } from './ledger.ts';
import { LEAVE_PAGES } from './pages.ts';
import type { Desks } from './ports.ts';
import { SessionTimers } from './timers.ts';
import type { SessionWatch, StartWatch } from './watch.ts';

export interface HouseDeps {
  readonly desks: Desks;
  readonly sessd: SessdPort;
  readonly ledger: Ledger;
  readonly policy: SessionPolicy;
  /** The session of those who choose none; null: as session.toml says. */
  readonly defaultChoice: string | null;
  readonly log: Logger;
  readonly watch: StartWatch;
  /** Wall clock. */
  readonly nowMs: () => number;
}

/** What the machine does not know about a session. */
export interface Facts {
  readonly id: string;
  readonly user: string;
  readonly details: Details;
  /** Its compositor's socket; null until it runs. */
  socket: string | null;
  watch: SessionWatch | null;
  /** Locked where it is shown: somebody there is asked to prove who they are, and its picture is away. */
  covered: boolean;
}

/** Without a clock: the house has one. */
type Happening = SessionEvent extends infer E
  ? E extends SessionEvent
    ? Omit<E, 'atMs'>
    : never
  : never;
type AtTerminal = Extract<Happening, { type: 'cardRemoved' | 'terminalLost' }>;

interface Pending {
  readonly session: string;
  readonly facts: Facts | undefined;
  readonly effect: Effect;
}

/** All sessions of the host: hands events to the machine, and carries out what it says, in order. */
export class House {
  readonly #deps: HouseDeps;
  readonly #floor = new SessionFloor();
  readonly #facts = new Map<string, Facts>();
  readonly #byUser = new Map<string, string>();
  readonly #timers: SessionTimers;
  readonly #queue: Pending[] = [];
  #carrying = false;

  constructor(deps: HouseDeps) {
    this.#deps = deps;
    this.#timers = new SessionTimers((session, timer) =>
      this.handle(session, { type: 'timerFired', timer }),
    );
  }

  get(session: string): Live | null {
    const state = this.#floor.get(session);
    return state && state.name !== 'destroyed' ? state : null;
  }

  facts(session: string): Facts | null {
    return this.#facts.get(session) ?? null;
  }

  /** The one session of a user. */
  ofUser(user: string): string | null {
    return this.#byUser.get(user) ?? null;
  }

  ids(): readonly string[] {
    return [...this.#facts.keys()];
  }

  shownAt(terminal: string): Shown | null {
    const state = this.#floor.shownAt(terminal);
    return state && isShown(state) ? state : null;
  }

  /** Takes in a session that was created or found. */
  add(step: Step, facts: Facts): void {
    this.#facts.set(facts.id, facts);
    this.#byUser.set(facts.user, facts.id);
    this.#see(this.#floor.add(step), [facts.id]);
  }

  handle(session: string, happening: Happening): void {
    const event = { ...happening, atMs: this.#deps.nowMs() } as SessionEvent;
    this.#see(this.#floor.handle(session, event), [session]);
  }

  handleAt(happening: AtTerminal): void {
    const event = { ...happening, atMs: this.#deps.nowMs() };
    this.#see(this.#floor.handleAt(event), []);
  }

  /** A session's compositor runs; whether it answers is told by its watch. */
  runs(session: string, socket: string): void {
    const facts = this.#facts.get(session);
    if (!facts || facts.socket !== null) return;
    facts.socket = socket;
    const log = this.#deps.log.child({ session });
    facts.watch = this.#deps.watch(
      socket,
      {
        onUp: (locked) => this.#answers(facts, locked),
        onActivity: () => this.handle(session, { type: 'activity' }),
        onWish: (wish) => this.#wishes(session, wish),
        onGone: (how) => this.handle(session, { type: 'compositorEnded', how }),
      },
      log,
    );
  }

  /** Somebody at the terminal that shows it has proved who they are. */
  unlock(session: string, proof: Proof): void {
    this.handle(session, { type: 'unlock', proof });
    const state = this.get(session);
    const facts = this.#facts.get(session);
    if (!state || !isShown(state) || !facts?.covered) return;
    if (state.lock !== 'none') return this.#askToUnlock(session);
    facts.covered = false;
    this.#attach(session, state.owner);
  }

  /** Sessions run on; nobody is told anything. */
  [Symbol.dispose](): void {
    this.#timers[Symbol.dispose]();
    for (const facts of this.#facts.values()) facts.watch?.[Symbol.dispose]();
  }

  #answers({ id, watch }: Facts, locked: boolean): void {
    const state = this.get(id);
    if (!state) return;
    if (state.lock !== 'none' && !locked) watch?.send({ type: 'LockSession' });
    if (state.lock === 'none' && locked) {
      if (isShown(state)) watch?.send({ type: 'UnlockSession' });
      // A lock that the wrsrvd before us did not live to write down.
      else this.handle(id, { type: 'lock', by: 'found locked' });
    }
    this.handle(id, { type: 'started' });
  }

  #wishes(session: string, wish: number): void {
    switch (wish) {
      case SessionWish.logout:
        return this.handle(session, { type: 'logout' });
      case SessionWish.lock:
        return this.handle(session, { type: 'lock', by: 'user' });
      case SessionWish.detach:
        return this.handle(session, { type: 'leave' });
      default:
        return;
    }
  }

  /** A desk may call back while effects are carried out: what follows from that comes after them. */
  #see(effects: readonly FloorEffect[], touched: readonly string[]): void {
    for (const { session, effect } of effects)
      this.#queue.push({ session, effect, facts: this.#facts.get(session) });
    const changed = new Set([...touched, ...effects.map(({ session }) => session)]);
    if (!this.#carrying) this.#carryAll();
    for (const session of changed) this.#write(session);
  }

  #carryAll(): void {
    this.#carrying = true;
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#carry(next);
    } finally {
      this.#carrying = false;
    }
  }

  #carry({ session, facts, effect }: Pending): void {
    const { desks, ledger } = this.#deps;
    switch (effect.type) {
      case 'release':
        return this.#release(session, effect.place, effect.attachment);
      case 'blank':
        // Part of the release.
        return;
      case 'tell': {
        const { page, detail } = LEAVE_PAGES[effect.reason];
        return desks.at(effect.place)?.page(page, detail);
      }
      case 'authenticate':
        return this.#authenticate(session, effect.place, effect);
      case 'endAuthentication':
        return desks.at(effect.place)?.endAuthentication();
      case 'attach':
        return this.#attach(session, effect);
      case 'lock':
        facts?.watch?.send({ type: 'LockSession' });
        return this.#askToUnlock(session);
      case 'unlock':
        facts?.watch?.send({ type: 'UnlockSession' });
        return;
      case 'startTimer':
        return this.#timers.start(session, effect.timer, effect.afterMs);
      case 'stopTimer':
        return this.#timers.stop(session, effect.timer);
      case 'destroy':
        return this.#destroy(session, effect.reason);
      case 'audit':
        this.#deps.log.info({ session, ...effect.what }, 'session');
        return ledger.audit(auditOf(session, facts?.user ?? '', effect.what));
      default:
        return effect satisfies never;
    }
  }

  #release(session: string, place: Place, attachment: number): void {
    const facts = this.#facts.get(session);
    const desk = this.#deps.desks.at(place);
    desk?.release(session, attachment);
    if (facts?.covered) desk?.endAuthentication();
    if (facts) facts.covered = false;
  }

  #attach(session: string, { place, token, attachment }: Owner): void {
    const { socket, watch } = this.#facts.get(session) ?? {};
    const desk = this.#deps.desks.at(place);
    watch?.ask();
    if (desk && socket) return desk.show({ sessionId: session, socket, attachment, token });
    // The machine must not believe that it is seen; what follows comes after this effect's own batch.
    queueMicrotask(() => this.handle(session, { type: 'attachFailed', attachment }));
  }

  #authenticate(
    session: string,
    place: Place,
    { token, accepts }: Pick<Effect & { type: 'authenticate' }, 'token' | 'accepts'>,
  ): void {
    const facts = this.#facts.get(session);
    if (!facts) return;
    this.#deps.desks.at(place)?.authenticate({
      session,
      user: facts.user,
      token,
      accepts: accepts.filter((proof) => proof !== 'nothing'),
      unlock: facts.socket !== null,
    });
  }

  /**
   * Locked where it is shown. A card that still lies there must not unlock it by itself at once; taken out and inserted
   * again it is asked like any other.
   */
  #askToUnlock(session: string): void {
    const state = this.#floor.get(session);
    if (!state || !isShown(state) || state.lock === 'none') return;
    const { always } = this.#deps.policy.unlock;
    const { place, token } = state.owner;
    if (always.includes('nothing')) this.handle(session, { type: 'unlock', proof: 'nothing' });
    else {
      const facts = this.#facts.get(session);
      if (facts) facts.covered = true;
      const accepts = always.filter((proof) => proof !== 'cardKey');
      this.#authenticate(session, place, { token, accepts });
    }
  }

  #destroy(session: string, reason: string): void {
    const facts = this.#facts.get(session);
    if (!facts) return;
    this.#facts.delete(session);
    if (this.#byUser.get(facts.user) === session) this.#byUser.delete(facts.user);
    facts.watch?.send({ type: 'Shutdown', reason });
    facts.watch?.[Symbol.dispose]();
    this.#deps.sessd.logout(session, reason);
    this.#deps.ledger.remove(session);
  }

  #write(session: string): void {
    const facts = this.#facts.get(session);
    const state = this.#floor.get(session);
    if (!facts || !state || state.name === 'destroyed') return;
    const { user, details } = facts;
    const { revision: _, ...draft } = recordOf(state, {
      revision: 0,
      user,
      exclusive: true,
      details,
    });
    this.#deps.ledger.put(draft);
  }
}
