import { hostname } from 'node:os';
import { WayRayError } from '../protocol/errors.ts';
import {
  ByeCode,
  type ControlMessage,
  type Hello,
  type KeyboardNames,
  type OutputInfo,
  Role,
  SessionPhase,
} from '../protocol/generated/control.ts';
import type { CursorMessage } from '../protocol/generated/cursor.ts';
import type { Link, LinkClosed } from '../protocol/link/link.ts';
import type { Logger } from '../protocol/node/log.ts';
import { PROTOCOL_MAJOR, PROTOCOL_MINOR } from '../protocol/version.ts';
import { type ArrivedFrame, Attachment } from './connection/attachment.ts';
import { Backoff } from './connection/backoff.ts';
import { RefusedError } from './connection/greeting.ts';
import { CursorCache } from './display/cursor-cache.ts';
import type { Display } from './display/display.ts';
import { NativePicture } from './display/native-picture.ts';
import { Screen } from './display/screen.ts';
import type { Input } from './input/input-sender.ts';
import type { Page } from './screens/page.ts';
import { VERSION } from './version.ts';

const OUTPUT = 0;
/** A connection that comes about sooner needs no page, and what draws pages need not be loaded. */
const SLOW_CONNECT_MS = 300;
const ENDED = 'the terminal was ended';

export interface TerminalDeps {
  /** Dials the server; rejects with WayRayError. */
  readonly connect: () => Promise<Link>;
  readonly display: Display;
  readonly keyboard: KeyboardNames;
  readonly scale: number;
  readonly name: string | undefined;
  readonly log: Logger;
  readonly onPresented: (frame: ArrivedFrame, presentedNs: number) => void;
  /** The picture has settled and is proved. */
  readonly onSettled: () => void;
  /** It is over: the server refused, or another terminal took the session. */
  readonly onGivenUp: (error: WayRayError) => void;
}

/** A terminal: keeps a link to its server, shows what comes and sends what its person does. */
export class Terminal {
  readonly #deps: TerminalDeps;
  readonly #backoff = new Backoff();
  #attachment: Attachment | null = null;
  #screen: Screen<NativePicture> | null = null;
  #cursors = new CursorCache();
  #retry: NodeJS.Timeout | null = null;
  #slow: NodeJS.Timeout | null = null;
  #ended = false;
  #lastFailure: string | null = null;

  constructor(deps: TerminalDeps) {
    this.#deps = deps;
  }

  /** What is shown; null before the first frame. */
  get picture(): NativePicture | null {
    return this.#screen?.picture ?? null;
  }

  /** Why the terminal is not connected, while it is not. */
  get lastFailure(): string | null {
    return this.#lastFailure;
  }

  start(): void {
    void this.#connect();
  }

  input(input: Input): void {
    this.#attachment?.input.send(input);
  }

  releaseAll(): void {
    this.#attachment?.input.releaseAll();
  }

  resized(): void {
    this.#attachment?.send({ type: 'OutputsConfigure', outputs: this.#outputs() });
  }

  /** Asks for proof of the picture even if nothing changes any more. */
  watchSettling(): void {
    this.#screen?.watchSettling();
  }

  end(): void {
    this.#ended = true;
    if (this.#retry) clearTimeout(this.#retry);
    if (this.#slow) clearTimeout(this.#slow);
    this.#attachment?.input.releaseAll();
    this.#attachment?.close(ENDED);
    this.#screen?.[Symbol.dispose]();
  }

  async #connect(): Promise<void> {
    this.#retry = null;
    this.#slow ??= setTimeout(
      () => this.#page({ headline: 'Connecting', detail: 'Looking for the server' }),
      SLOW_CONNECT_MS,
    );
    try {
      const link = await this.#deps.connect();
      if (this.#ended) return link.close(ByeCode.normal, ENDED);
      this.#startScreen();
      const attachment = await Attachment.open(link, this.#hello(), nowUs);
      if (this.#ended) return attachment.close(ENDED);
      this.#attachment = attachment;
      this.#lastFailure = null;
      attachment.listen({
        frame: (frame) => {
          if (frame.header.output === OUTPUT) this.#screen?.receive(frame);
        },
        cursor: (message) => this.#cursor(message),
        control: (message) => this.#control(message),
        closed: (info) => this.#closed(info),
      });
      this.#deps.log.info({ session: attachment.sessionId }, 'session attached');
    } catch (error) {
      this.#failed(error);
    }
  }

  #startScreen(): void {
    this.#screen?.[Symbol.dispose]();
    this.#cursors = new CursorCache();
    this.#screen = new Screen<NativePicture>({
      createPicture: (width, height) => new NativePicture(width, height),
      draw: (picture, damage, arrived) => this.#draw(picture, damage, arrived),
      requestKeyFrame: (reason) => this.#attachment?.requestKeyFrame(OUTPUT, reason),
      onVerified: () => this.#deps.onSettled(),
    });
  }

