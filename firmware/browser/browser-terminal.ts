import { WayRayError } from '../../protocol/errors.ts';
import { FINE_CAPABILITY } from '../../protocol/fine-capability.ts';
import {
  ByeCode,
  type ControlMessage,
  type Hello,
  type KeyboardNames,
  type OutputInfo,
  ProofProblem,
  Role,
  SessionPhase,
} from '../../protocol/generated/control.ts';
import { GRADED_CAPABILITY } from '../../protocol/graded-capability.ts';
import type { LinkClosed } from '../../protocol/link/link.ts';
import { DEFAULT_TILES, tileCapabilityName } from '../../protocol/tile-capability.ts';
import { PROTOCOL_MAJOR, PROTOCOL_MINOR } from '../../protocol/version.ts';
import { Attachment } from '../connection/attachment.ts';
import { Backoff } from '../connection/backoff.ts';
import { RefusedError } from '../connection/greeting.ts';
import type { Input } from '../input/input-sender.ts';
import { VERSION } from '../version.ts';
import { AccessError, type Dialled } from './dial.ts';
import { isPassing, pageWords } from './page-words.ts';
import type { SessionView } from './session-view.ts';
import { webVideoCapabilities } from './web-video.ts';
import type { Words } from './words.ts';

export interface BrowserTerminalDeps {
  readonly dial: () => Promise<Dialled>;
  readonly view: SessionView;
  readonly output: () => OutputInfo;
  readonly keyboard: () => KeyboardNames;
  readonly nowUs: () => number;
  /** Words instead of the session. */
  readonly showWords: (words: Words) => void;
  readonly showSession: () => void;
}

const PASSING_MS = 150;

/** A terminal in a page: keeps a link to the server, shows what comes and sends what the person does. */
export class BrowserTerminal {
  readonly #deps: BrowserTerminalDeps;
  readonly #backoff = new Backoff();
  #attachment: Attachment | null = null;
  #connecting = false;
  #refusals = 0;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #soon: ReturnType<typeof setTimeout> | null = null;
  /** The server numbers what it shows, and wants no input while it shows nothing. */
  #hasViews = false;
  /** A whole picture of what is shown has come. */
  #live = false;

  constructor(deps: BrowserTerminalDeps) {
    this.#deps = deps;
  }

  get attached(): boolean {
    return this.#attachment !== null;
  }

