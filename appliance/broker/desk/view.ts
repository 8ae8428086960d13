import { Channel } from '../../../protocol/channel.ts';
import {
  ByeCode,
  type ControlMessage,
  decodeControl,
  encodeControl,
  type KeyboardNames,
  type OutputInfo,
  type PageKind,
  ViewKind,
} from '../../../protocol/generated/control.ts';
import type { Link, LinkStream } from '../../../protocol/link/link.ts';
import { connectUnix } from '../../../protocol/node/unix.ts';
import { type Relay, TerminalChannels } from '../relay.ts';
import { attachOf } from '../session-link.ts';
import type { Terminal } from '../terminal.ts';

/** What a terminal asks of a session. */
export interface Wanted {
  readonly outputs: readonly OutputInfo[];
  readonly keyboard: KeyboardNames;
}

export interface ShowRequest {
  readonly kind: 'greeter' | 'session';
  readonly sessionId: string;
  /** Of the card that brought it; 0: none did. */
  readonly insertion: number;
  /** Unix socket of its compositor. */
  readonly socket: string;
  /** Asked when the session is there. */
  readonly wanted: () => Wanted;
  /** The session could not be reached or ended its link; not called when another view has taken its place. */
  readonly onGone: (reason: string) => void;
  /** The session has been told of the terminal. */
  readonly onJoined?: () => void;
  /** Its first frame is on its way to the terminal. */
  readonly onPictured?: () => void;
}

export type ConnectSession = (socket: string) => Promise<Link>;

/** One session at the terminal, from View to the next View. */
interface Shown {
  readonly request: ShowRequest;
  readonly relay: Relay;
  link: Link | null;
  control: LinkStream | null;
}

/**
 * What a terminal shows: nothing (a page) or one session. The link to the terminal stays; each session gets a link of
 * its own that ends when another view begins, so that nothing of it can come after that.
 */
export class TerminalView {
  readonly #terminal: Terminal;
  readonly #channels: TerminalChannels;
  readonly #connect: ConnectSession;
  #view = 0;
  #shown: Shown | null = null;

  constructor(terminal: Terminal, connect: ConnectSession = connectUnix) {
    this.#terminal = terminal;
    this.#connect = connect;
    this.#channels = new TerminalChannels(terminal);
  }

  get shows(): Pick<ShowRequest, 'kind' | 'sessionId' | 'insertion'> | null {
    return this.#shown?.request ?? null;
  }

  /** Takes the place of what was shown before. */
  show(request: ShowRequest): void {
    this.#part('another session is shown');
    const relay = this.#channels.expect(this.#view + 1);
    this.#tell(ViewKind[request.kind], request);
    const shown: Shown = { request, relay, link: null, control: null };
    this.#shown = shown;
    this.#join(shown).catch((error: Error) => this.#lost(shown, error.message));
  }

  /** When this returns, nothing more of the session is sent, and the terminal has been told to overwrite its picture. */
  clear(): void {
    if (this.#view > 0 && !this.#shown) return;
    this.#part('the terminal shows it no longer');
    this.#tell(ViewKind.none, { sessionId: '', insertion: 0 });
  }

  /** Clears the view first. */
  page(page: PageKind, code: string, detail: string): void {
    this.clear();
    this.#terminal.send({ type: 'ShowPage', page, code, detail });
  }

  /** Tells the session of the terminal's screens and keyboard. */
  tellSession(message: ControlMessage & { type: 'OutputsConfigure' | 'KeyboardLayout' }): void {
    this.#shown?.control?.send(encodeControl(message));
  }

  [Symbol.dispose](): void {
    this.#part('the terminal has gone');
  }

  #tell(
    kind: ViewKind,
    { sessionId, insertion }: Pick<ShowRequest, 'sessionId' | 'insertion'>,
  ): void {
    this.#view += 1;
    this.#terminal.send({ type: 'View', view: this.#view, kind, sessionId, insertion });
  }

  async #join(shown: Shown): Promise<void> {
    const { request, relay } = shown;
    const link = await this.#connect(request.socket);
    if (this.#shown !== shown) return link.close(ByeCode.normal, 'not wanted any more');
    shown.link = link;
    link.onClose(({ reason }) => this.#lost(shown, reason));
    const control = await link.openBidi(Channel.control);
    if (this.#shown !== shown) return;
    shown.control = control;
    control.send(encodeControl(attachOf(this.#terminal, request.wanted(), relay.view)));
    request.onJoined?.();
    control.onMessage((bytes) => {
      if (this.#shown !== shown) return;
      const message = decodeControl(bytes);
      if (message.type === 'Leds') this.#terminal.send(message);
    });
    relay.connect(link, request.onPictured);
  }

  #part(reason: string): void {
    const shown = this.#shown;
    if (!shown) return;
    this.#shown = null;
    shown.relay[Symbol.dispose]();
    shown.link?.close(ByeCode.normal, reason);
  }

  #lost(shown: Shown, reason: string): void {
    if (this.#shown !== shown) return;
    this.clear();
    shown.request.onGone(reason);
  }
}
