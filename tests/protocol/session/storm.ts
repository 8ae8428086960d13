import fc from 'fast-check';
import { createSession } from '../../../protocol/session/begin.ts';
import type { SessionEvent } from '../../../protocol/session/event.ts';
import { type FloorEffect, SessionFloor } from '../../../protocol/session/floor.ts';
import type { Place } from '../../../protocol/session/place.ts';
import type { SessionPolicy } from '../../../protocol/session/policy.ts';
import {
  candidateOf,
  isShown,
  type Live,
  ownerOf,
  type SessionState,
  type TimerName,
} from '../../../protocol/session/state.ts';
import { acceptedProofs } from '../../../protocol/session/unlock.ts';

const TERMINALS = ['hall', 'lab', 'office'];
const SESSIONS = ['ann', 'ben', 'cy'];

/** One thing that happens in a storm; the numbers choose among what is there at that moment. */
export type Command =
  | { kind: 'card'; session: string; terminal: string }
  | { kind: 'pull'; session: string; terminal: string }
  | { kind: 'prove'; terminal: string; proof: number }
  | { kind: 'reconnect' | 'lost'; terminal: string }
  | { kind: 'event'; session: string; terminal: string; type: SessionEvent['type']; proof: number }
  | { kind: 'fire'; choice: number }
  | { kind: 'wait'; ms: number };

const session = fc.constantFrom(...SESSIONS);
const terminal = fc.constantFrom(...TERMINALS);
const type = fc.constantFrom<SessionEvent['type']>(
  'started',
  'authenticated',
  'authenticated',
  'authenticated',
  'login',
  'attachFailed',
  'replaced',
  'activity',
  'lock',
  'unlock',
  'adminDetach',
  'leave',
  'givenUp',
  'adminMove',
);
const end = fc.constantFrom<SessionEvent['type']>('logout', 'compositorEnded', 'adminKill');

export const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('card' as const), session, terminal }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('pull' as const), session, terminal }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom('reconnect' as const, 'lost' as const),
        terminal,
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant('prove' as const), terminal, proof: fc.nat(3) }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('event' as const),
        session,
        terminal,
        type,
        proof: fc.nat(3),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('event' as const),
        session,
        terminal,
        type: end,
        proof: fc.constant(0),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('fire' as const), choice: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(2000) }) },
  ),
  { minLength: 30, maxLength: 120, size: 'max' },
);

/** What the world looks like to somebody who knows nothing but the effects, and what must never be seen in it. */
export class Witness {
  /** By connection: the session whose pixels it gets. */
  readonly showing = new Map<string, { session: string; terminal: string }>();
  readonly timers = new Map<string, Set<TimerName>>();
  /** Connection and session that have proved themselves since they were last asked to. */
  readonly proven = new Set<string>();
  readonly asked = new Set<string>();
  readonly ended = new Set<string>();
  attachments = 0;

  see({ session, effect }: FloorEffect): void {
    const timers = this.timers.get(session) ?? new Set();
    this.timers.set(session, timers);
    switch (effect.type) {
      case 'attach':
        return this.#attached(session, effect.place);
      case 'release': {
        const was = this.showing.get(effect.place.connection);
        must(was?.session === session, 'released what was not shown');
        this.showing.delete(effect.place.connection);
        return;
      }
      case 'blank':
        return must(!this.showing.has(effect.place.connection), 'blanked before it was released');
      case 'authenticate':
        this.asked.add(key(session, effect.place));
        return;
      case 'endAuthentication':
        must(!this.showing.has(effect.place.connection), 'asked and shown at once');
        this.asked.delete(key(session, effect.place));
        return;
      case 'startTimer':
        must(effect.afterMs >= 0, 'a timer in the past');
        must(!timers.has(effect.timer), `${effect.timer} was started twice`);
        timers.add(effect.timer);
        return;
      case 'stopTimer':
        must(timers.delete(effect.timer), `${effect.timer} was stopped but did not run`);
        return;
      case 'destroy':
        must(timers.size === 0, `timers outlive the session: ${[...timers]}`);
        must(!this.#shown(session), 'ended while it was shown');
        must(!this.ended.has(session), 'ended twice');
        this.ended.add(session);
        return;
      default:
        return;
    }
  }

  #attached(session: string, place: Place): void {
    this.attachments++;
    must(!this.#shown(session), `${session} has two owners`);
    const { terminal } = place;
    const taken = [...this.showing.values()].some((shown) => shown.terminal === terminal);
    must(!taken, `${terminal} shows two sessions`);
    must(this.proven.delete(key(session, place)), `${session} attached without a proof`);
    must(!this.ended.has(session), 'attached after its end');
    this.asked.delete(key(session, place));
    this.showing.set(place.connection, { session, terminal });
  }

  #shown(session: string): boolean {
    return [...this.showing.values()].some((shown) => shown.session === session);
  }
}

/** Drives a floor with everything that people, cards, networks and administrators do. */
export class Storm {
  readonly floor = new SessionFloor();
  readonly witness = new Witness();
  readonly #connections = new Map(TERMINALS.map((name) => [name, 0]));
  readonly #policy: SessionPolicy;
  nowMs = 1_000_000;

  constructor(policy: SessionPolicy) {
    this.#policy = policy;
    for (const id of SESSIONS) this.#create(id);
  }

