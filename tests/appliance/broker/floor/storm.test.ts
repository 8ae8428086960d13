import test from 'ava';
import fc from 'fast-check';
import { SessionWish } from '../../../../protocol/generated/control.ts';
import { isShown } from '../../../../protocol/session/state.ts';
import { type FakeDesk, Stage, turns } from './stage.ts';

const USERS = ['ann', 'ben', 'cy'];
const TERMINALS = ['hall', 'lab', 'office'];
const KINDS = [
  ...['insert', 'insert', 'insert', 'insert', 'pull', 'pull', 'prove', 'prove', 'prove', 'prove'],
  ...[
    'start',
    'start',
    'start',
    'start',
    'sessdBack',
    'wrongProof',
    'login',
    'settle',
    'settle',
    'startFails',
    'reconnect',
    'attachFails',
  ],
  ...['lockWish', 'leaveWish', 'logoutWish', 'dies', 'kill', 'givenUp', 'sessdAway', 'sessdBack'],
] as const;

const command = fc.record({
  kind: fc.constantFrom(...KINDS),
  user: fc.constantFrom(...USERS),
  terminal: fc.constantFrom(...TERMINALS),
});
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

/** Terminals and people that do whatever they like, each desk with at most one card. */
class Storm {
  readonly stage = new Stage();
  readonly desks = new Map<string, FakeDesk>();
  readonly cards = new Map<string, string>();
  /** Connections at which somebody has proved to be this user: with the card that lies there, or without a card. */
  readonly byCard = new Set<string>();
  readonly byLogin = new Set<string>();

  constructor() {
    for (const name of TERMINALS) this.#connect(name);
  }

  async run({ kind, user, terminal }: Command): Promise<void> {
    const { stage } = this;
    const { floor, sessd } = stage;
    const { house } = floor;
    const desk = this.#desk(terminal);
    const session = house.ofUser(user);
    switch (kind) {
      case 'insert':
        this.#pull(terminal);
        this.cards.set(terminal, user);
        stage.insert(desk, user);
        break;
      case 'pull':
        this.#pull(terminal);
        break;
      case 'prove':
        if (desk.asked)
          this.#prove(desk, desk.asked.accepts.includes('cardKey') ? 'cardKey' : 'pam');
        break;
      case 'wrongProof':
        if (desk.asked) {
          const how = { user: desk.asked.user, proof: 'nothing', login: null } as const;
          const more = { keyboard: null, sessionChoice: null };
          if (desk.asked.session)
            floor.authenticated(desk.place, desk.asked.session, { ...how, proof: 'pin', ...more });
        }
        break;
      case 'login': {
        this.byLogin.add(`${desk.place.connection} ${user}`);
        const who = { user, uid: 1000, proof: 'pam', login: sessd.proven(user) } as const;
        floor.loggedIn(desk.place, { ...who, token: null, keyboard: null, sessionChoice: null });
        break;
      }
      case 'start':
        if (desk.asked)
          this.#prove(desk, desk.asked.accepts.includes('cardKey') ? 'cardKey' : 'pam');
        await turns();
        while (sessd.starting > 0) await sessd.settle();
        break;
      case 'settle':
        await sessd.settle();
        break;
      case 'startFails':
        await sessd.settle('fail');
        break;
      case 'reconnect':
        stage.lose(desk);
        this.cards.delete(terminal);
        this.#connect(terminal);
        break;
      case 'attachFails':
        if (desk.shown) floor.attachFailed(desk.place, desk.shown.sessionId, desk.shown.attachment);
        break;
      case 'lockWish':
      case 'leaveWish':
      case 'logoutWish': {
        const wishes = { lockWish: 'lock', leaveWish: 'detach', logoutWish: 'logout' } as const;
        const watch = session ? stage.watches.get(session) : null;
        if (watch && !watch.gone) watch.listener.onWish(SessionWish[wishes[kind]]);
        break;
      }
      case 'dies':
        if (session && sessd.running.delete(session)) floor.onEnded(session, 'killed');
        break;
      case 'kill':
        if (session) house.handle(session, { type: 'adminKill', by: 'admin' });
        break;
      case 'givenUp':
        if (desk.asked) {
          const { session: asked } = desk.asked;
          desk.endAuthentication();
          floor.authenticationEnded(desk.place, asked);
        }
        break;
      case 'sessdAway':
        sessd.up = false;
        floor.onDown();
        break;
      case 'sessdBack':
        if (!sessd.up) {
          sessd.up = true;
          floor.onUp([...sessd.running.values()]);
        }
        break;
    }
    await turns();
    this.check();
  }