  /** Connects now, also when it was waiting to or had given up. */
  connect(): void {
    if (this.#connecting || this.#attachment) return;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    this.#connecting = true;
    this.#open()
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#connecting = false;
      });
  }

  /** Does not wait any longer if it was waiting; a decision of the person's stays with the person. */
  hurry(): void {
    if (this.#retry !== null) this.connect();
  }

  /** The button below the words: asks for a login where the server waits for one, or connects. */
  act(): void {
    if (this.#attachment && this.#hasViews) this.#attachment.send({ type: 'LoginRequest' });
    else this.connect();
  }

  input(input: Input): void {
    if (this.#live || !this.#hasViews) this.#attachment?.input.send(input);
  }

  releaseAll(): void {
    this.#attachment?.input.releaseAll();
  }

  outputChanged(): void {
    this.#attachment?.send({ type: 'OutputsConfigure', outputs: [this.#deps.output()] });
  }

  keyboardChanged(): void {
    this.#attachment?.send({ type: 'KeyboardLayout', ...this.#deps.keyboard() });
  }

  leave(): void {
    this.#attachment?.input.releaseAll();
    this.#attachment?.close('the page was left');
  }

  async #open(): Promise<void> {
    const { dial, view, showWords, nowUs } = this.#deps;
    showWords({ state: 'connecting', headline: 'Connecting', detail: 'Looking for the server.' });
    const [{ link, credential }, capabilities] = await Promise.all([
      dial(),
      webVideoCapabilities(),
    ]);
    const output = this.#deps.output();
    const attachment = await Attachment.open(
      link,
      this.#hello(credential, output, capabilities),
      nowUs,
    );
    this.#attachment = attachment;
    this.#hasViews = false;
    this.#startView(attachment, output.id);
    attachment.listen({
      frame: (frame) => view.frame(frame),
      cursor: (message) => view.cursor(message),
      control: (message) => this.#control(message, attachment),
      closed: (info) => this.#closed(info),
    });
    // The window may have changed while the link came about.
    const now = this.#deps.output();
    if (now.widthPx !== output.widthPx || now.heightPx !== output.heightPx) this.outputChanged();
  }

  #startView(attachment: Attachment, output: number): void {
    this.#live = false;
    this.#deps.view.start({
      acknowledge: (frame, presentedUs) => attachment.acknowledge(frame, presentedUs),
      requestKeyFrame: (reason) => attachment.requestKeyFrame(output, reason),
      shown: () => {
        this.#live = true;
        this.#backoff.reset();
        this.#refusals = 0;
        this.#later(null);
        this.#deps.showSession();
      },
    });
  }

  #hello(credential: string, output: OutputInfo, capabilities: string[]): Hello {
    return {
      type: 'Hello',
      major: PROTOCOL_MAJOR,
      minor: PROTOCOL_MINOR,
      role: Role.browser,
      software: `browser terminal ${VERSION}`,
      capabilities: [
        ...capabilities,
        FINE_CAPABILITY,
        GRADED_CAPABILITY,
        tileCapabilityName(DEFAULT_TILES),
      ],
      terminalName: 'browser',
      outputs: [output],
      keyboard: this.#deps.keyboard(),
      credential,
    };
  }

  #control(message: ControlMessage, attachment: Attachment): void {
    if (message.type === 'View') return this.#showView(attachment, message.view);
    if (message.type === 'ShowPage') return this.#showPage(message);
    if (message.type === 'CardChallenge') return this.#refuseChallenge(message, attachment);
    if (message.type !== 'SessionState' || message.state !== SessionPhase.failed) return;
    if (this.#hasViews) return;
    this.#deps.view.clear();
    this.#deps.showWords({
      state: 'ended',
      headline: 'The session has ended',
      detail: `${sentence(message.message)} The server starts a new one.`,
    });
  }

  #showView(attachment: Attachment, view: number): void {
    this.#hasViews = true;
    attachment.input.releaseAll();
    this.#startView(attachment, this.#deps.output().id);
    attachment.showView(view);
  }

  /** Of a page that mostly passes nothing is shown if the session comes soon. */
  #showPage(message: ControlMessage & { type: 'ShowPage' }): void {
    this.#hasViews = true;
    this.#backoff.reset();
    this.#refusals = 0;
    const show = () => this.#deps.showWords(pageWords(message));
    this.#later(isPassing(message) ? show : null);
    if (!isPassing(message)) show();
  }

  #refuseChallenge(
    { insertion, request }: ControlMessage & { type: 'CardChallenge' },
    attachment: Attachment,
  ): void {
    const problem = ProofProblem.noKey;
    attachment.send({ type: 'CardProofFailed', insertion, request, problem, triesLeft: 255 });
  }

  #later(action: (() => void) | null): void {
    if (this.#soon !== null) clearTimeout(this.#soon);
    this.#soon = action === null ? null : setTimeout(action, PASSING_MS);
  }

  #closed({ code, reason }: LinkClosed): void {
    this.#attachment = null;
    this.#live = false;
    this.#later(null);
    this.#deps.view.clear();
    if (code === ByeCode.replaced) {
      this.#deps.showWords({
        state: 'replaced',
        headline: 'The session is shown on another terminal',
        detail: 'It runs on there. This page does not take it back by itself.',
        action: 'Show it here',
      });
    } else if (code === ByeCode.shutdown) this.#tryAgain('The server was ended', reason);
    else this.#tryAgain('Disconnected', IN_WORDS[code] ?? reason);
  }

  #failed(error: unknown): void {
    this.#deps.view.clear();
    if (error instanceof AccessError) {
      return this.#giveUp('This browser has not been let in', error.message);
    }
    const refused =
      error instanceof RefusedError || (error as WayRayError | null)?.code === 'version';
    // A server that was restarted does not know the credential that the one before gave.
    if (refused && this.#refusals++ > 0) {
      return this.#giveUp('The server refused this page', (error as WayRayError).message);
    }
    if (error instanceof WayRayError) return this.#tryAgain('No connection', error.message);
    this.#giveUp('The terminal failed', String(error));
    throw error;
  }

  #giveUp(headline: string, detail: string): void {
    const words = { headline, detail: sentence(detail), action: 'Try again' };
    this.#deps.showWords({ state: 'refused', ...words });
  }

  #tryAgain(headline: string, reason: string): void {
    const detail = `${sentence(reason)} Trying again.`;
    this.#deps.showWords({ state: 'waiting', headline, detail, action: 'Try now' });
    this.#retry = setTimeout(() => this.connect(), this.#backoff.next());
  }
}

/** Reasons that the transport gives are for logs. */
const IN_WORDS: Readonly<Record<number, string>> = {
  [ByeCode.lost]: 'The connection to the server was lost.',
  [ByeCode.timeout]: 'The server does not answer any more.',
};

/** Reasons come as the middle of a sentence; a person reads whole ones. */
function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  const first = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
