import { indexOf, native } from './addon.ts';
import type { Resource } from './resource.ts';
import type { InterfaceSpec, TypedSpec } from './specification.ts';

/** What a client needs of its display. */
export interface ClientOwner {
  resourceAt(index: number): Resource | undefined;
  createFor(client: Client, spec: InterfaceSpec, version: number): Resource;
  report(error: unknown, client: Client, where: string): void;
}

/** A connected Wayland client, by its process's credentials. */
export class Client {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
  /** A place for any module's per-client state. */
  readonly data = new Map<symbol, unknown>();
  /** Integer handle, 0 once the client is going. For native/wayland alone. */
  handle: number;
  readonly owner: ClientOwner;
  readonly #ended: (() => void)[] = [];
  #gone = false;

  constructor(owner: ClientOwner, handle: number, pid: number, uid: number, gid: number) {
    this.owner = owner;
    this.handle = handle;
    this.pid = pid;
    this.uid = uid;
    this.gid = gid;
  }

  /** True from the moment that its objects begin to go. */
  get destroyed(): boolean {
    return this.handle === 0;
  }

  /** Ends the connection: at once, or after the handler that is running. */
  destroy(): void {
    native.clientDestroy(this.handle);
  }

  /** Called once, after the last of its objects is gone; at once when that is so already. */
  onDestroy(callback: () => void): void {
    if (this.#gone) callback();
    else this.#ended.push(callback);
  }

  flush(): void {
    native.clientFlush(this.handle);
  }

  postNoMemory(): void {
    native.clientPostNoMemory(this.handle);
  }

  /** Ends the client with wl_display.error implementation. */
  postImplementationError(message: string): void {
    native.clientPostImplementation(this.handle, message);
  }

  /** The object with this protocol id, unless libwayland serves it itself. */
  objectById(id: number): Resource | undefined {
    return this.owner.resourceAt(native.clientObject(this.handle, id));
  }

  /**
   * Makes an object that an event's new_id announces, e.g. a wl_data_offer.
   * For a client that is ending the result is destroyed already.
   */
  createResource<Instance = Resource>(spec: TypedSpec<Instance>, version: number): Instance {
    return this.owner.createFor(this, spec, version) as Instance;
  }

  /** For the display alone. */
  finish(): void {
    this.#gone = true;
    for (const callback of this.#ended.splice(0)) {
      try {
        callback();
      } catch (error) {
        this.owner.report(error, this, 'client.onDestroy');
      }
    }
  }

  /** For the display alone. */
  get index(): number {
    return indexOf(this.handle);
  }
}
