import { Listeners } from '../surface/listeners.ts';

/** What other clients may know of a window. */
export interface ListedWindow {
  readonly id: number;
  readonly title: string;
  readonly appId: string;
  readonly parent: number | null;
  readonly maximized: boolean;
  readonly minimized: boolean;
  readonly activated: boolean;
  readonly fullscreen: boolean;
  /** Ids of the outputs that it is on. */
  readonly outputs: readonly number[];
}

export type WindowListEvent =
  | { readonly kind: 'opened'; readonly window: ListedWindow }
  | { readonly kind: 'changed'; readonly window: ListedWindow; readonly before: ListedWindow }
  | { readonly kind: 'closed'; readonly id: number };

/** The windows as the last transaction left them, and what differs from the one before. */
export class WindowList {
  #windows: ReadonlyMap<number, ListedWindow> = new Map();
  readonly #events = new Listeners<[event: WindowListEvent]>();

  get windows(): readonly ListedWindow[] {
    return [...this.#windows.values()];
  }

  onEvent(callback: (event: WindowListEvent) => void): () => void {
    return this.#events.add(callback);
  }

  /** Parents may come after their children in the list; they are told of first. */
  update(windows: readonly ListedWindow[]): void {
    const before = this.#windows;
    const next = new Map(windows.map((window) => [window.id, window]));
    this.#windows = next;
    for (const id of before.keys()) if (!next.has(id)) this.#events.call({ kind: 'closed', id });
    for (const window of parentsFirst(windows)) {
      const known = before.get(window.id);
      if (!known) this.#events.call({ kind: 'opened', window });
      else if (!sameWindow(known, window))
        this.#events.call({ kind: 'changed', window, before: known });
    }
  }
}

export function parentsFirst(windows: readonly ListedWindow[]): ListedWindow[] {
  const byId = new Map(windows.map((window) => [window.id, window]));
  const ordered = new Set<ListedWindow>();
  const add = (window: ListedWindow): void => {
    const line: ListedWindow[] = [];
    let at: ListedWindow | undefined = window;
    while (at && !ordered.has(at) && !line.includes(at)) {
      line.push(at);
      at = at.parent === null ? undefined : byId.get(at.parent);
    }
    for (const member of line.reverse()) ordered.add(member);
  };
  for (const window of windows) add(window);
  return [...ordered];
}

function sameWindow(a: ListedWindow, b: ListedWindow): boolean {
  return (
    a.title === b.title &&
    a.appId === b.appId &&
    a.parent === b.parent &&
    sameStates(a, b) &&
    a.outputs.length === b.outputs.length &&
    a.outputs.every((output, index) => output === b.outputs[index])
  );
}

export function sameStates(a: ListedWindow, b: ListedWindow): boolean {
  return (
    a.maximized === b.maximized &&
    a.minimized === b.minimized &&
    a.activated === b.activated &&
    a.fullscreen === b.fullscreen
  );
}
