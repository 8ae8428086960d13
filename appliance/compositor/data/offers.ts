import type { ResourceBase, TypedInterface } from '../../../protocol/wayland/types.ts';

/** Makes an object that the compositor announces with an event, in the client of `announcer` and at its version. */
export type ObjectMaker = <T extends ResourceBase>(
  announcer: ResourceBase,
  iface: TypedInterface<T>,
) => T;

/** More undestroyed offers than any client that lives up to the protocol has. */
const OFFERS_MAX = 1024;

/** Counts a client's living offers: one that never destroys them must not fill the compositor's memory. */
export class OfferMaker {
  readonly #make: ObjectMaker;
  readonly #living = new WeakMap<object, number>();

  constructor(make: ObjectMaker) {
    this.#make = make;
  }

  /** null where the client was ended for having too many. */
  create<T extends ResourceBase>(announcer: ResourceBase, iface: TypedInterface<T>): T | null {
    const { client } = announcer;
    const count = this.#living.get(client) ?? 0;
    if (count >= OFFERS_MAX) {
      client.postNoMemory();
      return null;
    }
    const offer = this.#make(announcer, iface);
    this.#living.set(client, count + 1);
    offer.onDestroy(() => this.#living.set(client, (this.#living.get(client) ?? 1) - 1));
    return offer;
  }
}
