import { Socket } from 'node:net';
import * as protocol from '../../../protocol/wayland/generated/index.ts';
import type { ArgSpec, InterfaceSpec } from '../../../protocol/wayland/types.ts';

const displaySpec: InterfaceSpec = {
  name: 'wl_display',
  version: 1,
  requests: [
    { name: 'sync', since: 1, args: [{ name: 'callback', type: 'new_id' }] },
    { name: 'get_registry', since: 1, args: [{ name: 'registry', type: 'new_id' }] },
  ],
  events: [
    {
      name: 'error',
      since: 1,
      args: [
        { name: 'object_id', type: 'uint' },
        { name: 'code', type: 'uint' },
        { name: 'message', type: 'string' },
      ],
    },
    { name: 'delete_id', since: 1, args: [{ name: 'id', type: 'uint' }] },
  ],
};
const registrySpec: InterfaceSpec = {
  name: 'wl_registry',
  version: 1,
  requests: [],
  events: [
    {
      name: 'global',
      since: 1,
      args: [
        { name: 'name', type: 'uint' },
        { name: 'interface', type: 'string' },
        { name: 'version', type: 'uint' },
      ],
    },
    { name: 'global_remove', since: 1, args: [{ name: 'name', type: 'uint' }] },
  ],
};

const specs = new Map<string, InterfaceSpec>();
for (const value of Object.values(protocol)) {
  if (typeof value === 'object' && 'events' in value) specs.set(value.name, value);
}

export interface WireObject {
  readonly id: number;
  readonly spec: InterfaceSpec;
}

export interface WireEvent {
  object: WireObject;
  name: string;
  args: unknown[];
}

/** A Wayland client that speaks the wire itself and keeps what it is told. It cannot send or take descriptors. */
export class WireClient {
  /** All events but the registry's and delete_id, oldest first. */
  readonly events: WireEvent[] = [];
  error: { code: number; message: string; objectId: number } | null = null;
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #objects = new Map<number, WireObject>();
  readonly #globals = new Map<string, { name: number; version: number }>();
  readonly #display: WireObject = { id: 1, spec: displaySpec };
  readonly #registry: WireObject;
  #nextId = 2;
  #input = Buffer.alloc(0);
  #wake: () => void = () => {};

