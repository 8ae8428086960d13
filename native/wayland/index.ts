import { native } from './addon.ts';

export type { PixelSourceHandle } from './binding.d.ts';
export { Client } from './client.ts';
export { Display, type Global, type HandlerErrorContext } from './display.ts';
export { FdConnection, type FdMessageCallback, FdSocket } from './fd-socket.ts';
export { Resource, WaylandError } from './resource.ts';
export { ShmBuffer } from './shm-buffer.ts';
export type { ArgSpec, ArgType, InterfaceSpec, MessageSpec, TypedSpec } from './specification.ts';

/**
 * A memory file that cannot change any more, for keymaps and the like.
 * @returns a descriptor, read-only; close it after posting it
 */
export function createSealedFile(name: string, bytes: Uint8Array): number {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('bytes must be a Uint8Array');
  if (name.length > 200) throw new RangeError('the name is longer than 200 characters');
  return native.createSealedFile(name, bytes);
}

/** Two connected stream sockets; one end for Display.addClientFd, the other for a client. */
export function createSocketPair(): [number, number] {
  return native.socketPair();
}