  #draw(picture: NativePicture | null, damage: Int32Array, arrived: ArrivedFrame): void {
    const { header, receivedUs } = arrived;
    // A picture that is on the screen only after a reconnect says nothing about the new link's frames.
    const attachment = this.#attachment;
    const presented = (timeNs: number) => {
      attachment?.acknowledge(header, receivedUs, Math.round(timeNs / 1000));
      this.#deps.onPresented(arrived, timeNs);
    };
    if (!picture || damage.length === 0) return presented(nowUs() * 1000);
    if (header.key) this.#page(null);
    this.#deps.display.present(picture, damage, presented);
  }

  #cursor(message: CursorMessage): void {
    const image = this.#cursors.receive(message);
    if (image !== undefined) this.#deps.display.setCursor(image);
  }

  #control(message: ControlMessage): void {
    if (message.type !== 'SessionState') return;
    if (message.state === SessionPhase.starting) {
      this.#page({ headline: 'Connecting', detail: message.message || 'The session is starting' });
    }
    if (message.state !== SessionPhase.failed) return;
    this.#deps.log.warn({ reason: message.message }, 'session failed');
    this.#page({ headline: 'The session has ended', detail: message.message });
  }

  #closed({ code, reason }: LinkClosed): void {
    this.#attachment = null;
    if (this.#ended) return;
    this.#deps.log.warn({ reason }, 'disconnected');
    if (code === ByeCode.replaced) return this.#giveUp(new WayRayError('replaced', reason));
    this.#tryAgain('Disconnected', reason);
  }

  #failed(error: unknown): void {
    if (this.#ended) return;
    if (!(error instanceof WayRayError)) throw error;
    const final =
      error instanceof RefusedError || error.code === 'pin-mismatch' || error.code === 'version';
    if (final) return this.#giveUp(error);
    this.#deps.log.info({ reason: error.message }, 'no session yet');
    this.#tryAgain('No connection', error.message);
  }

  #giveUp(error: WayRayError): void {
    this.#ended = true;
    this.#page({
      headline: error.code === 'replaced' ? 'Shown elsewhere' : 'Refused',
      detail: error.message,
    });
    this.#deps.onGivenUp(error);
  }

  #tryAgain(headline: string, reason: string): void {
    if (this.#retry || this.#ended) return;
    this.#lastFailure = reason;
    const waitMs = this.#backoff.next();
    this.#page({ headline, detail: `${reason}. Trying again.` });
    this.#retry = setTimeout(() => void this.#connect(), waitMs);
  }

  #page(page: Page | null): void {
    if (!page) this.#backoff.reset();
    if (this.#slow) clearTimeout(this.#slow);
    this.#slow = null;
    this.#deps.display.showPage(page);
  }

  #hello(): Hello {
    const { keyboard, name } = this.#deps;
    return {
      type: 'Hello',
      major: PROTOCOL_MAJOR,
      minor: PROTOCOL_MINOR,
      role: Role.terminal,
      software: `wrclient ${VERSION}`,
      capabilities: [],
      terminalName: (name ?? hostname()).slice(0, 64),
      outputs: this.#outputs(),
      keyboard,
      credential: '',
    };
  }

  #outputs(): OutputInfo[] {
    const { width, height } = this.#deps.display.size;
    return [
      {
        id: OUTPUT,
        name: 'WAYRAY-1',
        make: 'WayRay',
        model: 'wrclient',
        widthPx: width,
        heightPx: height,
        widthMm: 0,
        heightMm: 0,
        scale120: Math.round(this.#deps.scale * 120),
        refreshMhz: 60_000,
        x: 0,
        y: 0,
        transform: 0,
      },
    ];
  }
}

/** CLOCK_MONOTONIC in µs. */
export function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
