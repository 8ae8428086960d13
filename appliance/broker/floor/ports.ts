import type { KeyboardNames, OutputInfo, PageKind } from '../../../protocol/generated/control.ts';
import type { Place } from '../../../protocol/session/place.ts';
import type { Proof } from '../../../protocol/session/policy.ts';
import type { TokenHash, TokenRecord } from '../../registry/records.ts';

/*
 * The seam between the desks (one for each connected terminal: its picture, its cards, its greeter) and the floor
 * (which session is shown where). The floor decides, the desks do; both call each other synchronously, and neither
 * throws at the other.
 */

/** The floor's way to the terminals. */
export interface Desks {
  /** The terminal of this connection; null once it has gone or while it may not be used (pending, revoked). */
  at(place: Place): DeskPort | null;
  /** Every usable terminal. */
  all(): Iterable<DeskPort>;
}

/** What is known of a terminal that is connected. */
export interface DeskFacts {
  /** As it is registered. */
  readonly name: string;
  readonly fingerprint: string;
  readonly address: string;
  /** Wall clock. */
  readonly sinceMs: number;
  /** The page it shows, null while it shows a session or a greeter. */
  readonly page: string | null;
  readonly session: string | null;
}

/** One connected terminal as the floor sees it. */
export interface DeskPort {
  readonly place: Place;
  /** As it is registered. */
  readonly terminalName: string;
  /** What its screens and keyboard are now; the session that is started for it begins with that. */
  readonly wanted: { readonly outputs: readonly OutputInfo[]; readonly keyboard: KeyboardNames };
  readonly facts: DeskFacts;
  /**
   * Joins the terminal to the session; what was shown before is unjoined first. Ends an authentication. When the
   * session cannot be reached or ends the link, FloorPort.attachFailed is called, later.
   * @param view.socket Unix socket of the session's compositor
   * @param view.token the card that brought it; when that is taken out, the terminal need not wait to hear of it
   */
  show(view: {
    readonly sessionId: string;
    readonly socket: string;
    readonly attachment: number;
    readonly token: TokenHash | null;
  }): void;
  /**
   * Takes the session from the terminal: when it returns, nothing more of the session is sent, and the terminal has
   * been told to overwrite its picture. Does nothing unless it is this attachment of this session that is shown.
   */
  release(sessionId: string, attachment: number): void;
  /** Draws a page, unless a session is shown. A page of trouble gets a code, which is logged and audited. */
  page(page: PageKind, detail?: string): void;
  /**
   * Lets somebody at this terminal prove who they are: by the card that lies in it, or at a greeter. Each proof that
   * succeeds calls FloorPort.authenticated. Takes the place of an earlier one. May be asked while that very session is
   * shown (a lock was asked for): its picture goes first; show() brings it back.
   */
  authenticate(request: AuthenticationRequest): void;
  endAuthentication(): void;
}

export interface AuthenticationRequest {
  /** Null: the user has no session yet; a success means one is to be made. */
  readonly session: string | null;
  readonly user: string;
  /** The card that asks; null after an administrator moved the session here, or when it was shown without a card. */
  readonly token: TokenHash | null;
  /** Never holds 'nothing': that the machine settles itself. */
  readonly accepts: readonly Proof[];
  /** wrsessd runs the session already, so that PAM is asked by unlock_requested. */
  readonly unlock: boolean;
}

/** How somebody proved who they are. */
export interface Authenticated {
  readonly user: string;
  readonly proof: Proof;
  /** A card of this user that lies there, where none has asked: the session goes when it is taken out. */
  readonly card?: TokenHash;
  /** The login conversation at wrsessd that ended in session_authenticated; null for cards and for an unlock. */
  readonly login: string | null;
  /** Chosen at the greeter, null if nobody chose: goes with the session. */
  readonly keyboard: KeyboardNames | null;
  /** One of DeskPolicy.greeter.sessions; null where nobody could choose. */
  readonly sessionChoice: string | null;
}

/** A card that the registry knows lies in the reader, the last one to come. */
export interface KnownToken {
  readonly hash: TokenHash;
  readonly record: TokenRecord;
  /** It may have lain there when the terminal connected. */
  readonly lies?: boolean;
  /** Keys that it can answer a challenge with and that are registered. */
  readonly keys: { readonly cardKey: boolean; readonly pinKey: boolean };
}