  /** One owner always, nobody sees what they have not proved to be theirs, and the desks agree with the machine. */
  check(): void {
    const { house } = this.stage.floor;
    const seen = new Set<string>();
    for (const [terminal, desk] of this.desks) {
      const { shown } = desk;
      if (!shown) continue;
      must(!seen.has(shown.sessionId), 'shown at two terminals');
      seen.add(shown.sessionId);
      const state = house.get(shown.sessionId);
      const user = house.facts(shown.sessionId)?.user;
      must(state && isShown(state), 'shows what is not shown');
      must(state.owner.place.connection === desk.place.connection, 'another owner');
      must(state.owner.attachment === shown.attachment, 'another attachment');
      const key = `${desk.place.connection} ${user}`;
      must(this.byCard.has(key) || this.byLogin.has(key), `${terminal} proved nothing`);
    }
    for (const id of house.ids()) {
      const state = house.get(id);
      const covered = house.facts(id)?.covered;
      if (state && isShown(state)) must(seen.has(id) !== covered, 'nobody shows a shown session');
      else must(!covered, 'covered, but not shown');
    }
  }

  /** In the end the registry says what is true. */
  async checkRecords(): Promise<void> {
    const { stage } = this;
    await stage.ledger.close();
    const records = await stage.registry.sessions.list();
    const { house } = stage.floor;
    must(records.length === house.ids().length, 'a record too many or too few');
    for (const record of records) {
      const state = house.get(record.id);
      must(state?.name === record.state && state.lock === record.lock, 'an old record');
      const owner = state && isShown(state) ? state.owner.place.terminal : null;
      must(record.terminal === owner, 'a record of another owner');
    }
  }

  #prove(desk: FakeDesk, proof: 'cardKey' | 'pam'): void {
    const proven = desk.asked?.token ? this.byCard : this.byLogin;
    proven.add(`${desk.place.connection} ${desk.asked?.user}`);
    this.stage.prove(desk, proof);
  }

  #pull(terminal: string): void {
    const user = this.cards.get(terminal);
    if (user === undefined) return;
    this.cards.delete(terminal);
    const desk = this.#desk(terminal);
    this.stage.pull(desk, user);
    this.byCard.delete(`${desk.place.connection} ${user}`);
  }

  #connect(name: string): void {
    this.desks.set(name, this.stage.desk(name));
  }

  #desk(name: string): FakeDesk {
    const desk = this.desks.get(name);
    if (!desk) throw new Error(name);
    return desk;
  }
}

test('whatever happens, a session has one owner who has proved it, and the records are true', async (t) => {
  t.timeout(120_000);
  const commands = fc.array(command, { minLength: 20, maxLength: 100, size: 'max' });
  let shows = 0;
  const property = fc.asyncProperty(commands, async (list) => {
    const storm = new Storm();
    await using stage = await storm.stage.open();
    for (const one of list) await storm.run(one);
    for (const desk of stage.desks.values())
      shows += desk.history.filter((what) => what === 'show').length;
    await storm.checkRecords();
  });
  await fc.assert(property, { numRuns: 200, endOnFailure: false });
  t.true(shows > 300, `storms get far (${shows})`);
});

function must(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Error(what);
}
