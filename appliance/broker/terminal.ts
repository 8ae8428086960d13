import { randomUUID } from 'node:crypto';
import { Channel } from '../../protocol/channel.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import {
  ByeCode,
  type ControlMessage,
  decodeControl,
  encodeControl,
  type Hello,
  RefuseCode,
} from '../../protocol/generated/control.ts';
import { DEFAULT_TUNING } from '../../protocol/link/limits.ts';
import type { LinkStream, ServerLink } from '../../protocol/link/link.ts';
import { answerHello, refuse } from '../../protocol/negotiation.ts';
import type { Logger } from '../../protocol/node/log.ts';

export type Admitted =
  | { readonly admitted: true; readonly why: string }
  /** `code`: what fits the peer if absent. */
  | { readonly admitted: false; readonly message: string; readonly code?: RefuseCode };

/** Says whether the peer behind a Hello may stay. */
export type Admit = (link: ServerLink, hello: Hello) => Admitted | Promise<Admitted>;

/** Streams that wait for the session; as many as there are channels, since a link has one of each. */
export class StreamQueue {
  readonly #waiting: LinkStream[] = [];
  #take: ((stream: LinkStream) => void) | null = null;

  put(stream: LinkStream): void {
    if (this.#take) this.#take(stream);
    else this.#waiting.push(stream);
  }

  take(callback: (stream: LinkStream) => void): void {
    this.#take = callback;
    for (const stream of this.#waiting.splice(0)) callback(stream);
  }
}

/** A terminal that was let in. */
export interface Terminal {
  readonly id: string;
  readonly connection: string;
  readonly link: ServerLink;
  readonly control: LinkStream;
  readonly hello: Hello;
  readonly log: Logger;
  /** The channels it opened after the greeting. */
  readonly streams: StreamQueue;
  /** Control messages after the greeting. */
  onControl: (message: ControlMessage) => void;
  /** The link has ended, whoever ended it. */
  onClosed: () => void;
  send(message: ControlMessage): void;
}

/** Strangers cause it, so whoever logs it has to mind how often. */
export type OnRefused = (peer: string, reason: string) => void;

/**
 * Greets a new link: takes its Hello, answers it, and hands over the terminal once it is let in. A peer that is
 * refused gets the reason and is closed; the listener's own time limit ends those that say nothing.
 */
export function greet(
  link: ServerLink,
  sessionId: string,
  admit: Admit,
  log: Logger,
  onTerminal: (terminal: Terminal) => void,
  onRefused: OnRefused = (peer, reason) => log.warn({ peer, reason }, 'terminal refused'),
): void {
  const connection = randomUUID().slice(0, 8);
  const ours = log.child({ connection, peer: link.peer.address });
  let terminal: Terminal | null = null;
  let greeted = false;
  ours.debug('link opened');
  link.onClose(({ code, reason }) => {
    const fields = { how: byeName(code), reason };
    if (terminal) terminal.log.info(fields, 'link closed');
    else ours.debug(fields, 'link closed');
    terminal?.onClosed();
  });
  const letIn = (control: LinkStream, { hello, welcome }: Greeting, verdict: Admitted) => {
    if (link.closed) return;
    if (!verdict.admitted) {
      const code =
        verdict.code ?? (link.peer.fingerprint ? RefuseCode.identity : RefuseCode.credential);
      return turnAway(link, control, refuse(code, verdict.message, hello), onRefused);
    }
    control.send(encodeControl(welcome));
    terminal = makeTerminal(link, control, hello, connection, ours);
    // Channels that came before are the terminal's.
    link.admit();
    terminal.log.info(
      { name: hello.terminalName, software: hello.software, why: verdict.why },
      'terminal let in',
    );
    onTerminal(terminal);
  };
  link.onBidi((control) => {
    if (terminal) return terminal.streams.put(control);
    if (control.channel !== Channel.control) {
      link.close(ByeCode.protocol, 'the control channel comes first');
      return;
    }
    control.onMessage((message) => {
      guard(link, ours, () => {
        if (terminal) return receive(terminal, message);
        if (greeted) throw new ProtocolError('unexpected', 'greeting', 'it is not answered yet');
        greeted = true;
        const greeting = answerHello(message, {
          sessionId,
          capabilities: [],
          heartbeatMs: DEFAULT_TUNING.heartbeatMs,
        });
        if (greeting.kind === 'refuse') return turnAway(link, control, greeting.refuse, onRefused);
        const verdict = admit(link, greeting.hello);
        if (!(verdict instanceof Promise)) return letIn(control, greeting, verdict);
        verdict.then(
          (later) => letIn(control, greeting, later),
          (error: Error) => {
            ours.error({ reason: error.message }, 'a terminal could not be looked up');
            const message = 'the server cannot look the terminal up; it will be possible later';
            letIn(control, greeting, { admitted: false, message, code: RefuseCode.busy });
          },
        );
      });
    });
  });
}

type Greeting = ReturnType<typeof answerHello> & { readonly kind: 'welcome' };

function makeTerminal(
  link: ServerLink,
  control: LinkStream,
  hello: Hello,
  connection: string,
  log: Logger,
): Terminal {
  const id = link.peer.fingerprint ?? `browser-${connection}`;
  return {
    id,
    connection,
    link,
    control,
    hello,
    log: log.child({ terminal: id.slice(0, 16) }),
    streams: new StreamQueue(),
    onControl: () => {},
    onClosed: () => {},
    send: (answer) => void control.send(encodeControl(answer)),
  };
}

function turnAway(
  link: ServerLink,
  control: LinkStream,
  answer: ControlMessage & { type: 'Refuse' },
  onRefused: OnRefused,
): void {
  onRefused(link.peer.address, answer.message);
  control.send(encodeControl(answer));
  link.close(ByeCode.refused, answer.message);
}

function receive(terminal: Terminal, bytes: Uint8Array): void {
  const message = decodeControl(bytes);
  if (message.type === 'unknown') return;
  terminal.onControl(message);
}

/** A peer that breaks the protocol loses its own link and nothing else. */
function guard(link: ServerLink, log: Logger, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    log.warn({ reason: error.message }, 'protocol error');
    link.close(ByeCode.protocol, error.message);
  }
}

function byeName(code: number): string {
  return Object.entries(ByeCode).find(([, value]) => value === code)?.[0] ?? String(code);
}
