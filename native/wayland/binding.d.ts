/** The raw addon. Handles are integers that go stale; indexes are a handle's low bits, valid while the thing lives. */

export type RawArg = [letter: string, nullable: boolean, iface: string | null];
export type RawMessage = [name: string, since: number, destructor: boolean, args: RawArg[]];
export type RawInterface = [
  name: string,
  version: number,
  requests: RawMessage[],
  events: RawMessage[],
];

/** Called from within libwayland: none of these may throw. */
export interface Hooks {
  /** Objects come as indexes or null, new_ids as handles. */
  request(index: number, opcode: number, ...args: unknown[]): void;
  destroyed(index: number): void;
  bound(globalIndex: number, clientIndex: number, handle: number, version: number): void;
  clientCreated(handle: number, pid: number, uid: number, gid: number): void;
  clientDying(index: number): void;
  clientGone(index: number): void;
  shmAdopted(
    clientIndex: number,
    handle: number,
    width: number,
    height: number,
    stride: number,
    format: number,
    source: PixelSourceHandle,
  ): void;
  dispatched(): void;
  log(line: string): void;
}

/** A Node-API External, see native/include/wr_pixel_source.h. */
export type PixelSourceHandle = object;

export interface WatchHandle {
  readonly watch: unique symbol;
}

export interface WaylandBinding {
  create(interfaces: RawInterface[], hooks: Hooks): void;
  addSocket(name: string | null): string;
  addClientFd(fd: number): number;
  createGlobal(interfaceIndex: number, version: number): number;
  removeGlobal(handle: number): void;
  destroyGlobal(handle: number): void;
  initShm(formats: readonly number[]): void;
  nextSerial(): number;
  flush(): void;
  destroy(): void;
  exit(): void;

  post(handle: number, opcode: number, ...args: unknown[]): void;
  postError(handle: number, code: number, message: string): void;
  destroyResource(handle: number): void;
  resourceId(handle: number): number;
  clientDestroy(handle: number): void;
  clientFlush(handle: number): void;
  clientPostNoMemory(handle: number): void;
  clientPostImplementation(handle: number, message: string): void;
  clientObject(handle: number, id: number): number;
  createResource(clientHandle: number, interfaceIndex: number, version: number): number;
  shmRetain(source: PixelSourceHandle): void;
  shmRelease(source: PixelSourceHandle): void;
  shmRead(source: PixelSourceHandle): Buffer | null;

  createSealedFile(name: string, bytes: Uint8Array): number;
  packetListen(path: string): number;
  packetConnect(path: string): number;
  packetAccept(fd: number): number;
  packetReceive(fd: number): [data: Buffer, fd: number] | null | undefined;
  packetSend(fd: number, data: Uint8Array, fdToPass: number): void;
  socketPair(): [number, number];
  watch(fd: number, callback: () => void): WatchHandle;
  stopWatch(watch: WatchHandle): void;
}
