import type { WayRayError } from '../protocol/errors.ts';
import {
  type ControlMessage,
  type Hello,
  type KeyboardNames,
  SessionPhase,
  type View,
  ViewKind,
} from '../protocol/generated/control.ts';
import type { Link, LinkClosed } from '../protocol/link/link.ts';
import type { Logger } from '../protocol/node/log.ts';
import { shortFingerprint } from '../protocol/short-fingerprint.ts';
import { CardDesk } from './card/card-desk.ts';
import { readerLine } from './card/card-places.ts';
import type { CardReader } from './card/card-reader.ts';
import type { ReaderOrder } from './card/reader-order.ts';
import type { ArrivedFrame, Attachment } from './connection/attachment.ts';
import { makeHello } from './connection/hello.ts';
import { Reconnecting } from './connection/reconnecting.ts';
import type { Display } from './display/display.ts';
import type { NativePicture } from './display/native-picture.ts';
import type { Facts, HostFacts } from './information/facts.ts';
import { Information } from './information/information.ts';
import type { Input } from './input/input-sender.ts';
import { LocalKeys, TERMINAL_KEYS } from './input/local-keys.ts';
import { asksForLogin } from './input/login-wish.ts';
import { makePage, type Page } from './screens/page.ts';
import { PinPad } from './screens/pin-pad.ts';
import { type PageName, pageName, WORDS } from './screens/words.ts';
import { type Showing, Stage, type StageView } from './stage.ts';

/** The first page or session is long there when the likely pages are drawn. */
const PREPARE_MS = 1500;
/** They ask for somebody who knows this terminal. */
const KEY_PAGES: readonly PageName[] = [
  'waitingApproval',
  'revoked',
  'nameConflict',
  'serverRefused',
];
const LOGIN_WISH_MS = 1000;
const ENDED = 'the terminal was ended';

export interface TerminalDeps {
  /** Dials the server; rejects with WayRayError. */
  readonly connect: () => Promise<Link>;
  readonly display: Display;
  readonly keyboard: KeyboardNames;
  readonly name: string | undefined;
  /** Of the identity that `connect` shows; without it no card can prove anything. */
  readonly fingerprint?: string | undefined;
  /** One-time code that lets an unknown terminal in. */
  readonly credential?: string;
  /** The terminal ends them. */
  readonly readers?: readonly CardReader[];
  /** Which of them is preferred; without it none is. */
  readonly readerOrder?: ReaderOrder;
  readonly log: Logger;
  readonly onPresented: (frame: ArrivedFrame, presentedNs: number) => void;
  /** The picture has settled and is proved. */
  readonly onSettled: () => void;
  /** A server with views has another thing shown; never called by one without. */
  readonly onShowing?: (showing: Showing) => void;
  /** What a person sees is another thing now. */
  readonly onChange?: () => void;
  /** It is over: the server refused, or another terminal took the session. */
  readonly onGivenUp: (error: WayRayError) => void;
  /** Somebody stands there: what was refused is tried again for as long as it takes. */
  readonly endless?: boolean;
  /** The network has changed: a server may be found elsewhere now. */
  readonly onNetworkChange?: () => void;
  /** For the information page; without them there is none. */
  readonly facts?: () => HostFacts;
}

