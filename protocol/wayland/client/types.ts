import type { InterfaceSpec } from '../types.ts';

/** An interface that remembers, for the type checker alone, the type of its objects in a client. */
export interface ClientInterface<Instance> extends InterfaceSpec {
  readonly proxyType?: Instance;
}

/** What every object of a compositor has. On a destroyed one requests do nothing. */
export interface RemoteBase {
  /** The object's id in the connection's protocol; 0 once destroyed. */
  readonly id: number;
  readonly version: number;
  readonly interfaceName: string;
  readonly destroyed: boolean;
  /** The owner's object behind this one. */
  data: unknown;
  /** Called once, whatever ends the object. */
  onDestroyed(callback: () => void): void;
  /** Drops the object here and says nothing to the compositor: for interfaces without a destructor. */
  forget(): void;
  /** Ends it by its own destructor where it has one. */
  [Symbol.dispose](): void;
}

/** An object whose events are handled by methods named like them in camelCase. */
export interface TypedRemote<Events extends object> extends RemoteBase {
  setHandler(handler: Events): void;
}
