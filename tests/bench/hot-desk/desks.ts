import { createHash, X509Certificate } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SETTLE_MS } from '../../../protocol/session/flap.ts';
import { makePivCard } from '../../helpers/card/make-card.ts';
import type { PivSpec } from '../../helpers/card/spec.ts';
import type { OwnedProcess } from '../host/processes.ts';
import type { HouseCommand, HousePlan, HouseReady, HouseRecords } from './messages.ts';
import { type DesksOptions, startProcess } from './start.ts';
import { Seat } from './terminal.ts';
import { type Move, type Way, wayOf } from './way.ts';

const START_MS = 30_000;
const ANSWER_MS = 20_000;
/** A session that has sent nothing for this long has drawn what it had to draw. */
const QUIET_MS = 150;
const FIRST_QUIET_MS = 1500;
const POLICY = '[policy]\nunlock = ["card-key", "password"]\n';

/** A server and two terminals between which one person moves, each program in a process of its own. */
export class Desks {
  readonly #house: OwnedProcess;
  readonly #seats: Seat[] = [];
  #at = 0;

  private constructor(house: OwnedProcess) {
    this.#house = house;
  }

  /** Resolves when the session stands at the first terminal, with all that it draws at its start. */
  static async open(options: DesksOptions, owners: AsyncDisposableStack): Promise<Desks> {
    const { listen, exec, serverNamespace } = options;
    const plan: HousePlan = { listen, exec, policy: POLICY };
    const house = startProcess(options, 'house-process', plan, { namespace: serverNamespace });
    const desks = new Desks(house);
    owners.defer(() => desks.#end());
    const ready = await house.explain('start', house.output.next(START_MS));
    const { address, fingerprint } = JSON.parse(ready) as HouseReady;
    const card = options.token === 'card' ? await makePivCard() : null;
    for (const name of ['hall', 'lab'])
      desks.#seats.push(await Seat.open(options, { address, fingerprint, name }, card, owners));
    await desks.#register(card);
    await desks.#begin();
    return desks;
  }

  /** Takes the token from one terminal to the other as often as wanted. @returns one way for each move */
  async move(count: number): Promise<Way[]> {
    const moves: Move[] = [];
    while (moves.length < count) moves.push(await this.#moveOnce());
    const { broker, session } = (await this.#ask({ do: 'records' })) as HouseRecords;
    return moves.map((move) => wayOf(move, broker, session));
  }

  get #here(): Seat {
    return this.#seats[this.#at] as Seat;
  }

  get #there(): Seat {
    return this.#seats[1 - this.#at] as Seat;
  }

  /** The token is still at the terminal before when it comes to the next: that one has to be released first. */
  async #moveOnce(): Promise<Move> {
    const [from, to] = [this.#here, this.#there];
    to.forget();
    from.forget();
    await to.insert();
    const frame = await to.firstPicture();
    const darkUs = (await from.until('showing', ({ what }) => what === 'dark')).atUs;
    await from.until('showing', ({ what }) => what === 'replaced');
    const move = { ...(await to.proof()), frame, darkUs };
    await to.quiet(QUIET_MS);
    await from.remove();
    // A card that comes back sooner is not believed.
    await sleep(SETTLE_MS + 50);
    this.#at = 1 - this.#at;
    return move;
  }

  async #begin(): Promise<void> {
    await this.#here.insert();
    await this.#here.firstPicture();
    await this.#here.quiet(FIRST_QUIET_MS);
  }

  async #register(card: PivSpec | null): Promise<void> {
    const { tokenId } = this.#here;
    if (card === null) {
      if (tokenId === null) throw new Error('the terminal has no software token');
      await this.#ask({ do: 'register', kind: 'software', id: tokenId, key: tokenId });
      return;
    }
    const certificate = new X509Certificate(
      Buffer.from(card.keys['9e']?.certificate ?? '', 'base64'),
    );
    const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
    const key = createHash('sha256').update(spki).digest('hex');
    await this.#ask({ do: 'register', kind: 'smartCard', id: card.guid, key });
  }

  async #ask(command: HouseCommand): Promise<object> {
    this.#house.write(JSON.stringify(command));
    const answer = this.#house.output.next(ANSWER_MS);
    const said = JSON.parse(await this.#house.explain(command.do, answer)) as { error?: string };
    if (said.error !== undefined) throw new Error(`${command.do}: ${said.error}`);
    return said;
  }

  async #end(): Promise<void> {
    if (this.#house.hasExited) return;
    this.#house.write(JSON.stringify({ do: 'end' } satisfies HouseCommand));
    const late = sleep(ANSWER_MS, undefined, { ref: false });
    await Promise.race([this.#house.exited, late]);
    await this.#house.stop();
  }
}
