import { camelCase, type InterfaceSpec, type MessageSpec } from '../wayland/specification.ts';
import { native } from './addon.ts';
import type { Connection } from './connection.ts';

/** An event as its dispatcher needs it. */
export interface EventPlan {
  readonly spec: MessageSpec;
  readonly method: string;
  /** Positions of object arguments, which arrive as table indexes. */
  readonly objects: readonly number[];
  /** Positions of new objects, which arrive as handles, with their interfaces. */
  readonly created: readonly { at: number; iface: string }[];
  readonly fds: readonly number[];
}

export interface RemoteClass {
  new (connection: Connection, handle: number, version: number): RemoteObject;
  readonly spec: InterfaceSpec;
  readonly plans: readonly EventPlan[];
}

export type Handler = Record<string, ((...args: unknown[]) => void) | undefined>;

/** For the connection alone. */
export const finish: unique symbol = Symbol('finish');

/** An object of the compositor's. On a destroyed one requests do nothing, and what they make is destroyed as well. */
export class RemoteObject {
  readonly connection: Connection;
  readonly version: number;
  /** The owner's object behind this one. */
  data: unknown = undefined;
  /** Integer handle, 0 once destroyed. For native/wayland-client alone. */
  handle: number;
  /** For native/wayland-client alone. */
  handler: Handler | undefined = undefined;
  #ended: (() => void)[] | undefined = undefined;

  constructor(connection: Connection, handle: number, version: number) {
    this.connection = connection;
    this.handle = handle;
    this.version = version;
  }

  get type(): RemoteClass {
    return this.constructor as RemoteClass;
  }

  get interfaceName(): string {
    return this.type.spec.name;
  }

  /** The object's id in the connection's protocol, 0 once destroyed. */
  get id(): number {
    return native.proxyId(this.handle);
  }

  get destroyed(): boolean {
    return this.handle === 0;
  }

  /** @param handler methods named like the events in camelCase; events without one are dropped */
  setHandler(handler: object): void {
    this.handler = handler as Handler;
  }

  /** Called once, whatever ends the object; at once on one that is destroyed already. */
  onDestroyed(callback: () => void): void {
    if (this.handle === 0) return callback();
    this.#ended ??= [];
    this.#ended.push(callback);
  }

  /** Drops the object here and says nothing to the compositor: for interfaces without a destructor. */
  forget(): void {
    native.destroyProxy(this.handle);
  }

  /** Ends it by its own destructor where it has one. */
  [Symbol.dispose](): void {
    const opcode = this.type.spec.requests.findIndex(
      ({ destructor, since, args }) => destructor && since <= this.version && args.length === 0,
    );
    if (opcode < 0) this.forget();
    else if (this.handle !== 0) native.request(this.handle, opcode);
  }

  [finish](): void {
    this.handle = 0;
    this.handler = undefined;
    const callbacks = this.#ended;
    this.#ended = undefined;
    for (const callback of callbacks ?? []) {
      this.connection.guard(`${this.interfaceName}.onDestroyed`, callback);
    }
  }
}

const positions = (message: MessageSpec, wanted: string): number[] =>
  message.args.flatMap(({ type }, at) => (type === wanted ? [at] : []));

function handleOf(value: unknown, message: MessageSpec): unknown {
  if (!(value instanceof RemoteObject)) return value;
  if (value.handle === 0)
    throw new TypeError(`${message.name}: a ${value.interfaceName} that is destroyed`);
  return value.handle;
}

function sender(spec: InterfaceSpec, opcode: number, request: MessageSpec) {
  const objects = positions(request, 'object');
  const [made] = positions(request, 'new_id');
  const child = made === undefined ? undefined : request.args[made]?.interface;
  const count = request.args.length - (made === undefined ? 0 : 1);
  return function send(this: RemoteObject, ...args: unknown[]): RemoteObject | undefined {
    if (args.length !== count)
      throw new TypeError(`${request.name} takes ${count} arguments, not ${args.length}`);
    if (this.handle !== 0 && request.since > this.version) {
      if (request.destructor) return void this.forget();
      throw new RangeError(
        `${spec.name}.${request.name} needs version ${request.since}, the object has ${this.version}`,
      );
    }
    if (made !== undefined) args.splice(made, 0, null);
    let handle = 0;
    if (this.handle !== 0) {
      for (const at of objects) args[at] = handleOf(args[at], request);
      handle = native.request(this.handle, opcode, ...args) ?? 0;
    }
    return child === undefined ? undefined : this.connection.adopt(child, handle, this.version);
  };
}

const planEvent = (spec: MessageSpec): EventPlan => ({
  spec,
  method: camelCase(spec.name),
  objects: positions(spec, 'object'),
  created: positions(spec, 'new_id').map((at) => ({ at, iface: spec.args[at]?.interface ?? '' })),
  fds: positions(spec, 'fd'),
});

/** A class whose prototype sends the interface's requests: createSurface() and so on; new objects are their results. */
export function defineClass(spec: InterfaceSpec): RemoteClass {
  const type = class extends RemoteObject {
    static readonly spec = spec;
    static readonly plans = spec.events.map(planEvent);
  };
  spec.requests.forEach((request, opcode) => {
    Object.defineProperty(type.prototype, camelCase(request.name), {
      value: sender(spec, opcode, request),
      writable: true,
      configurable: true,
    });
  });
  Object.defineProperty(type, 'name', { value: spec.name });
  return type;
}
