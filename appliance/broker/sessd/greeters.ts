import type { StartedGreeter } from '../floor/ports.ts';

interface Running {
  readonly greeter: StartedGreeter;
  readonly tell: (reason: string) => void;
}

/** Greeter sessions that run; each is told its end once. */
export class Greeters {
  readonly #running = new Map<string, Running>();
  readonly #end: (session: string) => void;

  constructor(end: (session: string) => void) {
    this.#end = end;
  }

  started(session: string, uid: number, socket: string): void {
    let ended: string | null = null;
    const callbacks: ((reason: string) => void)[] = [];
    const greeter: StartedGreeter = {
      session,
      uid,
      socket,
      end: () => {
        if (ended === null) this.#end(session);
      },
      onEnd: (callback) => {
        if (ended === null) callbacks.push(callback);
        else callback(ended);
      },
    };
    const tell = (reason: string) => {
      ended = reason;
      for (const callback of callbacks.splice(0)) callback(reason);
    };
    this.#running.set(session, { greeter, tell });
  }

  find(session: string): StartedGreeter | null {
    return this.#running.get(session)?.greeter ?? null;
  }

  has(session: string): boolean {
    return this.#running.has(session);
  }

  ended(session: string, reason: string): void {
    const running = this.#running.get(session);
    this.#running.delete(session);
    running?.tell(reason);
  }

  /** wrsessd told which sessions run: those that are not among them have ended unheard. */
  keep(running: ReadonlySet<string>): void {
    for (const session of [...this.#running.keys()])
      if (!running.has(session)) this.ended(session, 'it ended while wrsessd was away');
  }
}