/** A terminal: keeps a link to its server, shows what comes and sends what its person does. */
export class Terminal {
  readonly #deps: TerminalDeps;
  readonly #connection: Reconnecting;
  readonly #stage: Stage;
  readonly #pinPad: PinPad;
  readonly #localKeys = new LocalKeys(TERMINAL_KEYS);
  readonly #information: Information;
  /** What covers everything else; the information page is over the PIN's. */
  readonly #covers: { pin: Page | null; information: Page | null } = {
    pin: null,
    information: null,
  };
  readonly #cards: CardDesk;
  #attachment: Attachment | null = null;
  #credential: string;
  /** The server numbers what it shows. */
  #hasViews = false;
  /** It, or one before it, did so on some link. */
  #hadViews = false;
  /** The page that the server wants while it shows nothing else. */
  #serverPage: Page | null = null;
  /** Insertion of the card that brought the view; 0: none did, or it is not shown. */
  #broughtBy = 0;
  #prepare: NodeJS.Timeout | null = null;
  #lastWishMs = Number.NEGATIVE_INFINITY;
  #ended = false;

  constructor(deps: TerminalDeps) {
    this.#deps = deps;
    this.#credential = deps.credential ?? '';
    this.#stage = new Stage({
      display: deps.display,
      requestKeyFrame: (output, reason) => this.#attachment?.requestKeyFrame(output, reason),
      settled: () => deps.onSettled(),
      changed: (showing) => {
        if (showing.what === 'page') this.#attachment?.input.releaseAll();
        if (showing.what === 'page') this.#pageShown(showing.page);
        deps.onChange?.();
        if (this.#hadViews) deps.onShowing?.(showing);
      },
    });
    this.#pinPad = new PinPad({
      keyboard: () => deps.keyboard,
      show: (page) => this.#cover('pin', page),
    });
    this.#information = new Information({
      facts: () => this.#facts(),
      show: (page) => this.#cover('information', page),
    });
    this.#cards = new CardDesk({
      readers: deps.readers ?? [],
      ...(deps.readerOrder ? { order: deps.readerOrder } : {}),
      send: (message) => this.#attachment?.send(message),
      ends: () => this.#ends(),
      pin: this.#pinPad,
      removed: (insertion) => this.#cardOut(insertion),
      isShown: (insertion) => this.#broughtBy === insertion,
      reading: (reading) => this.#reading(reading),
      log: deps.log,
    });
    this.#connection = new Reconnecting({
      connect: deps.connect,
      hello: () => this.#hello(),
      nowUs,
      attached: (attachment) => this.#attached(attachment),
      page: (name, detail) => this.#stage.showPage(this.#withKey(makePage(name, detail))),
      givenUp: deps.onGivenUp,
      endless: deps.endless === true,
      hurry: () => deps.onNetworkChange?.(),
      log: deps.log,
    });
  }

  /** The primary output's picture of the session or greeter; null before its first frame and when nothing of it may be left. */
  get picture(): NativePicture | null {
    return this.#stage.picture;
  }

  get showing(): Showing {
    return this.#stage.showing;
  }

  /** Why the terminal is not connected, while it is not. */
  get lastFailure(): string | null {
    return this.#connection.lastFailure;
  }

  /** A one-time code is still to be told. */
  get codeWaits(): boolean {
    return this.#credential !== '';
  }

  start(): void {
    this.#connection.start();
    // While the server is on its way to answer: loaded and touched later, all this would delay the first picture.
    this.#hello();
    this.#stage.warmUp();
  }

  /** What a person does: meant for the session, or for the page that is shown. */
  input(input: Input): void {
    if (input.type === 'Key' && this.#isLocal(input.code, input.pressed)) return;
    if (this.#stage.takesInput) return this.#attachment?.input.send(input);
    const { showing } = this;
    if (showing.what !== 'page') return;
    if (this.#information.visible) {
      if (input.type === 'Key') this.#information.key(input.code, input.pressed);
    } else if (showing.page.name === 'pin') {
      if (input.type === 'Key') this.#pinPad.key(input.code, input.pressed);
    } else if (WORDS[showing.page.name].login && asksForLogin(input)) this.#wishLogin();
  }

  releaseAll(): void {
    this.#localKeys.releaseAll();
    this.#attachment?.input.releaseAll();
  }

  resized(): void {
    this.#stage.outputsChanged();
    this.#attachment?.send({
      type: 'OutputsConfigure',
      outputs: [...this.#deps.display.outputs],
    });
  }

  /** Asks for proof of the picture even if nothing changes any more. */
  watchSettling(): void {
    this.#stage.watchSettling();
  }

  end(): void {
    this.#ended = true;
    this.#connection[Symbol.dispose]();
    this.#information[Symbol.dispose]();
    if (this.#prepare) clearTimeout(this.#prepare);
    this.#attachment?.input.releaseAll();
    this.#cards[Symbol.dispose]();
    this.#attachment?.close(ENDED);
    this.#stage[Symbol.dispose]();
  }

  #attached(attachment: Attachment): void {
    this.#attachment = attachment;
    this.#hasViews = false;
    this.#stage.begin((frame, timeNs) => this.#presented(attachment, frame, timeNs));
    // A code is good for one time, and the server knows this terminal from here on.
    this.#credential = '';
    attachment.listen({
      frame: (frame) => this.#stage.frame(frame),
      cursor: (message) => this.#stage.cursor(message),
      control: (message) => this.#control(message),
      closed: (info) => this.#closed(info),
    });
    this.#deps.log.info({ session: attachment.sessionId }, 'session attached');
  }

  #presented(attachment: Attachment, frame: ArrivedFrame, timeNs: number): void {
    if (frame.header.key) this.#connection.arrived();
    attachment.acknowledge(frame, Math.round(timeNs / 1000));
    this.#deps.onPresented(frame, timeNs);
  }

  #control(message: ControlMessage): void {
    if (this.#cards.receive(message)) return;
    switch (message.type) {
      case 'View':
        return this.#showView(message);
      case 'ShowPage':
        return this.#showServerPage(
          this.#withKey(makePage(pageName(message.page), message.detail, message.code)),
        );
      case 'SessionState':
        return this.#sessionState(message);
      case 'Leds':
        return this.#deps.display.setLeds(message.mask);
      default:
    }
  }

  #showView(view: View): void {
    const attachment = this.#attachment;
    if (!attachment) return;
    this.#useViews();
    // Whatever is pressed is released where it was pressed.
    attachment.input.releaseAll();
    this.#deps.display.setLeds(0);
    this.#serverPage = null;
    this.#broughtBy = view.insertion;
    // A card that was taken out while the view was on its way: the server hears of that, and shows what follows.
    if (view.insertion > 0 && !this.#cards.lies(view.insertion)) this.#blank(view);
    else this.#stage.showView(view);
    attachment.showView(view.view);
    // Whoever is shown a session has proved enough; a greeter may come while the PIN is still asked.
    if (view.kind === ViewKind.session) this.#cards.drop();
    this.#pinPad.moveOn();
  }

  /** The server is told as well, but over a link that is dead nobody would hear it for seconds. */
  #cardOut(insertion: number): void {
    if (this.#broughtBy !== insertion || !this.#attachment) return;
    this.#attachment.input.releaseAll();
    this.#blank(this.#stage.view);
  }

  #blank(view: StageView): void {
    this.#broughtBy = 0;
    this.#stage.showView({ ...view, kind: ViewKind.none });
    this.#serverPage = makePage('cardRemoved');
    this.#stage.showPage(this.#serverPage);
  }

  #showServerPage(page: Page): void {
    this.#useViews();
    this.#connection.arrived();
    this.#serverPage = page;
    this.#stage.showPage(page);
    this.#pinPad.moveOn();
  }

  /** A server without views has no use for cards either. */
  #useViews(): void {
    if (this.#hasViews) return;
    this.#hasViews = true;
    this.#hadViews = true;
    this.#cards.connected();
    this.#prepare ??= setTimeout(() => void this.#prepareDisplay(), PREPARE_MS);
  }

  async #prepareDisplay(): Promise<void> {
    try {
      await this.#deps.display.prepare();
    } catch (error) {
      this.#deps.log.warn({ reason: (error as Error).message }, 'pages cannot be prepared');
    }
  }

  #sessionState({ state, message }: { state: number; message: string }): void {
    // With views, the server says what to show.
    if (this.#hasViews) return;
    if (state === SessionPhase.starting)
      this.#page('connecting', message || 'The session is starting');
    if (state !== SessionPhase.failed) return;
    this.#deps.log.warn({ reason: message }, 'session failed');
    this.#page('ended', message);
  }

  #closed(info: LinkClosed): void {
    this.#attachment = null;
    this.#broughtBy = 0;
    this.#serverPage = null;
    this.#cards.disconnected();
    this.#pinPad.close();
    if (this.#ended) return;
    this.#deps.display.setLeds(0);
    this.#stage.leaveViews();
    this.#connection.lost(info);
  }

  /** A page of the terminal's own. */
  #page(name: PageName, detail = ''): void {
    this.#connection.shown();
    this.#stage.showPage(makePage(name, detail));
  }

  /** The server hears of a card when it has been read; a slow one should not seem to be dead until then. */
  #reading(reading: boolean): void {
    if (!this.#serverPage || this.showing.what !== 'page') return;
    this.#stage.showPage(reading ? makePage('readingCard') : this.#serverPage);
  }

  /** A person compares what the terminal shows with what the administrator is shown. */
  #withKey(page: Page): Page {
    const { fingerprint } = this.#deps;
    if (!fingerprint || !KEY_PAGES.includes(page.name)) return page;
    return { ...page, note: shortFingerprint(fingerprint) };
  }

  #cover(layer: 'pin' | 'information', page: Page | null): void {
    this.#covers[layer] = page;
    this.#stage.cover(this.#covers.information ?? this.#covers.pin);
  }

  #isLocal(code: number, pressed: boolean): boolean {
    const command = this.#localKeys.key(code, pressed);
    if (command === 'toggle-information' && this.#deps.facts) this.#information.toggle();
    return command !== null;
  }

  #pageShown(page: Page): void {
    this.#information.pageShown(page);
    this.#deps.log.info({ page: page.name, screenCode: page.code }, 'page shown');
  }

  #facts(): Omit<Facts, 'pages'> {
    const { display, fingerprint, facts } = this.#deps;
    if (!facts) throw new Error('nobody gives the facts');
    return {
      ...facts(),
      fingerprint: fingerprint ?? null,
      serverFingerprint: this.#attachment?.link.peer.fingerprint ?? null,
      connected: this.#attachment !== null,
      failure: this.lastFailure,
      enrolment: this.#credential || null,
      outputs: display.outputs,
      devices: display.devices ?? null,
      readers: this.#cards.readersNow().map(readerLine),
    };
  }

  #wishLogin(): void {
    const nowMs = performance.now();
    if (nowMs - this.#lastWishMs < LOGIN_WISH_MS) return;
    this.#lastWishMs = nowMs;
    if (!this.#attachment) return this.#connection.again();
    if (!this.#hasViews) return;
    this.#attachment?.send({ type: 'LoginRequest' });
  }

  #ends(): { serverFingerprint: string; terminalFingerprint: string } | null {
    const serverFingerprint = this.#attachment?.link.peer.fingerprint;
    const { fingerprint: terminalFingerprint } = this.#deps;
    if (!serverFingerprint || !terminalFingerprint) return null;
    return { serverFingerprint, terminalFingerprint };
  }

  #hello(): Hello {
    const { keyboard, name, display } = this.#deps;
    const credential = this.#credential;
    return makeHello({ name, keyboard, credential, outputs: [...display.outputs] });
  }
}

/** CLOCK_MONOTONIC in µs. */
export function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
