import type { ResourceBase, TypedInterface } from '../../../protocol/wayland/types.ts';

/** More undestroyed offers than any client that lives up to the protocol has. */
const OFFERS_MAX = 1024;

/** Makes offers and counts the living ones: a client that never destroys them must not fill the memory. */
export class OfferMaker {
  readonly #living = new WeakMap<object, number>();

  /** null where the client was ended for having too many. */
  create<Offer extends ResourceBase>(
    device: ResourceBase,
    iface: TypedInterface<Offer>,
  ): Offer | null {
    const { client } = device;
    const count = this.#living.get(client) ?? 0;
    if (count >= OFFERS_MAX) {
      client.postNoMemory();
      return null;
    }
    const offer = client.createResource<Offer>(iface, device.version);
    this.#living.set(client, count + 1);
    offer.onDestroy(() => this.#living.set(client, (this.#living.get(client) ?? 1) - 1));
    return offer;
  }
}
