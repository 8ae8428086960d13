import { closeSync } from 'node:fs';
import { indexOf, native } from './addon.ts';
import type { Hooks, PixelSourceHandle } from './binding.d.ts';
import { Client, type ClientOwner } from './client.ts';
import {
  defineClass,
  type Handler,
  planRequest,
  type RequestPlan,
  type Resource,
  type ResourceClass,
  WaylandError,
} from './resource.ts';
import { ShmBuffer } from './shm-buffer.ts';
import { type InterfaceSpec, rawInterface, type TypedSpec } from './specification.ts';

/** How long a removed global may still be bound by clients that have not heard of its end. */
const globalLingerMs = 5000;

/** process.exit() runs no native clean-up. */
const removeSockets = () => native.exit();

export interface Global {
  readonly destroyed: boolean;
  /** Clients are told at once; who binds it all the same gets an object that does nothing. */
  destroy(): void;
}

interface GlobalEntry {
  readonly type: ResourceClass;
  readonly bind: (resource: Resource) => void;
  removed: boolean;
}

/** Where an exception came from, for the log. */
export interface HandlerErrorContext {
  readonly client: Client;
  /** e.g. wl_surface.commit or wl_surface.onDestroy */
  readonly where: string;
}

/**
 * The Wayland display of this process, served by libwayland inside Node's event loop. One at a time.
 * Events are sent before the loop sleeps.
 */
export class Display {
  /** Receives what a handler throws, other than WaylandError. */
  onHandlerError: (error: unknown, context: HandlerErrorContext) => void = (error, context) =>
    console.error(`${context.where} (client ${context.client.pid})`, error);
  /** Receives libwayland's own messages, mostly about clients that broke the protocol. */
  onLog: (line: string) => void = () => {};

  readonly #classes = new Map<string, ResourceClass>();
  readonly #specIndex = new Map<string, number>();
  readonly #resources: (Resource | undefined)[] = [];
  readonly #clients: (Client | undefined)[] = [];
  readonly #globals = new Map<number, GlobalEntry>();
  readonly #clientCreated: ((client: Client) => void)[] = [];
  readonly #dispatched: (() => void)[] = [];
  readonly #lingering = new Set<NodeJS.Timeout>();
  readonly #owner: ClientOwner;
  #destroyed = false;
  #inBatch = false;

