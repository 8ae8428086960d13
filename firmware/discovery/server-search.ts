import { LinkError, type LinkErrorCode } from '../../protocol/errors.ts';
import type { Link } from '../../protocol/link/link.ts';
import type { Logger } from '../../protocol/node/log.ts';
import { isClockWrong } from '../information/clock.ts';
import { addressOf, type Candidate, type Discovery, ORIGIN_NAMES } from './candidate.ts';
import { type Network, readNetwork } from './network.ts';
import { type Trouble, TroubleError } from './trouble.ts';
import { UnvouchedError } from './unvouched.ts';

/** Between two searches, doubling; the servers that are known are tried meanwhile. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15_000;
/** A link that ended sooner was no good: another server is tried first. */
const GOOD_LINK_MS = 10_000;

export interface ServerSearchDeps {
  discover(): Promise<Discovery>;
  dial(server: Candidate): Promise<Link>;
  readonly log: Logger;
  readonly nowMs?: () => number;
  readonly network?: () => Network['state'];
  readonly isClockWrong?: () => boolean;
}

/** Finds a server and keeps to it: what was found where, whom to try next, when to search again. */
export class ServerSearch {
  readonly #deps: ServerSearchDeps;
  readonly #nowMs: () => number;
  #found: Discovery | null = null;
  #current: Candidate | null = null;
  #linkedMs = Number.NEGATIVE_INFINITY;
  #searchAgainMs = Number.NEGATIVE_INFINITY;
  #pauseMs = FIRST_PAUSE_MS;
  #trouble: Trouble | null = null;
  #told = '';

  constructor(deps: ServerSearchDeps) {
    this.#deps = deps;
    this.#nowMs = deps.nowMs ?? (() => performance.now());
  }

  /** What the last search found, and what each source said. */
  get found(): Discovery | null {
    return this.#found;
  }

  /** The server of the last good link. */
  get current(): Candidate | null {
    return this.#current;
  }

  get trouble(): Trouble | null {
    return this.#trouble;
  }

  /**
   * A link to the first server that answers: the one before, then the others in their order.
   * @throws TroubleError that says of each server why not, or where none was found. A server with the wrong certificate
   * is `pin-mismatch` where the command line names it, else `refused`: what a file or a network says may be put right.
   */
  async connect(): Promise<Link> {
    const reasons: LinkError[] = [];
    for (const server of await this.#servers()) {
      try {
        const link = await this.#deps.dial(server);
        this.#linked(server);
        return link;
      } catch (error) {
        if (!(error instanceof LinkError)) throw error;
        this.#deps.log.info(
          { server: addressOf(server), reason: error.message },
          'not this server',
        );
        reasons.push(error);
      }
    }
    throw this.#failure(reasons);
  }

  /** Something has changed, the network for example: the next attempt searches at once. */
  hurry(): void {
    this.#searchAgainMs = Number.NEGATIVE_INFINITY;
    this.#pauseMs = FIRST_PAUSE_MS;
  }

  #linked(server: Candidate): void {
    this.#current = server;
    this.#linkedMs = this.#nowMs();
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#trouble = null;
    const fields = { server: addressOf(server), origin: server.origin, from: server.from };
    this.#deps.log.info(fields, 'server answers');
  }

  /** Searches when nothing is known, or when all that is known was tried without success. */
  async #servers(): Promise<readonly Candidate[]> {
    const failed = this.#found === null || this.#trouble !== null;
    if (failed && this.#nowMs() >= this.#searchAgainMs) await this.#search();
    return this.#inOrder(this.#known);
  }

  get #known(): readonly Candidate[] {
    return this.#found?.candidates ?? [];
  }

  async #search(): Promise<void> {
    const found = await this.#deps.discover();
    // Servers that were found before are better than none: a name server may be gone for a moment.
    const candidates = found.candidates.length > 0 ? found.candidates : this.#known;
    this.#found = { ...found, candidates };
    this.#searchAgainMs = this.#nowMs() + this.#pauseMs;
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    const servers = candidates.map(
      (server) => `${addressOf(server)}${server.pin ? ' with its fingerprint' : ''}`,
    );
    this.#tell({ servers, sources: found.reports });
  }

  /** Every few seconds the same would fill the log. */
  #tell(result: object): void {
    const now = JSON.stringify(result);
    if (now !== this.#told) this.#deps.log.info(result, 'search for servers');
    this.#told = now;
  }

  /** Back to where the session is, unless that server let go at once. */
  #inOrder(candidates: readonly Candidate[]): Candidate[] {
    const isCurrent = (server: Candidate): boolean =>
      this.#current !== null && addressOf(server) === addressOf(this.#current);
    const [current, others] = [
      candidates.filter(isCurrent),
      candidates.filter((server) => !isCurrent(server)),
    ];
    const wasGood = this.#nowMs() - this.#linkedMs >= GOOD_LINK_MS;
    return wasGood ? [...current, ...others] : [...others, ...current];
  }

  #failure(reasons: readonly LinkError[]): TroubleError {
    const trouble = this.#troubleOf(reasons);
    this.#trouble = trouble;
    const wrong = reasons.find(({ code }) => code === 'pin-mismatch');
    const byCommand = this.#known.some(({ origin }) => origin === 'command-line');
    const code = wrong ? (byCommand ? wrong.code : 'refused') : 'unreachable';
    return new TroubleError(trouble, code as LinkErrorCode, this.#words(reasons), {
      cause: wrong ?? reasons[0],
    });
  }

  #troubleOf(reasons: readonly LinkError[]): Trouble {
    if (reasons.some(({ code }) => code === 'pin-mismatch')) return 'wrong-certificate';
    // A server on this machine needs no network.
    const network = this.#known.some(isHere) ? 'up' : this.#network();
    if (network !== 'up') return network;
    if (reasons.length === 0) return 'no-server';
    if (reasons.some((reason) => reason instanceof UnvouchedError)) return 'no-fingerprint';
    const answered = reasons.some(({ code }) => code === 'refused');
    return answered && (this.#deps.isClockWrong ?? isClockWrong)() ? 'clock-wrong' : 'no-answer';
  }

  #network(): Network['state'] {
    return this.#deps.network ? this.#deps.network() : readNetwork().state;
  }

  #words(reasons: readonly LinkError[]): string {
    if (reasons.length > 0) return reasons.map(({ message }) => message).join('; ');
    return this.#trouble === 'no-server' ? noServer(this.#found) : 'no network';
  }
}

function noServer(found: Discovery | null): string {
  const reports = found?.reports ?? [];
  return reports.map(({ origin, detail }) => `${ORIGIN_NAMES[origin]}: ${detail}`).join('; ');
}

const isHere = ({ host }: Candidate): boolean => host === '::1' || /^(127\.|localhost$)/.test(host);
