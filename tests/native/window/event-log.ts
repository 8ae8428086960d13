import type { WindowEvent } from '../../../native/window/index.ts';

type Kind = WindowEvent['type'];
type Of<K extends Kind> = Extract<WindowEvent, { type: K }>;

/** Keeps a window's events and waits for the ones a test wants. */
export class EventLog {
  readonly events: WindowEvent[] = [];
  #arrived: (() => void) | undefined;

  readonly onEvent = (event: WindowEvent): void => {
    this.events.push(event);
    this.#arrived?.();
  };

  all<K extends Kind>(type: K): Of<K>[] {
    return this.events.filter((event): event is Of<K> => event.type === type);
  }

  /** The first event of the kind that satisfies the condition, past or future. */
  async until<K extends Kind>(
    type: K,
    condition: (event: Of<K>) => boolean = () => true,
    timeoutMs = 5000,
  ): Promise<Of<K>> {
    const signal = AbortSignal.timeout(timeoutMs);
    for (;;) {
      const found = this.all(type).find(condition);
      if (found) return found;
      await new Promise<void>((resolve, reject) => {
        this.#arrived = resolve;
        signal.onabort = () =>
          reject(new Error(`no such ${type} event; there were ${JSON.stringify(this.events)}`));
        if (signal.aborted) reject(new Error(`no such ${type} event in time`));
      });
    }
  }
}
