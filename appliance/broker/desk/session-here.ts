import type { TokenHash } from '../../registry/records.ts';
import type { Card } from './readers.ts';
import type { TerminalView, Wanted } from './view.ts';
import type { WayToPicture } from './way-to-picture.ts';

/** A session as the floor gives it to a terminal. */
export interface GivenSession {
  readonly sessionId: string;
  /** Unix socket of its compositor. */
  readonly socket: string;
  readonly attachment: number;
  /** The card that brought it. */
  readonly token: TokenHash | null;
}

export interface SessionHereDeps {
  readonly view: TerminalView;
  readonly wanted: () => Wanted;
  /** Where the card lies; 0: nowhere. */
  readonly insertionOf: (token: TokenHash) => number;
  /** The session could not be reached or has left. */
  readonly onGone: (session: GivenSession, reason: string) => void;
}

/** The session that the floor has given to a terminal, though a lock may cover it. */
export class SessionHere {
  readonly #deps: SessionHereDeps;
  #given: GivenSession | null = null;

  constructor(deps: SessionHereDeps) {
    this.#deps = deps;
  }

  /** Null while the terminal has none. */
  get id(): string | null {
    return this.#given?.sessionId ?? null;
  }

  /** It is the terminal's, and something is shown: its picture, or the greeter that asks for a proof. */
  get isSeen(): boolean {
    return this.#given !== null && this.#deps.view.shows !== null;
  }

  /** It is the terminal's, and a page covers it. */
  get isCovered(): boolean {
    return this.#given !== null && this.#deps.view.shows === null;
  }

  isOf(sessionId: string, attachment: number): boolean {
    return this.#given?.sessionId === sessionId && this.#given.attachment === attachment;
  }

  /** Takes the place of what was shown before. */
  show(session: GivenSession, way: WayToPicture | null = null): void {
    // A copy: whether it is still this one is told by its identity.
    const given = { ...session };
    this.#given = given;
    this.#deps.view.show({
      kind: 'session',
      sessionId: given.sessionId,
      insertion: given.token === null ? 0 : this.#deps.insertionOf(given.token),
      socket: given.socket,
      wanted: this.#deps.wanted,
      onGone: (reason) => {
        if (this.#given === given) this.#deps.onGone(given, reason);
      },
      onJoined: () => way?.mark('joined'),
      onPictured: () => {
        way?.mark('pictured');
        way?.tell(given.sessionId);
      },
    });
  }

  /**
   * A card was taken out. Where the terminal has blanked the picture for it, but the floor leaves the session here since
   * another card holds it by now, it comes back.
   */
  stays(removed: Card, holder: TokenHash | null): void {
    const shows = this.#deps.view.shows;
    const blanked = shows?.kind === 'session' && shows.insertion === removed.insertion;
    if (this.#given && blanked) this.show({ ...this.#given, token: holder });
  }

  /** The view is the caller's to clear. */
  drop(): void {
    this.#given = null;
  }
}
