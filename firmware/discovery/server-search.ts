import { networkInterfaces } from 'node:os';
import { LinkError } from '../../protocol/errors.ts';
import type { Link } from '../../protocol/link/link.ts';
import type { Logger } from '../../protocol/node/log.ts';
import { addressOf, type Candidate, type Discovery } from './candidate.ts';

/** Between two searches, doubling; the servers that are known are tried meanwhile. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15_000;
/** A link that ended sooner was no good: another server is tried first. */
const GOOD_LINK_MS = 10_000;

/** Why there is no link; for the page that says so. */
export type Trouble = 'no-network' | 'no-server' | 'wrong-certificate' | 'no-answer';

export interface ServerSearchDeps {
  discover(): Promise<Discovery>;
  dial(server: Candidate): Promise<Link>;
  readonly log: Logger;
  readonly nowMs?: () => number;
  readonly hasNetwork?: () => boolean;
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
   * @throws LinkError that says of each server why not, or where none was found. A server with the wrong certificate
   * is `refused`, never `pin-mismatch`: what a network says may be put right, so that trying again is no waste.
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
    this.#deps.log.info({ servers, sources: found.reports }, 'search for servers');
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

  #failure(reasons: readonly LinkError[]): LinkError {
    if (reasons.length === 0) {
      const hasNetwork = (this.#deps.hasNetwork ?? hasAddress)();
      this.#trouble = hasNetwork ? 'no-server' : 'no-network';
      return new LinkError('unreachable', hasNetwork ? noServer(this.#found) : 'no network');
    }
    const wrong = reasons.find(({ code }) => code === 'pin-mismatch');
    this.#trouble = wrong ? 'wrong-certificate' : 'no-answer';
    const message = reasons.map((reason) => reason.message).join('; ');
    return new LinkError(wrong ? 'refused' : 'unreachable', message, {
      cause: wrong ?? reasons[0],
    });
  }
}

function noServer(found: Discovery | null): string {
  const said = found?.reports.map(({ origin, detail }) => `${origin}: ${detail}`) ?? [];
  return `no server found (${said.join('; ')})`;
}

function hasAddress(): boolean {
  return Object.values(networkInterfaces()).some((addresses = []) =>
    addresses.some(({ internal, address }) => !internal && !address.startsWith('fe80:')),
  );
}
