import { randomBytes } from 'node:crypto';
import type { Display } from '../../../native/wayland/index.ts';
import {
  type ExtForeignToplevelHandleV1,
  type ExtForeignToplevelListV1,
  extForeignToplevelHandleV1,
  extForeignToplevelListV1,
} from '../../../protocol/wayland/generated/foreign-toplevel-list.ts';
import type { ListedWindow, WindowList, WindowListEvent } from './window-list.ts';

/** Windows that are mapped again count as new ones. */
class Identifiers {
  readonly #ids = new Map<number, string>();

  of(id: number): string {
    const known = this.#ids.get(id) ?? randomBytes(16).toString('hex');
    this.#ids.set(id, known);
    return known;
  }

  forget(id: number): void {
    this.#ids.delete(id);
  }
}

/** One client's list: a handle for each window, with its title and application. */
class ToplevelList {
  readonly #resource: ExtForeignToplevelListV1;
  readonly #identifiers: Identifiers;
  readonly #handles = new Map<number, ExtForeignToplevelHandleV1>();
  readonly #unsubscribe: () => void;
  #stopped = false;

  constructor(resource: ExtForeignToplevelListV1, list: WindowList, identifiers: Identifiers) {
    this.#resource = resource;
    this.#identifiers = identifiers;
    this.#unsubscribe = list.onEvent((event) => this.#tell(event));
    resource.setHandler({
      stop: () => {
        if (this.#stopped) return;
        this.#stopped = true;
        resource.sendFinished();
      },
    });
    resource.onDestroy(() => {
      this.#stopped = true;
      this.#endIfUnused();
    });
    for (const window of list.windows) this.#open(window);
  }

  #tell(event: WindowListEvent): void {
    if (event.kind === 'opened') {
      if (!this.#stopped) this.#open(event.window);
    } else if (event.kind === 'changed') this.#change(event.window, event.before);
    else this.#close(event.id);
  }

  #open(window: ListedWindow): void {
    const { client, version } = this.#resource;
    const handle = client.createResource(extForeignToplevelHandleV1, version);
    handle.setHandler({});
    this.#handles.set(window.id, handle);
    handle.onDestroy(() => {
      if (this.#handles.get(window.id) === handle) this.#handles.delete(window.id);
      this.#endIfUnused();
    });
    this.#resource.sendToplevel(handle);
    handle.sendIdentifier(this.#identifiers.of(window.id));
    handle.sendTitle(window.title);
    handle.sendAppId(window.appId);
    handle.sendDone();
  }

  #change(window: ListedWindow, before: ListedWindow): void {
    const handle = this.#handles.get(window.id);
    const { title, appId } = window;
    if (!handle || (title === before.title && appId === before.appId)) return;
    if (title !== before.title) handle.sendTitle(title);
    if (appId !== before.appId) handle.sendAppId(appId);
    handle.sendDone();
  }

  #close(id: number): void {
    this.#handles.get(id)?.sendClosed();
    this.#handles.delete(id);
    this.#endIfUnused();
  }

  /** The handles of a list that has stopped go on. */
  #endIfUnused(): void {
    if (this.#resource.destroyed && this.#handles.size === 0) this.#unsubscribe();
  }
}

/** Offers ext_foreign_toplevel_list_v1 1. */
export function exposeToplevelList(display: Display, list: WindowList): void {
  const identifiers = new Identifiers();
  display.createGlobal(extForeignToplevelListV1, 1, (resource: ExtForeignToplevelListV1) => {
    new ToplevelList(resource, list, identifiers);
  });
  list.onEvent((event) => {
    if (event.kind === 'closed') identifiers.forget(event.id);
  });
}
