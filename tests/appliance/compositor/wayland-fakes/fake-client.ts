import { allInterfaces, type WlBuffer } from '../../../../protocol/wayland/generated/index.ts';
import type { ArgSpec, InterfaceSpec, ShmBuffer } from '../../../../protocol/wayland/types.ts';

type Handler = Record<string, (...args: unknown[]) => void>;

export interface PostedError {
  readonly on: string;
  readonly code: number;
}

/** A Wayland client without a socket: requests are calls, events are recorded. */
export class FakeClient {
  readonly pid = 1;
  readonly uid = 1;
  readonly gid = 1;
  destroyed = false;
  readonly data = new Map<symbol, unknown>();
  readonly errors: PostedError[] = [];
  /** "interface#id.event arguments" in the order sent. */
  readonly events: string[] = [];
  readonly #resources = new Set<FakeResource>();
  #nextId = 1;
  outOfMemory = false;

  create<T>(interfaceName: string, version = 99): T & FakeResource {
    const spec = allInterfaces.find((candidate) => candidate.name === interfaceName);
    if (spec === undefined) throw new Error(`no interface ${interfaceName}`);
    const resource = new FakeResource(this, spec, this.#nextId++, Math.min(version, spec.version));
    this.#resources.add(resource);
    return resource as T & FakeResource;
  }

  /** What an event of the server announces. */
  createResource(spec: InterfaceSpec, version: number): FakeResource {
    return this.create(spec.name, version);
  }

  createBuffer(width: number, height: number, format = 0): WlBuffer & FakeBuffer {
    const resource = this.create<WlBuffer>('wl_buffer') as WlBuffer & FakeBuffer;
    const shm = { width, height, stride: width * 4, format, source: {}, retained: 0 };
    resource.setHandler({});
    return Object.assign(resource, {
      shm: Object.assign(shm, {
        retain: () => {
          shm.retained++;
        },
        release: () => {
          shm.retained--;
        },
      }),
    });
  }

  takeEvents(): string[] {
    return this.events.splice(0);
  }

  destroy(): void {
    this.destroyed = true;
    for (const resource of this.#resources) resource.destroy();
  }
  onDestroy(): void {}
  flush(): void {}
  postNoMemory(): void {
    this.outOfMemory = true;
  }
  objectById(): undefined {
    return undefined;
  }
}

export interface FakeBuffer extends FakeResource {
  readonly shm: ShmBuffer & { retained: number };
}

export class FakeResource {
  readonly client: FakeClient;
  readonly id: number;
  readonly version: number;
  readonly interfaceName: string;
  destroyed = false;
  data: unknown = null;
  readonly #spec: InterfaceSpec;
  #handler: Handler = {};
  #ends: (() => void)[] = [];

  constructor(client: FakeClient, spec: InterfaceSpec, id: number, version: number) {
    this.client = client;
    this.id = id;
    this.version = version;
    this.interfaceName = spec.name;
    this.#spec = spec;
    for (const event of spec.events)
      Object.defineProperty(this, `send${camel(event.name, true)}`, {
        value: (...args: unknown[]) => {
          if (this.destroyed || this.version < event.since) return;
          client.events.push(`${this}.${event.name} ${args.map(show).join(' ')}`.trimEnd());
          if (event.destructor) this.destroy();
        },
      });
  }

  setHandler(handler: object): void {
    this.#handler = handler as Handler;
  }

  /** Sends a request as a client does; new objects are made by the caller. */
  request(name: string, ...args: unknown[]): void {
    const spec = this.#spec.requests.find((candidate) => camel(candidate.name) === name);
    if (spec === undefined) throw new Error(`${this.interfaceName} has no request ${name}`);
    if (this.destroyed) throw new Error(`${this} is destroyed`);
    checkCount(spec.args, args);
    this.#handler[name]?.(...args);
    if (spec.destructor) this.destroy();
  }

  post(): void {}
  postError(code: number): void {
    this.client.errors.push({ on: this.interfaceName, code });
  }
  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    for (const end of this.#ends.splice(0)) end();
  }
  onDestroy(callback: () => void): void {
    this.#ends.push(callback);
  }
  toString(): string {
    return `${this.interfaceName}#${this.id}`;
  }
}

/** Holds globals until a client binds them. */
export class FakeDisplay {
  readonly #globals = new Map<string, (resource: never) => void>();

  createGlobal(spec: InterfaceSpec, _version: number, bind: (resource: never) => void) {
    this.#globals.set(spec.name, bind);
    return { destroy: () => this.#globals.delete(spec.name) };
  }

  bind<T>(client: FakeClient, interfaceName: string, version?: number): T & FakeResource {
    const bind = this.#globals.get(interfaceName);
    if (bind === undefined) throw new Error(`no global ${interfaceName}`);
    const resource = client.create<T>(interfaceName, version);
    bind(resource as never);
    return resource;
  }
}

function checkCount(specs: readonly ArgSpec[], args: readonly unknown[]): void {
  if (specs.length !== args.length)
    throw new Error(`${specs.length} arguments, not ${args.length}`);
}

function show(value: unknown): string {
  return String(value);
}

function camel(name: string, upper = false): string {
  const words = name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  return upper ? words.charAt(0).toUpperCase() + words.slice(1) : words;
}