  /** @throws TypeError naming an interface that makes no sense; Error when there is a display already */
  constructor(interfaces: readonly InterfaceSpec[]) {
    for (const [index, spec] of interfaces.entries()) {
      this.#classes.set(spec.name, defineClass(spec));
      this.#specIndex.set(spec.name, index);
    }
    for (const type of this.#classes.values())
      type.plans = type.spec.requests.map((request) =>
        planRequest(request, (name) => this.#classOf(name)),
      );
    this.#owner = {
      resourceAt: (index) => this.#resources[index],
      createFor: (client, spec, version) => this.#createFor(client, spec, version),
      report: (error, client, where) => this.#report(error, client, where),
    };
    native.create(interfaces.map(rawInterface), this.#hooks());
    process.on('exit', removeSockets);
  }

  /**
   * Listens in XDG_RUNTIME_DIR.
   * @param name without one the next free wayland-N
   * @returns the name, for WAYLAND_DISPLAY
   * @throws Error with code, errno and syscall, e.g. EADDRINUSE
   */
  addSocket(name?: string): string {
    if (name !== undefined && (name === '' || /[/\0]/.test(name)))
      throw new TypeError('a socket name is a file name without a folder');
    return native.addSocket(name ?? null);
  }

  /** @param fd a connected socket; taken over in any case */
  addClientFd(fd: number): Client {
    const client = this.#clients[indexOf(native.addClientFd(fd))];
    if (!client) throw new Error('the client was refused');
    return client;
  }

  /**
   * Offers an object to all clients.
   * @param iface an interface of this display or its name
   * @param bind called with each client's object; sets its handler
   */
  createGlobal<Instance = Resource>(
    iface: string | TypedSpec<Instance>,
    version: number,
    bind: (resource: Instance) => void,
  ): Global {
    const name = typeof iface === 'string' ? iface : iface.name;
    const index = this.#specIndex.get(name);
    if (index === undefined) throw new TypeError(`interface ${name} is not defined`);
    const handle = native.createGlobal(index, version);
    const entry: GlobalEntry = {
      type: this.#classOf(name),
      bind: bind as unknown as (resource: Resource) => void,
      removed: false,
    };
    this.#globals.set(indexOf(handle), entry);
    return {
      get destroyed() {
        return entry.removed;
      },
      destroy: () => this.#removeGlobal(handle, entry),
    };
  }

  /** Serves wl_shm; its buffers arrive as wl_buffer objects with `shm`. @param extraFormats beside ARGB8888 and XRGB8888 */
  initShm(extraFormats: readonly number[] = []): void {
    native.initShm(extraFormats);
  }

  nextSerial(): number {
    return native.nextSerial();
  }

  /** Sends what waits now; it is also done before the event loop sleeps. */
  flush(): void {
    native.flush();
  }

  onClientCreated(callback: (client: Client) => void): void {
    this.#clientCreated.push(callback);
  }

  /** Whether requests are being handled, so that onDispatched follows without anybody's doing. */
  get inBatch(): boolean {
    return this.#inBatch;
  }

  /** After each batch of requests, and after clients have ended: the place to render from. */
  onDispatched(callback: () => void): void {
    this.#dispatched.push(callback);
  }

  /** Ends every client and removes the sockets; inside a handler, once it has returned. */
  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    for (const timer of this.#lingering) clearTimeout(timer);
    process.off('exit', removeSockets);
    native.destroy();
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  #classOf(name: string): ResourceClass {
    let type = this.#classes.get(name);
    if (!type) {
      type = defineClass({ name, version: 1, requests: [], events: [] });
      this.#classes.set(name, type);
    }
    return type;
  }

  #removeGlobal(handle: number, entry: GlobalEntry): void {
    if (entry.removed || this.#destroyed) return;
    entry.removed = true;
    native.removeGlobal(handle);
    const timer = setTimeout(() => {
      this.#lingering.delete(timer);
      this.#globals.delete(indexOf(handle));
      native.destroyGlobal(handle);
    }, globalLingerMs);
    timer.unref();
    this.#lingering.add(timer);
  }

  #report(error: unknown, client: Client, where: string): void {
    try {
      this.onHandlerError(error, { client, where });
    } catch (failure) {
      console.error('onHandlerError threw', failure);
    }
  }

  #createFor(client: Client, spec: InterfaceSpec, version: number): Resource {
    const index = this.#specIndex.get(spec.name);
    if (index === undefined) throw new TypeError(`interface ${spec.name} is not defined`);
    const handle = client.destroyed ? 0 : native.createResource(client.handle, index, version);
    const resource = new (this.#classOf(spec.name))(client, handle, version);
    if (handle !== 0) this.#resources[indexOf(handle)] = resource;
    return resource;
  }

  #hooks(): Hooks {
    return {
      request: (index, opcode, ...args) => {
        this.#inBatch = true;
        this.#request(index, opcode, args);
      },
      destroyed: (index) => {
        const resource = this.#resources[index];
        this.#resources[index] = undefined;
        resource?.finish();
      },
      bound: (globalIndex, clientIndex, handle, version) =>
        this.#bound(globalIndex, clientIndex, handle, version),
      clientCreated: (handle, pid, uid, gid) => {
        const client = new Client(this.#owner, handle, pid, uid, gid);
        this.#clients[indexOf(handle)] = client;
        this.#callAll(this.#clientCreated, (callback) => callback(client), 'onClientCreated');
      },
      clientDying: (index) => {
        const client = this.#clients[index];
        if (client) client.handle = 0;
      },
      clientGone: (index) => {
        const client = this.#clients[index];
        this.#clients[index] = undefined;
        client?.finish();
      },
      shmAdopted: (...adopted) => this.#shmAdopted(...adopted),
      dispatched: () => {
        this.#inBatch = false;
        this.#callAll(this.#dispatched, (callback) => callback(), 'onDispatched');
      },
      log: (line) => this.#callAll([this.onLog], (callback) => callback(line.trimEnd()), 'onLog'),
    };
  }

  /** Not a client's fault, so an exception goes to the process as any event handler's would. */
  #callAll<Callback>(
    callbacks: Callback[],
    call: (callback: Callback) => void,
    where: string,
  ): void {
    for (const callback of callbacks) {
      try {
        call(callback);
      } catch (error) {
        queueMicrotask(() => {
          throw new Error(`${where} threw`, { cause: error });
        });
      }
    }
  }

