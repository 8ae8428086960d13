import type { Display } from '../../../native/wayland/index.ts';
import {
  type ZwlrForeignToplevelHandleV1 as HandleResource,
  type ZwlrForeignToplevelManagerV1 as ManagerResource,
  ZwlrForeignToplevelHandleV1Error,
  ZwlrForeignToplevelHandleV1State,
  zwlrForeignToplevelHandleV1,
  zwlrForeignToplevelManagerV1,
} from '../../../protocol/wayland/generated/foreign-toplevel-management.ts';
import type { ClientRequest } from '../../wm/policy.ts';
import type { OutputLayout } from '../output/layout.ts';
import { Output } from '../output/output.ts';
import { type ListedWindow, parentsFirst, sameStates, type WindowList } from './window-list.ts';

export interface ToplevelHost {
  readonly display: Display;
  readonly outputs: OutputLayout;
  readonly list: WindowList;
  /** Passes a wish on to the window policy. */
  request(id: number, request: ClientRequest): void;
  close(id: number): void;
}

const FULLSCREEN_SINCE = 2;
const PARENT_SINCE = 3;

/** One client's view of one window. */
class Handle {
  readonly resource: HandleResource;
  readonly #host: ToplevelHost;
  readonly #outputs = new Set<number>();

  constructor(resource: HandleResource, id: number, host: ToplevelHost) {
    this.resource = resource;
    this.#host = host;
    const request = (wish: ClientRequest) => () => {
      if (this.closed) return;
      host.request(id, wish);
    };
    resource.setHandler({
      setMaximized: request({ type: 'maximize' }),
      unsetMaximized: request({ type: 'unmaximize' }),
      setMinimized: request({ type: 'minimize' }),
      unsetMinimized: request({ type: 'activate' }),
      activate: request({ type: 'activate' }),
      close: () => {
        if (!this.closed) host.close(id);
      },
      setRectangle: (_surface, _x, _y, width, height) => {
        if (width >= 0 && height >= 0) return;
        const reason = `rectangle ${width}x${height} is negative`;
        resource.postError(ZwlrForeignToplevelHandleV1Error.invalidRectangle, reason);
      },
      setFullscreen: (output) => {
        const on = output ? (Output.from(output)?.id ?? null) : null;
        request({ type: 'fullscreen', output: on })();
      },
      unsetFullscreen: request({ type: 'unfullscreen' }),
    });
  }

  /** The window is no more; the client has yet to destroy its object. */
  closed = false;

  close(): void {
    this.closed = true;
    this.resource.sendClosed();
  }

  /** Tells what differs; everything when there is no before. */
  tell(window: ListedWindow, before: ListedWindow | null, parent: HandleResource | null): void {
    const { resource } = this;
    if (window.title !== before?.title) resource.sendTitle(window.title);
    if (window.appId !== before?.appId) resource.sendAppId(window.appId);
    this.#tellOutputs(window.outputs);
    if (!before || !sameStates(window, before)) this.#tellStates(window);
    const hasOther = before ? window.parent !== before.parent : window.parent !== null;
    if (hasOther && resource.version >= PARENT_SINCE) resource.sendParent(parent);
    resource.sendDone();
  }

  /** The client learnt of an output late. */
  outputBound(id: number, send: (handle: HandleResource) => void): void {
    if (this.#outputs.has(id)) send(this.resource);
  }

  #tellStates(window: ListedWindow): void {
    const { maximized, minimized, activated, fullscreen } = ZwlrForeignToplevelHandleV1State;
    const states: number[] = [];
    if (window.maximized) states.push(maximized);
    if (window.minimized) states.push(minimized);
    if (window.activated) states.push(activated);
    if (window.fullscreen && this.resource.version >= FULLSCREEN_SINCE) states.push(fullscreen);
    this.resource.sendState(Uint32Array.from(states));
  }

  #tellOutputs(outputs: readonly number[]): void {
    const { resource } = this;
    for (const id of [...this.#outputs]) {
      if (outputs.includes(id)) continue;
      this.#outputs.delete(id);
      for (const output of this.#resourcesOf(id)) resource.sendOutputLeave(output);
    }
    for (const id of outputs) {
      if (this.#outputs.has(id)) continue;
      this.#outputs.add(id);
      for (const output of this.#resourcesOf(id)) resource.sendOutputEnter(output);
    }
  }

  #resourcesOf(id: number) {
    return this.#host.outputs.byId(id)?.resourcesOf(this.resource.client) ?? [];
  }
}

/** One client's zwlr_foreign_toplevel_manager_v1: a task bar. */
class ToplevelManager {
  readonly #resource: ManagerResource;
  readonly #host: ToplevelHost;
  readonly #handles = new Map<number, Handle>();
  readonly #unsubscribe: () => void;

  constructor(resource: ManagerResource, host: ToplevelHost) {
    this.#resource = resource;
    this.#host = host;
    const { list, outputs } = host;
    const unsubscribe = list.onEvent((event) => {
      if (event.kind === 'changed') this.#tell(event.window, event.before);
      else if (event.kind === 'closed') this.#close(event.id);
      else if (!resource.destroyed) this.#open(event.window);
    });
    const unsubscribeOutputs = outputs.onEvent((event) => {
      if (event.kind !== 'bound' || event.resource.client !== resource.client) return;
      for (const handle of this.#handles.values())
        handle.outputBound(event.output.id, (one) => one.sendOutputEnter(event.resource));
    });
    resource.setHandler({ stop: () => resource.sendFinished() });
    this.#unsubscribe = () => {
      unsubscribe();
      unsubscribeOutputs();
    };
    resource.onDestroy(() => this.#endIfUnused());
    for (const window of parentsFirst(list.windows)) this.#open(window);
  }

  #open(window: ListedWindow): void {
    const { client, version } = this.#resource;
    const resource = client.createResource(zwlrForeignToplevelHandleV1, version);
    const handle = new Handle(resource, window.id, this.#host);
    this.#handles.set(window.id, handle);
    resource.onDestroy(() => {
      if (this.#handles.get(window.id) === handle) this.#handles.delete(window.id);
      this.#endIfUnused();
    });
    this.#resource.sendToplevel(resource);
    this.#tell(window, null);
  }

  #tell(window: ListedWindow, before: ListedWindow | null): void {
    const parent = window.parent === null ? null : this.#handles.get(window.parent);
    this.#handles.get(window.id)?.tell(window, before, parent?.resource ?? null);
  }

  #close(id: number): void {
    this.#handles.get(id)?.close();
    this.#handles.delete(id);
    this.#endIfUnused();
  }

  /** The handles of a manager that has stopped go on. */
  #endIfUnused(): void {
    if (this.#resource.destroyed && this.#handles.size === 0) this.#unsubscribe();
  }
}

/** Offers zwlr_foreign_toplevel_manager_v1 3. */
export function exposeToplevelManagement(host: ToplevelHost): void {
  host.display.createGlobal(zwlrForeignToplevelManagerV1, 3, (resource: ManagerResource) => {
    new ToplevelManager(resource, host);
  });
}