  /** @param connected a connected socket; taken over */
  constructor(connected: number | Socket) {
    this.#socket =
      typeof connected === 'number'
        ? new Socket({ fd: connected, readable: true, writable: true })
        : connected;
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', () => {});
    this.closed = new Promise((resolve) => this.#socket.on('close', () => resolve()));
    void this.closed.then(() => this.#wake());
    this.#objects.set(1, this.#display);
    this.#registry = this.#create(registrySpec);
    this.#send(this.#display, 'get_registry', [this.#registry]);
  }

  bind(iface: string, version: number): WireObject {
    const global = this.#globals.get(iface);
    const spec = specs.get(iface);
    if (!global || !spec) throw new Error(`no global ${iface}`);
    const object = this.#create(spec);
    const name = encodeString(iface);
    const body = Buffer.alloc(12 + name.length);
    body.writeUInt32LE(global.name, 0);
    name.copy(body, 4);
    body.writeUInt32LE(version, 4 + name.length);
    body.writeUInt32LE(object.id, 8 + name.length);
    this.#write(this.#registry.id, 0, body);
    return object;
  }

  /** Sends a request; `new` in args makes an object of the argument's interface, the first of which is returned. */
  request(object: WireObject, name: string, ...args: unknown[]): WireObject {
    const spec = object.spec.requests.find((request) => request.name === name);
    if (!spec) throw new Error(`${object.spec.name} has no request ${name}`);
    let made: WireObject = object;
    const values = args.map((arg, at) => {
      if (arg !== 'new') return arg;
      const created = specs.get(spec.args[at]?.interface ?? '');
      if (!created) throw new Error(`unknown interface in ${name}`);
      made = this.#create(created);
      return made;
    });
    this.#send(object, name, values);
    return made;
  }

  /** Waits until the compositor has handled everything sent so far. */
  async roundtrip(): Promise<void> {
    const callback = this.#create(protocol.wlCallback);
    this.#send(this.#display, 'sync', [callback]);
    const isDone = () => this.events.some(({ object }) => object === callback);
    while (!isDone() && !this.error && !this.#socket.destroyed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const at = this.events.findIndex(({ object }) => object === callback);
    if (at >= 0) this.events.splice(at, 1);
  }

  /** Takes the events of one object so far as [name, ...args]. */
  take(object: WireObject): unknown[][] {
    const taken = this.events.filter((event) => event.object === object);
    for (const event of taken) this.events.splice(this.events.indexOf(event), 1);
    return taken.map(({ name, args }) => [name, ...args]);
  }

  names(object: WireObject): unknown[] {
    return this.take(object).map(([name]) => name);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #create(spec: InterfaceSpec): WireObject {
    const object = { id: this.#nextId++, spec };
    this.#objects.set(object.id, object);
    return object;
  }

  #send(object: WireObject, name: string, values: unknown[]): void {
    const opcode = object.spec.requests.findIndex((request) => request.name === name);
    const args = object.spec.requests[opcode]?.args ?? [];
    this.#write(object.id, opcode, Buffer.concat(args.map((arg, at) => encode(arg, values[at]))));
  }

  #write(id: number, opcode: number, body: Buffer): void {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(id, 0);
    head.writeUInt32LE(((8 + body.length) << 16) | opcode, 4);
    this.#socket.write(Buffer.concat([head, body]));
  }

  #read(chunk: Buffer): void {
    this.#input = Buffer.concat([this.#input, chunk]);
    while (this.#input.length >= 8) {
      const word = this.#input.readUInt32LE(4);
      const size = word >>> 16;
      if (this.#input.length < size) break;
      this.#event(this.#input.readUInt32LE(0), word & 0xffff, this.#input.subarray(8, size));
      this.#input = this.#input.subarray(size);
    }
    this.#wake();
  }

  #event(id: number, opcode: number, body: Buffer): void {
    const object = this.#objects.get(id);
    const event = object?.spec.events[opcode];
    if (!object || !event) return;
    const args = this.#decode(event.args, body);
    if (object === this.#display) {
      const [objectId, code, message] = args as [number, number, string];
      if (event.name === 'error') this.error = { objectId, code, message };
    } else if (object === this.#registry) {
      const [name, iface, version] = args as [number, string, number];
      if (event.name === 'global') this.#globals.set(iface, { name, version });
    } else {
      this.events.push({ object, name: event.name, args });
    }
  }

  #decode(args: readonly ArgSpec[], body: Buffer): unknown[] {
    let at = 0;
    const word = () => {
      at += 4;
      return body.readUInt32LE(at - 4);
    };
    const bytes = () => {
      const length = word();
      const start = at;
      at += Math.ceil(length / 4) * 4;
      return body.subarray(start, start + length);
    };
    return args.map((arg) => {
      if (arg.type === 'fd') return 'fd';
      if (arg.type === 'int') return word() | 0;
      if (arg.type === 'fixed') return (word() | 0) / 256;
      if (arg.type === 'string') return bytes().toString('utf8').replace(/\0$/, '');
      if (arg.type === 'array') return [...new Uint32Array(Uint8Array.from(bytes()).buffer)];
      if (arg.type === 'object') return this.#objects.get(word()) ?? null;
      if (arg.type === 'new_id') {
        const object = { id: word(), spec: specs.get(arg.interface ?? '') as InterfaceSpec };
        this.#objects.set(object.id, object);
        return object;
      }
      return word();
    });
  }
}

function encode(arg: ArgSpec, value: unknown): Buffer {
  if (arg.type === 'string') return value === null ? Buffer.alloc(4) : encodeString(String(value));
  const word = Buffer.alloc(4);
  if (arg.type === 'object' || arg.type === 'new_id') {
    word.writeUInt32LE((value as WireObject | null)?.id ?? 0);
  } else if (arg.type === 'fixed') word.writeInt32LE(Math.round(Number(value) * 256));
  else word.writeInt32LE(Number(value) | 0);
  return word;
}

function encodeString(text: string): Buffer {
  const bytes = Buffer.from(`${text}\0`, 'utf8');
  const result = Buffer.alloc(4 + Math.ceil(bytes.length / 4) * 4);
  result.writeUInt32LE(bytes.length, 0);
  bytes.copy(result, 4);
  return result;
}
