import { PageKind } from '../../../protocol/generated/control.ts';
import type { Logger } from '../../../protocol/node/log.ts';
import { createSession } from '../../../protocol/session/begin.ts';
import { type Place, samePlace } from '../../../protocol/session/place.ts';
import type { Proof, SessionPolicy } from '../../../protocol/session/policy.ts';
import { candidateOf } from '../../../protocol/session/state.ts';
import type { Details, TokenHash } from '../../registry/records.ts';
import type { PictureSize, SessdPort, SessionWishes } from '../sessd/client.ts';
import { SessdError } from '../sessd/error.ts';
import type { House } from './house.ts';
import type { DeskPort, Desks, LoginConversation, LoginListener } from './ports.ts';
import { newSessionId } from './session-id.ts';

export interface OpeningsDeps {
  readonly house: House;
  readonly desks: Desks;
  readonly sessd: SessdPort;
  readonly policy: SessionPolicy;
  /** The session of those who choose none; null: as session.toml says. */
  readonly defaultChoice: string | null;
  readonly log: Logger;
  readonly nowMs: () => number;
}

/** Somebody whose card is known and who has no session yet. */
interface Newcomer {
  readonly place: Place;
  readonly user: string;
  readonly token: TokenHash;
  /** With wrsessd, after the card proved itself. */
  login: LoginConversation | null;
}

/** A login that has succeeded. */
export interface Proven {
  readonly place: Place;
  readonly user: string;
  readonly token: TokenHash | null;
  readonly proof: Proof;
  /** wrsessd's id of it. */
  readonly login: string;
  /** Null: nobody has chosen a session. */
  readonly sessionChoice: string | null;
}

/** Sessions that are to be: who is about to get one, and their start. */
export class Openings {
  readonly #deps: OpeningsDeps;
  /** By connection. */
  readonly #newcomers = new Map<string, Newcomer>();

  constructor(deps: OpeningsDeps) {
    this.#deps = deps;
  }

  /** The card of somebody without a session was inserted. */
  begin(place: Place, user: string, token: TokenHash): void {
    const { policy, desks } = this.#deps;
    this.#clear(place);
    const newcomer: Newcomer = { place, user, token, login: null };
    this.#newcomers.set(place.connection, newcomer);
    const accepts = policy.unlock.always;
    if (accepts.includes('nothing')) return this.#openByCard(newcomer, 'nothing');
    desks.at(place)?.authenticate({ session: null, user, token, accepts, unlock: false });
  }

  /** Who waits at this place, and for which user. */
  at(place: Place): { readonly user: string; readonly token: TokenHash } | null {
    return this.#newcomers.get(place.connection) ?? null;
  }

  /** They have shown who they are by their card. */
  cardProved(place: Place, proof: Proof): void {
    const newcomer = this.#newcomers.get(place.connection);
    if (newcomer && !newcomer.login) this.#openByCard(newcomer, proof);
  }

  /** They have gone, or somebody else came. False when nobody was there. */
  drop(place: Place): boolean {
    const newcomer = this.#newcomers.get(place.connection);
    newcomer?.login?.cancel();
    return this.#newcomers.delete(place.connection);
  }

