import { PageKind } from '../../../protocol/generated/control.ts';
import { type Place, samePlace } from '../../../protocol/session/place.ts';
import type { Proof } from '../../../protocol/session/policy.ts';
import { candidateOf, isShown, ownerOf } from '../../../protocol/session/state.ts';
import type { TokenHash } from '../../registry/records.ts';
import type { Registry } from '../../registry/registry.ts';
import type { RunningSession, SessdListener, StartedSession } from '../sessd/client.ts';
import { House, type HouseDeps } from './house.ts';
import { Openings } from './openings.ts';
import type { Authenticated, DeskPort, FloorPort, KnownToken } from './ports.ts';
import { Recovery } from './recovery.ts';

const STARTING = 'The server is starting. Your session comes in a moment.';
const AWAY = 'Nobody can log in at the moment. Running sessions are not affected.';

/** Which session is shown where: hears the desks and wrsessd, and has the machine decide. */
export class Floor implements FloorPort, SessdListener {
  readonly house: House;
  readonly #deps: HouseDeps;
  readonly #openings: Openings;
  readonly #recovery: Recovery;
  /** Cards that cannot be served before wrsessd is there, by connection. */
  readonly #waiting = new Map<string, { readonly place: Place; readonly token: KnownToken }>();
  /** wrsessd has told once which sessions run. */
  #complete = false;

  constructor(deps: HouseDeps) {
    this.#deps = deps;
    this.house = new House(deps);
    this.#openings = new Openings({ ...deps, house: this.house });
    this.#recovery = new Recovery({ ...deps, house: this.house });
  }

  /** Reads what was written by the wrsrvd before us; to be awaited before anything else happens. */
  load(registry: Registry): Promise<void> {
    return this.#recovery.load(registry);
  }

  // The desks.

  terminalCame(_desk: DeskPort): void {
    // It shows its idle page by itself; a card that lies in it is told by tokenInserted.
  }

  terminalLost(place: Place): void {
    this.#waiting.delete(place.connection);
    this.#openings.drop(place);
    this.house.handleAt({ type: 'terminalLost', place });
  }

  tokenInserted(place: Place, token: KnownToken): void {
    const { user } = token.record;
    this.#waiting.delete(place.connection);
    this.#openings.drop(place);
    const session = this.house.ofUser(user);
    if (session !== null)
      return this.house.handle(session, {
        ...({ type: 'attach', place, token: token.hash } as const),
        lies: token.lies ?? false,
      });
    if (this.#complete && this.#deps.sessd.up) return this.#openings.begin(place, user, token.hash);
    this.#waiting.set(place.connection, { place, token });
    this.#page(place, PageKind.busy, this.#complete ? AWAY : STARTING);
  }

  tokenRemoved(place: Place, token: TokenHash): void {
    this.#waiting.delete(place.connection);
    if (this.#openings.at(place)?.token === token && this.#openings.drop(place)) {
      this.#deps.desks.at(place)?.endAuthentication();
      this.#page(place, PageKind.cardRemoved);
    }
    this.house.handleAt({ type: 'cardRemoved', place, token });
  }

  loggedIn(place: Place, who: Authenticated & { readonly token: TokenHash | null }): void {
    const { user, proof, login, sessionChoice } = who;
    const waits = this.#openings.at(place);
    const token = who.token ?? (waits?.user === user ? waits.token : null);
    this.#openings.drop(place);
    const session = this.house.ofUser(user);
    if (session !== null) {
      if (login !== null) this.#deps.sessd.release(login);
      return this.#admit(place, session, proof, token);
    }
    if (login === null || !this.#complete) return this.#page(place, PageKind.busy, STARTING);
    this.#openings.open({ place, user, token, proof, login, sessionChoice });
  }

  authenticated(place: Place, session: string | null, how: Authenticated): void {
    if (session === null) return this.#newcomerProved(place, how);
    if (how.login !== null) this.#deps.sessd.release(how.login);
    if (this.house.facts(session)?.user !== how.user) return;
    const state = this.house.get(session);
    if (state && isShown(state) && samePlace(state.owner.place, place))
      return this.house.unlock(session, how.proof);
    const { proof, card: token = null } = how;
    this.house.handle(session, { type: 'authenticated', place, proof, token });
  }

  authenticationEnded(place: Place, session: string | null): void {
    if (session === null) this.#openings.drop(place);
    else this.house.handle(session, { type: 'givenUp', place });
  }

  attachFailed(_place: Place, session: string, attachment: number): void {
    this.house.handle(session, { type: 'attachFailed', attachment });
  }

  /** A token was revoked: what it opened is closed. */
  tokenGone(token: TokenHash): void {
    for (const id of this.house.ids()) {
      const state = this.house.get(id);
      if (!state) continue;
      const candidate = candidateOf(state);
      if (candidate?.token === token)
        this.house.handle(id, { type: 'givenUp', place: candidate.place });
      if (ownerOf(state)?.token === token)
        this.house.handle(id, { type: 'adminDetach', by: 'the card is registered no more' });
    }
    for (const place of this.#openings.dropToken(token))
      this.#deps.desks.at(place)?.endAuthentication();
  }

  // wrsessd.

  onUp(sessions: readonly RunningSession[]): void {
    this.#recovery.match(sessions);
    this.#complete = true;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { place, token } of waiting) this.tokenInserted(place, token);
  }

  onDown(): void {
    // Sessions run on; logins under way have failed by themselves.
  }

  onEnded(session: string, reason: string): void {
    this.house.handle(session, { type: 'compositorEnded', how: reason });
  }

  onStray({ session, socket }: StartedSession): void {
    if (this.house.facts(session)) this.house.runs(session, socket);
    else this.#deps.sessd.logout(session, 'nobody waits for it');
  }

  /** Sessions run on: they are wrsessd's. */
  async close(): Promise<void> {
    this.house[Symbol.dispose]();
    await this.#deps.ledger.close();
  }

  #newcomerProved(place: Place, how: Authenticated): void {
    const { user, proof, login } = how;
    const newcomer = this.#openings.at(place);
    if (newcomer?.user !== user) {
      // They left while the proof was on its way.
      if (login !== null) this.#deps.sessd.release(login);
      return;
    }
    const { token } = newcomer;
    if (login === null && this.house.ofUser(user) === null)
      return this.#openings.cardProved(place, proof);
    this.loggedIn(place, { ...how, token });
  }

  /** A user with a session has logged in at a terminal, which may be the one that shows it, locked. */
  #admit(place: Place, session: string, proof: Proof, token: TokenHash | null): void {
    const state = this.house.get(session);
    if (state && isShown(state) && samePlace(state.owner.place, place))
      return this.house.unlock(session, proof);
    this.house.handle(session, { type: 'login', place, proof, token });
  }

  #page(place: Place, page: PageKind, detail?: string): void {
    this.#deps.desks.at(place)?.page(page, detail);
  }
}