/** The desks' way to the floor. `place` is always one that Desks.at knows, terminalLost apart. */
export interface FloorPort {
  /** A terminal may be used from now on (connected and approved). It shows its idle page by itself. */
  terminalCame(desk: DeskPort): void;
  /** It is gone, or may be used no longer. Every effect for this place is void from here on. */
  terminalLost(place: Place): void;
  /** Sessions of the token's user: attach one, or DeskPort.authenticate({session: null, ...}) to make one. */
  tokenInserted(place: Place, token: KnownToken): void;
  tokenRemoved(place: Place, token: TokenHash): void;
  /**
   * PAM has let somebody in who came without a registered card. The user may have a session: it comes here then.
   * `token`: a card that was registered with this login, and that the session belongs to from now on.
   */
  loggedIn(
    place: Place,
    who: Authenticated & { readonly uid: number; readonly token: TokenHash | null },
  ): void;
  /** An authenticate request was met. `session` as in the request. Ends in show, page or another authenticate. */
  authenticated(place: Place, session: string | null, how: Authenticated): void;
  /** Nobody proved anything within the time; the desk shows the page for that already. */
  authenticationEnded(
    place: Place,
    session: string | null,
    why: 'refused' | 'cancelled' | 'timeout',
  ): void;
  attachFailed(place: Place, session: string, attachment: number): void;
}

/** wrsessd as the desks need it; implemented by broker/sessd. */
export interface LoginPort {
  /**
   * Begins a login conversation. The listener hears of its end exactly once (`authenticated`, `unlocked` or `failed`);
   * `failed` with code `unavailable` when wrsessd is away.
   * @param request.terminal fingerprint
   * @param request.session for an unlock: the session that runs
   */
  login(
    request: {
      readonly terminal: string;
      readonly user: string | null;
      readonly session: string | null;
    },
    listener: LoginListener,
  ): LoginConversation;
  /** Starts a greeter session for a terminal. Rejects with WayRayError `greeter` saying why. */
  startGreeter(request: {
    readonly terminal: string;
    /** Path of the socket that the greeter is to connect to. */
    readonly channel: string;
    readonly size: { readonly width: number; readonly height: number } | null;
  }): Promise<StartedGreeter>;
}

export interface LoginConversation {
  /** wrsessd's id of it. */
  readonly id: string;
  /** The bytes are wiped. */
  answer(round: number, answers: readonly (Uint8Array | null)[]): void;
  /** Idempotent; the listener hears nothing more. */
  cancel(): void;
}

export type PromptStyle = 'secret' | 'visible' | 'info' | 'error';

export interface LoginListener {
  prompt(
    round: number,
    prompts: readonly { readonly style: PromptStyle; readonly text: string }[],
  ): void;
  message(style: 'info' | 'error', text: string): void;
  authenticated(user: string, uid: number, messages: readonly string[]): void;
  /** The end of an unlock. */
  unlocked(): void;
  failed(failure: {
    readonly code: 'failed' | 'wait' | 'cancelled' | 'busy' | 'unavailable';
    readonly message: string;
    readonly retryAfterMs: number | null;
  }): void;
}

export interface StartedGreeter {
  readonly session: string;
  readonly uid: number;
  /** Unix socket of its compositor. */
  readonly socket: string;
  /** Ends it. Idempotent. */
  end(): void;
  /** Called once, whatever ended it, at once when it has ended. */
  onEnd(callback: (reason: string) => void): void;
}

/** What wrsrvd.toml says about terminals and cards; broker/config gives it. */
export interface DeskPolicy {
  /** Who may connect: any terminal, those that an administrator approves, or those that bring a code. */
  readonly admission: 'auto' | 'approval' | 'code';
  /** What a terminal shows while nobody uses it. */
  readonly idlePage: 'insertCard' | 'greeter';
  /** A card that nobody knows is registered for whoever logs in with it. */
  readonly registerAtFirstUse: boolean;
  /** The key that a card shows without a PIN is worth something here: it is learned where a record says so. */
  readonly learnsCardKeys: boolean;
  /** People may log in without a card. */
  readonly loginWithoutCard: boolean;
  /** Certificates of cards must be chained to one of these; null: the registered key is enough. */
  readonly cardCaFile: string | null;
  readonly greeter: {
    /** Folder for the channels' sockets, mode 0711. */
    readonly socketDir: string;
    /** Only this user may speak as a greeter. */
    readonly uid: number;
    readonly keyboardLayouts: readonly {
      readonly layout: string;
      readonly variant: string;
      readonly name: string;
    }[];
    /** Those that can be chosen; the first is what people get who choose nothing. */
    readonly sessions: readonly { readonly id: string; readonly name: string }[];
    readonly shutdown: boolean;
    readonly highContrast: boolean;
    readonly locale: string | null;
  };
  readonly loginTimeoutMs: number;
}