  run(command: Command): void {
    switch (command.kind) {
      case 'card':
        if (!this.floor.get(command.session)) this.#create(command.session);
        return this.#at(command.session, command.terminal, 'attach', 0);
      case 'pull':
        return this.#see(
          this.floor.handleAt({
            type: 'cardRemoved',
            place: this.place(command.terminal),
            token: command.session,
            atMs: this.nowMs,
          }),
        );
      case 'prove': {
        const { terminal, proof } = command;
        for (const { id } of [...this.floor.sessions()].filter((state) => asksAt(state, terminal)))
          this.#at(id, terminal, 'authenticated', proof);
        return;
      }
      case 'lost':
      case 'reconnect':
        return this.#lose(command.terminal, command.kind === 'lost');
      case 'event':
        return this.#at(command.session, command.terminal, command.type, command.proof);
      case 'fire':
        return void this.fire(command.choice);
      case 'wait':
        this.nowMs += command.ms;
    }
  }

  place(terminal: string): Place {
    return { terminal, connection: `${terminal}/${this.#connections.get(terminal)}` };
  }

  /** Lets one of the timers run out; false when none runs. */
  fire(choice: number): boolean {
    const running = [...this.witness.timers].flatMap(([id, timers]) =>
      [...timers].map((timer) => [id, timer] as const),
    );
    const due = running[choice % Math.max(running.length, 1)];
    if (!due) return false;
    const [id, timer] = due;
    this.witness.timers.get(id)?.delete(timer);
    this.#see(this.floor.handle(id, { type: 'timerFired', timer, atMs: this.nowMs }));
    return true;
  }

  /** Two of the three are up already, so that storms get far. */
  #create(id: string): void {
    this.witness.ended.delete(id);
    this.#see(this.floor.add(createSession(id, this.#policy, this.nowMs)));
    if (id !== 'cy') this.#see(this.floor.handle(id, { type: 'started', atMs: this.nowMs }));
  }

  #lose(terminal: string, noticed: boolean): void {
    const place = this.place(terminal);
    this.#connections.set(terminal, (this.#connections.get(terminal) ?? 0) + 1);
    if (noticed) this.#see(this.floor.handleAt({ type: 'terminalLost', place, atMs: this.nowMs }));
  }

  #at(id: string, terminal: string, type: SessionEvent['type'], choice: number): void {
    const place = this.place(terminal);
    this.#noteProof(id, place, type, choice);
    const atMs = this.nowMs;
    this.#see(this.floor.handle(id, eventOf(type, id, place, choice, atMs, this.#attachment(id))));
    // A proof that was not made use of at once must not serve later.
    const state = this.floor.get(id);
    const waits = state && candidateOf(state)?.proof;
    if (!waits) this.witness.proven.delete(key(id, place));
  }

  #attachment(id: string): number {
    const state = this.floor.get(id);
    return (state && ownerOf(state)?.attachment) ?? 0;
  }

  #noteProof(id: string, place: Place, type: SessionEvent['type'], choice: number): void {
    const state = this.floor.get(id);
    if (!state || state.name === 'destroyed') return;
    const accepted = acceptedProofs(state, this.nowMs);
    const shows = type === 'authenticated' || type === 'login';
    const candidate = candidateOf(state);
    const awaited = type === 'login' || candidate?.place.connection === place.connection;
    const enough = shows && awaited && accepted.includes(proofOf(choice));
    const free =
      accepted.includes('nothing') && (type === 'attach' || type === 'adminMove' || shows);
    if (enough || free) this.witness.proven.add(key(id, place));
  }

  #see(effects: FloorEffect[]): void {
    for (const effect of effects) this.witness.see(effect);
    for (const state of this.floor.sessions()) {
      const owner = ownerOf(state);
      const shown = [...this.witness.showing].filter(([, { session }]) => session === state.id);
      must(shown.length === (owner ? 1 : 0), `${state.id}: the state does not tell the truth`);
      if (state.name !== 'destroyed') checkTimers(state);
      if (owner)
        must(shown[0]?.[0] === owner.place.connection, 'another owner than the state says');
    }
  }
}

/** A timer runs only while what it limits goes on. */
function checkTimers(state: Live): void {
  const { timers, candidate } = state;
  must(!timers.has('idle') || isShown(state), 'idle runs though nobody watches');
  must(timers.has('suspended') === (state.name === 'suspended'), 'suspended runs wrongly');
  must(timers.has('start') === (state.name === 'created'), 'start runs wrongly');
  must(timers.has('login') === (candidate?.proof === null), 'login runs wrongly');
  must(timers.has('lifetime'), 'the lifetime does not run');
}

const asksAt = (state: SessionState, terminal: string) =>
  candidateOf(state)?.place.terminal === terminal;

function eventOf(
  type: SessionEvent['type'],
  id: string,
  place: Place,
  choice: number,
  atMs: number,
  attachment: number,
): SessionEvent {
  const proof = proofOf(choice);
  switch (type) {
    case 'attach':
      return { type, place, token: id, atMs };
    case 'authenticated':
    case 'login':
      return { type, place, proof, atMs };
    case 'attachFailed':
      return { type, attachment: attachment - (choice % 2), atMs };
    case 'terminalLost':
    case 'replaced':
    case 'givenUp':
      return { type, place, atMs };
    case 'cardRemoved':
      return { type, place, token: id, atMs };
    case 'lock':
    case 'adminDetach':
    case 'adminKill':
      return { type, by: 'admin', atMs };
    case 'adminMove':
      return { type, place, by: 'admin', atMs };
    case 'unlock':
      return { type, proof, atMs };
    case 'compositorEnded':
      return { type, how: 'SIGSEGV', atMs };
    case 'timerFired':
      return { type, timer: 'idle', atMs };
    default:
      return { type, atMs };
  }
}

const proofOf = (choice: number) =>
  (['pam', 'pin', 'cardKey', 'pam'] as const)[choice % 4] ?? 'pam';
const key = (session: string, place: Place) => `${session}@${place.connection}`;

function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}
