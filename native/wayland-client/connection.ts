import { closeSync } from 'node:fs';
import { type InterfaceSpec, rawInterface } from '../wayland/specification.ts';
import { native } from './addon.ts';
import type { Hooks } from './binding.d.ts';
import { type DisconnectedError, endOf } from './errors.ts';
import { defineClass, finish, type RemoteClass, type RemoteObject } from './remote-object.ts';

/** An interface that knows, for the type checker, the type of its objects here. */
export interface ClientSpec<Instance> extends InterfaceSpec {
  readonly proxyType?: Instance;
}

/** What the compositor offers. */
export interface GlobalOffer {
  readonly name: number;
  readonly interface: string;
  readonly version: number;
}

export interface ConnectionOptions {
  /** Every interface that is bound or comes as a new object. wl_callback must be one of them. */
  readonly interfaces: readonly InterfaceSpec[];
  /** Name or path of the compositor's socket; default: WAYLAND_SOCKET, then WAYLAND_DISPLAY. */
  readonly display?: string;
  /** A connected socket instead; taken over in any case. */
  readonly fd?: number;
}

const indexMask = 0x3fffff;
const indexOf = (handle: number): number => handle & indexMask;

/** A connection to a compositor inside Node's event loop. Requests are sent before the loop sleeps. */
export class Connection {
  /** Receives what a handler throws. `where` is e.g. wl_keyboard.key. */
  onHandlerError: (error: unknown, where: string) => void = (error, where) =>
    console.error(where, error);
  /** Called once when the connection fails; every object ends with it. Not after close(). */
  onEnded: (error: DisconnectedError) => void = () => {};
  onGlobal: (offer: GlobalOffer) => void = () => {};
  onGlobalRemoved: (offer: GlobalOffer) => void = () => {};
  /** After each batch of events: the place to draw from. */
  onDispatched: () => void = () => {};

  readonly #globals = new Map<number, GlobalOffer>();
  readonly #classes = new Map<string, RemoteClass>();
  readonly #specIndex = new Map<string, number>();
  readonly #proxies: (RemoteObject | undefined)[] = [];
  readonly #syncs = new Set<(error: Error) => void>();
  #handle: number;
  #error: DisconnectedError | null = null;

  /** @throws Error with code, errno and syscall when nobody listens; TypeError naming an interface that makes no sense */
  constructor({ interfaces, display, fd }: ConnectionOptions) {
    if (display === '') throw new TypeError('a display has a name');
    if (fd !== undefined && !(Number.isInteger(fd) && fd >= 0))
      throw new TypeError('fd is a descriptor');
    for (const [index, spec] of interfaces.entries()) {
      this.#classes.set(spec.name, defineClass(spec));
      this.#specIndex.set(spec.name, index);
    }
    const raw = interfaces.map(rawInterface);
    this.#handle = native.connect(fd ?? -1, display ?? null, raw, this.#hooks());
  }

  /** Empty until the first `sync` has come back. */
  get globals(): Iterable<GlobalOffer> {
    return this.#globals.values();
  }

  get closed(): boolean {
    return this.#handle === 0;
  }

  /** Why the connection has ended, unless by close(). */
  get error(): DisconnectedError | null {
    return this.#error;
  }

