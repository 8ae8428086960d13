import { native } from './addon.ts';
import type { Client } from './client.ts';
import type { ShmBuffer } from './shm-buffer.ts';
import { camelCase, type InterfaceSpec, type MessageSpec } from './specification.ts';

/** Thrown by a request's handler: becomes a protocol error on `resource`, which ends its client. */
export class WaylandError extends Error {
  override readonly name = 'WaylandError';
  readonly resource: { postError(code: number, message: string): void; readonly client: unknown };
  readonly code: number;

  constructor(resource: WaylandError['resource'], code: number, message: string) {
    super(message);
    this.resource = resource;
    this.code = code;
  }
}

/** A request as its dispatcher needs it. */
export interface RequestPlan {
  readonly spec: MessageSpec;
  readonly method: string;
  /** Positions of object arguments, which arrive as table indexes. */
  readonly objects: readonly number[];
  /** Positions of new objects, which arrive as handles, with their interfaces' classes. */
  readonly created: readonly { at: number; type: ResourceClass }[];
  readonly fds: readonly number[];
  /** Its arguments reach the handler as they arrive. */
  readonly plain: boolean;
}

export interface ResourceClass {
  new (client: Client, handle: number, version: number): Resource;
  readonly spec: InterfaceSpec;
  /** Filled when all classes exist. */
  plans: readonly RequestPlan[];
}

export type Handler = Record<string, ((...args: unknown[]) => void) | undefined>;

/** Where a resource's values in an event become handles. */
const eventObjects = (event: MessageSpec): readonly number[] =>
  event.args.flatMap(({ type }, at) => (type === 'object' || type === 'new_id' ? [at] : []));

/** A Wayland object. On a destroyed one every method does nothing. */
export class Resource {
  readonly client: Client;
  readonly version: number;
  /** The owner's object behind this one. */
  data: unknown = undefined;
  /** For a wl_buffer of shared memory. */
  shm: ShmBuffer | null = null;
  /** Integer handle, 0 once destroyed. For native/wayland alone. */
  handle: number;
  /** For native/wayland alone. */
  handler: Handler | undefined = undefined;
  /** Of a global that is gone: takes every request and does nothing. */
  inert = false;
  #ended: (() => void)[] | undefined = undefined;

  constructor(client: Client, handle: number, version: number) {
    this.client = client;
    this.handle = handle;
    this.version = version;
  }

  get type(): ResourceClass {
    return this.constructor as ResourceClass;
  }

  get interfaceName(): string {
    return this.type.spec.name;
  }

  /** The object's id in its client's protocol, 0 once destroyed. */
  get id(): number {
    return native.resourceId(this.handle);
  }

  get destroyed(): boolean {
    return this.handle === 0;
  }

  /** @param handler methods named like the requests in camelCase; those of destructors are optional */
  setHandler(handler: object): void {
    this.handler = handler as Handler;
  }

  /**
   * Sends an event; dropped when the object is older than the event or an object argument has ended.
   * File descriptors stay the caller's.
   * @throws TypeError naming the argument; Error ERR_FOREIGN_OBJECT for another client's object; RangeError beyond 4096 bytes
   */
  post(opcode: number, args: readonly unknown[]): void {
    if (this.handle === 0) return;
    const event = this.type.spec.events[opcode];
    if (!event) throw new RangeError(`${this.interfaceName} has no event ${opcode}`);
    const values = [...args];
    for (const at of eventObjects(event)) values[at] = handleOf(values[at]);
    native.post(this.handle, opcode, ...values);
  }

  postError(code: number, message: string): void {
    native.postError(this.handle, code, message);
  }

  destroy(): void {
    native.destroyResource(this.handle);
  }

  /** Called exactly once, whatever the reason; at once on an object that is destroyed already. */
  onDestroy(callback: () => void): void {
    if (this.handle === 0) {
      callback();
      return;
    }
    this.#ended ??= [];
    this.#ended.push(callback);
  }

  /** For the display alone: libwayland has let go of the object. */
  finish(): void {
    this.handle = 0;
    this.handler = undefined;
    const callbacks = this.#ended;
    this.#ended = undefined;
    for (const callback of callbacks ?? []) {
      try {
        callback();
      } catch (error) {
        this.client.owner.report(error, this.client, `${this.interfaceName}.onDestroy`);
      }
    }
  }
}

/** null stays null, a destroyed object's handle is 0 and native code drops the event. */
function handleOf(value: unknown): unknown {
  return value instanceof Resource ? value.handle : value;
}

function sender(opcode: number, event: MessageSpec) {
  const objects = eventObjects(event);
  const count = event.args.length;
  return function send(this: Resource, ...args: unknown[]): void {
    if (this.handle === 0) return;
    for (const at of objects) args[at] = handleOf(args[at]);
    if (args.length !== count)
      throw new TypeError(`${event.name} takes ${count} arguments, not ${args.length}`);
    native.post(this.handle, opcode, ...args);
  };
}

const methodName = (event: MessageSpec): string => camelCase(`send_${event.name}`);

/** A class whose prototype sends the interface's events: sendEnter(...) and so on. */
export function defineClass(spec: InterfaceSpec): ResourceClass {
  const type = class extends Resource {
    static readonly spec = spec;
    static plans: readonly RequestPlan[] = [];
  };
  spec.events.forEach((event, opcode) => {
    Object.defineProperty(type.prototype, methodName(event), {
      value: sender(opcode, event),
      writable: true,
      configurable: true,
    });
  });
  Object.defineProperty(type, 'name', { value: spec.name });
  return type;
}

export function planRequest(
  spec: MessageSpec,
  classOf: (iface: string) => ResourceClass,
): RequestPlan {
  const positions = (wanted: string) =>
    spec.args.flatMap(({ type }, at) => (type === wanted ? [at] : []));
  const objects = positions('object');
  const created = positions('new_id').map((at) => ({
    at,
    type: classOf(spec.args[at]?.interface ?? ''),
  }));
  const plain = objects.length + created.length === 0;
  return { spec, method: camelCase(spec.name), objects, created, fds: positions('fd'), plain };
}
