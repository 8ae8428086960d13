import { SessionWish } from '../../protocol/generated/control.ts';
import type { Compositor } from '../compositor/compositor.ts';
import type { SessionServer } from './session-server.ts';
import type { Answer, Ask, SessionView } from './wish-messages.ts';

export interface WishesDeps {
  readonly session: string;
  readonly waylandDisplay: string;
  readonly compositor: Compositor;
  readonly server: Pick<SessionServer, 'attached' | 'request' | 'trace' | 'watched'>;
  /** The broker does what is asked for: not in single-user mode. */
  readonly brokerListens: boolean;
}

/** Answers what the person in the session asks for: by passing it on to the broker. */
export class Wishes {
  readonly #deps: WishesDeps;

  constructor(deps: WishesDeps) {
    this.#deps = deps;
  }

  answer(ask: Ask): Answer {
    if (ask === 'info') return { ok: true, info: this.#view() };
    if (!this.#deps.brokerListens)
      return { error: `there is no ${ask} in single-user mode: nobody logged in` };
    if (this.#deps.server.request(SessionWish[ask])) return { ok: true };
    return { error: 'the server is not connected to this session at the moment; try again' };
  }

  #view(): SessionView {
    const { session, waylandDisplay, compositor, server, brokerListens } = this.#deps;
    const { outputs } = compositor.outputs;
    return {
      session,
      waylandDisplay,
      attached: server.attached,
      locked: compositor.lock.locked,
      broker: brokerListens && server.watched,
      outputs: outputs.map(({ name, widthPx, heightPx, scale }) => {
        return { name, widthPx, heightPx, scale };
      }),
      latency: server.trace.times(),
    };
  }
}