  /** @returns where it was */
  dropToken(token: TokenHash): Place[] {
    const gone = [...this.#newcomers.values()].filter((newcomer) => newcomer.token === token);
    for (const { place } of gone) this.drop(place);
    return gone.map(({ place }) => place);
  }

  /** Starts a session for who has logged in. */
  open({ place, user, token, proof, login, sessionChoice }: Proven): void {
    const { house, desks, sessd, policy, defaultChoice, nowMs } = this.#deps;
    this.drop(place);
    const { always } = policy.unlock;
    if (!always.includes(proof) && !always.includes('nothing')) {
      sessd.release(login);
      return desks.at(place)?.page(PageKind.refused, 'This way to log in is not enough here.');
    }
    const id = newSessionId();
    const choice = sessionChoice ?? defaultChoice;
    const details: Details = choice === null ? {} : { choice };
    const facts = { id, user, details, socket: null, watch: null, covered: false };
    house.add(createSession(id, policy, nowMs()), facts);
    house.handle(id, { type: 'login', place, proof, token });
    const desk = desks.at(place);
    desk?.page(PageKind.starting);
    void this.#start(id, user, login, { size: sizeOf(desk), choice });
  }

  async #start(id: string, user: string, login: string, as: SessionWishes): Promise<void> {
    const { house, sessd, log } = this.#deps;
    try {
      const started = await sessd.startSession(login, id, as);
      if (!house.facts(id)) return sessd.logout(id, 'not wanted any more');
      if (started.user !== user) throw new SessdError('failed', 'it runs for another user');
      house.runs(id, started.socket);
    } catch (error) {
      if (!(error instanceof SessdError)) throw error;
      log.error({ session: id, reason: error.message }, 'the session does not start');
      house.handle(id, { type: 'compositorEnded', how: error.message });
    }
  }

  /** The card has proved itself; what it may open, PAM decides. */
  #openByCard(newcomer: Newcomer, proof: Proof): void {
    const { place, user } = newcomer;
    const { desks, sessd } = this.#deps;
    desks.at(place)?.page(PageKind.starting);
    const login: LoginConversation = sessd.cardLogin(
      { terminal: place.terminal, user },
      this.#cardListener(newcomer, proof, () => login),
    );
    newcomer.login = login;
  }

  #cardListener(newcomer: Newcomer, proof: Proof, login: () => LoginConversation): LoginListener {
    const { place, user, token } = newcomer;
    const passwordInstead = (): void => {
      login().cancel();
      newcomer.login = null;
      this.#askPassword(newcomer);
    };
    return {
      prompt: passwordInstead,
      message: () => {},
      authenticated: (name) => {
        if (name !== user) return passwordInstead();
        newcomer.login = null;
        this.#succeeded({ place, user, token, proof, login: login().id, sessionChoice: null });
      },
      unlocked: () => {},
      failed: ({ code, message, retryAfterMs }) => {
        newcomer.login = null;
        if (code === 'failed') return this.#askPassword(newcomer);
        this.drop(place);
        this.#deps.desks.at(place)?.page(PageKind.busy, message + inTime(retryAfterMs));
      },
    };
  }

  /** The same person may have got a session at another terminal meanwhile. */
  #succeeded(proven: Proven): void {
    const { house, sessd } = this.#deps;
    const session = house.ofUser(proven.user);
    if (session === null) return this.open(proven);
    this.drop(proven.place);
    sessd.release(proven.login);
    const { place, proof, token } = proven;
    house.handle(session, { type: 'login', place, proof, token });
  }

  /** A card alone opens no session here. */
  #askPassword({ place, user, token }: Newcomer): void {
    const { desks, policy } = this.#deps;
    const desk = desks.at(place);
    if (policy.unlock.always.includes('pam'))
      return desk?.authenticate({ session: null, user, token, accepts: ['pam'], unlock: false });
    this.drop(place);
    desk?.page(PageKind.refused, 'The card is good, but opens no session on this server.');
  }

  /** What was shown or asked for at this terminal makes way. */
  #clear(place: Place): void {
    const { house } = this.#deps;
    const shown = house.shownAt(place.terminal);
    if (shown) house.handle(shown.id, { type: 'replaced', place: shown.owner.place });
    for (const id of house.ids()) {
      const state = house.get(id);
      const candidate = state && candidateOf(state);
      if (candidate && samePlace(candidate.place, place))
        house.handle(id, { type: 'replaced', place });
    }
  }
}

const inTime = (waitMs: number | null): string =>
  waitMs === null ? '' : ` Try again in ${Math.ceil(waitMs / 1000)} s.`;

function sizeOf(desk: DeskPort | null): PictureSize | null {
  const primary = desk?.wanted.outputs[0];
  return primary ? { width: primary.widthPx, height: primary.heightPx } : null;
}
