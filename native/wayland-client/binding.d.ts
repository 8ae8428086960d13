/** The raw addon. Handles are integers that go stale; indexes are a handle's low bits, valid while the thing lives. */
import type { RawInterface } from '../wayland/binding.d.ts';

/** Called from within libwayland: none of these may throw. */
export interface Hooks {
  global(name: number, iface: string, version: number): void;
  globalRemoved(name: number): void;
  /** Objects come as indexes or null, new_ids as handles (0: could not be kept). */
  event(index: number, opcode: number, ...args: unknown[]): void;
  gone(index: number): void;
  dispatched(): void;
  /** The connection has failed. `complaint` and what follows is said of a protocol error (EPROTO). */
  ended(
    errno: number,
    complaint: string,
    iface: string | null,
    objectId: number,
    code: number,
  ): void;
}

export interface WaylandClientBinding {
  /** @param fd -1: by name, or as the environment says */
  connect(fd: number, name: string | null, interfaces: RawInterface[], hooks: Hooks): number;
  disconnect(connection: number): void;
  flush(connection: number): void;
  /** The new object's handle, 0 when the connection has failed. */
  bind(connection: number, name: number, interfaceIndex: number, version: number): number;
  sync(connection: number, callbackIndex: number): number;
  /** null stands where a new object goes, whose handle is the result; 0 where there is none. */
  request(handle: number, opcode: number, ...args: unknown[]): number | undefined;
  /** Without a word to the compositor. */
  destroyProxy(handle: number): void;
  proxyId(handle: number): number;
  createMemory(bytes: number): [buffer: ArrayBuffer, fd: number];
  releaseMemory(buffer: ArrayBuffer): void;
}