  #bound(globalIndex: number, clientIndex: number, handle: number, version: number): void {
    const entry = this.#globals.get(globalIndex);
    const client = this.#clients[clientIndex];
    if (!entry || !client) return;
    const resource = new entry.type(client, handle, version);
    this.#resources[indexOf(handle)] = resource;
    if (entry.removed) {
      resource.inert = true;
      return;
    }
    try {
      entry.bind(resource);
    } catch (error) {
      this.#fail(error, resource, 'bind');
    }
  }

  #shmAdopted(
    clientIndex: number,
    handle: number,
    width: number,
    height: number,
    stride: number,
    format: number,
    source: PixelSourceHandle,
  ): void {
    const client = this.#clients[clientIndex];
    if (!client) return;
    const buffer = new (this.#classOf('wl_buffer'))(client, handle, 1);
    buffer.shm = new ShmBuffer(width, height, stride, format, source);
    this.#resources[indexOf(handle)] = buffer;
  }

  #request(index: number, opcode: number, args: unknown[]): void {
    const resource = this.#resources[index];
    const plan = resource?.type.plans[opcode];
    if (!resource || !plan) return;
    if (!plan.plain) this.#resolve(resource, plan, args);
    this.#invoke(resource, plan, args);
  }

  /** Indexes and handles become objects. */
  #resolve(resource: Resource, plan: RequestPlan, args: unknown[]): void {
    for (const at of plan.objects) {
      const object = args[at] as number | null;
      args[at] = object === null ? null : this.#resources[object];
    }
    for (const { at, type } of plan.created) {
      const handle = args[at] as number;
      const created = new type(resource.client, handle, resource.version);
      created.inert = resource.inert;
      this.#resources[indexOf(handle)] = created;
      args[at] = created;
    }
  }

  #invoke(resource: Resource, plan: RequestPlan, args: unknown[]): void {
    const handler = resource.handler;
    const method = handler?.[plan.method];
    if (typeof method !== 'function') {
      for (const at of plan.fds) closeSync(args[at] as number);
      if (!plan.spec.destructor && !resource.inert) this.#unhandled(resource, plan);
      return;
    }
    try {
      method.apply(handler as Handler, args);
    } catch (error) {
      this.#fail(error, resource, plan.spec.name);
    }
  }

  #unhandled(resource: Resource, plan: RequestPlan): void {
    const request = `${resource.interfaceName}.${plan.spec.name}`;
    this.#report(new Error(`${request} has no handler`), resource.client, request);
    resource.client.postImplementationError(`${request} is not implemented`);
  }

  /** Ends the client whose request failed, with the protocol error that the handler asked for. */
  #fail(error: unknown, resource: Resource, request: string): void {
    const { client } = resource;
    if (error instanceof WaylandError && error.resource.client === client) {
      error.resource.postError(error.code, error.message);
      return;
    }
    const where = `${resource.interfaceName}.${request}`;
    this.#report(error, client, where);
    client.postImplementationError(`${where} failed`);
  }
}