  /** Resolves when everything sent so far has been handled. @throws DisconnectedError */
  sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.closed) return reject(this.#error ?? new Error('the connection is closed'));
      const index = this.#specIndex.get('wl_callback');
      if (index === undefined) throw new TypeError('interface wl_callback is not defined');
      const callback = this.adopt('wl_callback', native.sync(this.#handle, index), 1);
      this.#syncs.add(reject);
      callback.setHandler({
        done: () => {
          this.#syncs.delete(reject);
          resolve();
        },
      });
    });
  }

  /** The first offer of an interface, for bind(). */
  offer(iface: string): GlobalOffer | null {
    return [...this.#globals.values()].find((offer) => offer.interface === iface) ?? null;
  }

  /**
   * Binds an offer, by default the first one of the interface, in the highest version that both sides know.
   * @returns null when nothing like it is offered, or in a version below `least`
   */
  bind<Instance = RemoteObject>(
    spec: ClientSpec<Instance>,
    { offer = this.offer(spec.name), least = 1 } = {},
  ): Instance | null {
    const index = this.#specIndex.get(spec.name);
    if (index === undefined) throw new TypeError(`interface ${spec.name} is not defined`);
    if (offer && offer.interface !== spec.name)
      throw new TypeError(`the offer is one of ${offer.interface}`);
    const version = Math.min(offer?.version ?? 0, spec.version);
    if (!offer || version < least) return null;
    const handle = this.closed ? 0 : native.bind(this.#handle, offer.name, index, version);
    return this.adopt(spec.name, handle, version) as Instance;
  }

  /** Sends what waits now; it is also done before the event loop sleeps. */
  flush(): void {
    native.flush(this.#handle);
  }

  /** Ends the connection and every object; inside a handler, once it has returned. */
  close(): void {
    const handle = this.#handle;
    if (handle === 0) return;
    this.#handle = 0;
    native.disconnect(handle);
    const error = this.#error ?? new Error('the connection was closed');
    for (const reject of this.#syncs) reject(error);
    this.#syncs.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** For native/wayland-client alone. @param handle 0 for an object that has ended already */
  adopt(iface: string, handle: number, version: number): RemoteObject {
    let type = this.#classes.get(iface);
    if (!type) {
      type = defineClass({ name: iface, version: 1, requests: [], events: [] });
      this.#classes.set(iface, type);
    }
    const proxy = new type(this, handle, version);
    if (handle !== 0) this.#proxies[indexOf(handle)] = proxy;
    return proxy;
  }

  /** For native/wayland-client alone. */
  guard(where: string, call: () => void): void {
    try {
      call();
    } catch (error) {
      try {
        this.onHandlerError(error, where);
      } catch (failure) {
        console.error('onHandlerError threw', failure);
      }
    }
  }

  #event(index: number, opcode: number, args: unknown[]): void {
    const proxy = this.#proxies[index];
    const plan = proxy?.type.plans[opcode];
    if (!proxy || !plan) return;
    for (const at of plan.objects)
      args[at] = args[at] === null ? null : (this.#proxies[args[at] as number] ?? null);
    for (const { at, iface } of plan.created)
      args[at] = this.adopt(iface, args[at] as number, proxy.version);
    const { handler } = proxy;
    const method = this.closed ? undefined : handler?.[plan.method];
    if (method)
      this.guard(`${proxy.interfaceName}.${plan.spec.name}`, () => method.apply(handler, args));
    else for (const at of plan.fds) closeSync(args[at] as number);
  }

  #hooks(): Hooks {
    return {
      global: (name, iface, version) => {
        const offer = { name, interface: iface, version };
        this.#globals.set(name, offer);
        this.guard('onGlobal', () => this.onGlobal(offer));
      },
      globalRemoved: (name) => {
        const offer = this.#globals.get(name);
        this.#globals.delete(name);
        if (offer) this.guard('onGlobalRemoved', () => this.onGlobalRemoved(offer));
      },
      event: (index, opcode, ...args) => this.#event(index, opcode, args),
      gone: (index) => {
        const proxy = this.#proxies[index];
        this.#proxies[index] = undefined;
        proxy?.[finish]();
      },
      dispatched: () => {
        if (!this.closed) this.guard('onDispatched', () => this.onDispatched());
      },
      ended: (...end) => this.#ended(endOf(...end)),
    };
  }

  #ended(error: DisconnectedError): void {
    if (this.closed) return;
    this.#error = error;
    this.close();
    this.guard('onEnded', () => this.onEnded(error));
  }
}
