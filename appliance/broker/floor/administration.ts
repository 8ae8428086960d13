import { hostOf } from '../../../protocol/link/network.ts';
import { candidateOf, isShown, ownerOf } from '../../../protocol/session/state.ts';
import {
  type AdminBackend,
  AdminError,
  type SessionView,
  type TerminalOnline,
} from '../../admin/backend.ts';
import type { ServerConfig } from '../config/config.ts';
import type { Floor } from './floor.ts';
import type { Desks } from './ports.ts';

export interface AdministrationDeps {
  readonly floor: Floor;
  readonly desks: Desks;
  readonly config: ServerConfig;
  /** The registry has changed what may be here. */
  readonly terminalChanged: AdminBackend['terminalChanged'];
  readonly tokenChanged: AdminBackend['tokenChanged'];
}

/** What administrators see and do. */
export class Administration implements AdminBackend {
  readonly #deps: AdministrationDeps;

  constructor(deps: AdministrationDeps) {
    this.#deps = deps;
  }

  sessions(): SessionView[] {
    return this.#deps.floor.house.ids().flatMap((id) => this.session(id) ?? []);
  }

  session(id: string): SessionView | null {
    const { house } = this.#deps.floor;
    const [state, facts] = [house.get(id), house.facts(id)];
    if (!state || !facts) return null;
    const { lock, attachments, createdAtMs, shownAtMs } = state;
    const owner = ownerOf(state);
    return {
      id,
      user: facts.user,
      state: state.name,
      lock,
      terminal: owner && (this.#deps.desks.at(owner.place)?.terminalName ?? null),
      token: owner?.token ?? null,
      attachments,
      createdAtMs,
      shownAtMs,
    };
  }

  lock(id: string, by: string): void {
    if (this.#live(id).name === 'created')
      throw new AdminError('conflict', `session ${id} has not started yet`);
    this.#deps.floor.house.handle(id, { type: 'lock', by });
  }

  detach(id: string, by: string): void {
    if (!isShown(this.#live(id)))
      throw new AdminError('conflict', `no terminal shows session ${id}`);
    this.#deps.floor.house.handle(id, { type: 'adminDetach', by });
  }

  move(id: string, terminalName: string, by: string): void {
    const state = this.#live(id);
    const desk = [...this.#deps.desks.all()].find((one) => one.terminalName === terminalName);
    if (!desk) throw new AdminError('not-found', `no terminal ${terminalName} is connected`);
    const { terminal } = desk.place;
    const there = [ownerOf(state), candidateOf(state)].some(
      (one) => one?.place.terminal === terminal,
    );
    if (there) throw new AdminError('conflict', `session ${id} is at ${terminalName} already`);
    if (candidateOf(state)?.proof)
      throw new AdminError('conflict', `session ${id} has not started yet`);
    this.#deps.floor.house.handle(id, { type: 'adminMove', place: desk.place, by });
  }

  kill(id: string, by: string): void {
    this.#live(id);
    this.#deps.floor.house.handle(id, { type: 'adminKill', by });
  }

  policy(): Readonly<Record<string, unknown>> {
    const { policy, admission, tokenRegistration, cardCaFile, greeter } = this.#deps.config;
    return {
      session: policy,
      terminals: { admission },
      tokens: { registration: tokenRegistration },
      cards: { caFile: cardCaFile },
      greeter: { idlePage: greeter.idlePage, loginWithoutCard: greeter.loginWithoutCard },
    };
  }

  terminalsOnline(): TerminalOnline[] {
    return [...this.#deps.desks.all()].map(({ facts }) => ({
      ...facts,
      address: hostOf(facts.address),
    }));
  }

  terminalChanged(...args: Parameters<AdminBackend['terminalChanged']>) {
    return this.#deps.terminalChanged(...args);
  }

  tokenChanged(...args: Parameters<AdminBackend['tokenChanged']>) {
    return this.#deps.tokenChanged(...args);
  }

  #live(id: string) {
    const state = this.#deps.floor.house.get(id);
    if (!state) throw new AdminError('not-found', `there is no session ${id}`);
    return state;
  }
}
