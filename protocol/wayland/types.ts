/** How one argument travels; `fixed` is a number here, `fd` an integer that the receiver owns. */
export type ArgType = 'int' | 'uint' | 'fixed' | 'string' | 'object' | 'new_id' | 'array' | 'fd';

export interface ArgSpec {
  readonly name: string;
  readonly type: ArgType;
  readonly interface?: string;
  readonly nullable?: boolean;
}

export interface MessageSpec {
  readonly name: string;
  /** First version of the interface that has this message. */
  readonly since: number;
  readonly args: readonly ArgSpec[];
  /** The object ends with this message: a request destroys it after its handler, an event once it is sent. */
  readonly destructor?: boolean;
}

export interface InterfaceSpec {
  readonly name: string;
  readonly version: number;
  readonly requests: readonly MessageSpec[];
  readonly events: readonly MessageSpec[];
}

/** An interface that remembers, for the type checker alone, the type of its objects. */
export interface TypedInterface<Instance> extends InterfaceSpec {
  readonly instanceType?: Instance;
}

/** The process at the other end of a Wayland connection. */
export interface WaylandClient {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
  readonly destroyed: boolean;
  readonly data: Map<symbol, unknown>;
  destroy(): void;
  onDestroy(callback: () => void): void;
  flush(): void;
  postNoMemory(): void;
  objectById(id: number): ResourceBase | undefined;
  /** Ends the client with wl_display.error implementation. */
  postImplementationError(message: string): void;
  /**
   * Makes an object that an event's new_id announces, e.g. a wl_data_offer.
   * For a client that is ending the result is destroyed already.
   */
  createResource<Instance>(spec: TypedInterface<Instance>, version: number): Instance;
}

/** What every Wayland object has. On a destroyed object every method does nothing. */
export interface ResourceBase {
  readonly client: WaylandClient;
  /** The object's id in its client's protocol; 0 once destroyed. */
  readonly id: number;
  readonly version: number;
  readonly interfaceName: string;
  readonly destroyed: boolean;
  /** The owner's object behind this one, e.g. a Surface behind a wl_surface. */
  data: unknown;
  post(opcode: number, args: readonly unknown[]): void;
  /** Ends the client with a protocol error on this object. */
  postError(code: number, message: string): void;
  destroy(): void;
  /** Called exactly once, whatever ends the object: a request, destroy() or the client's end. */
  onDestroy(callback: () => void): void;
}

/** An object whose requests are handled by methods named like them in camelCase. */
export interface TypedResource<Requests extends object> extends ResourceBase {
  setHandler(handler: Requests): void;
}

/** A client's shared-memory buffer; `source` is a pixel source for native code. */
export interface ShmBuffer {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Bytes from row to row. */
  readonly stride: number;
  /** A wl_shm.format. */
  readonly format: number;
  readonly source: unknown;
  /** Keeps the pixels readable until release(), also past the wl_buffer's end. */
  retain(): void;
  release(): void;
}
