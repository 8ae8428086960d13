import type { ResourceBase, WaylandClient } from '../../../protocol/wayland/types.ts';

/** More objects of one kind than any real client makes; what is above gets no events. */
const PER_CLIENT_MAX = 64;

/** The living objects of one interface by client, in the order of their creation. */
export class ClientResources<R extends ResourceBase> {
  readonly #byClient = new Map<WaylandClient, Set<R>>();

  /** @returns false when the client has too many already: the object stays without events */
  add(resource: R): boolean {
    const { client } = resource;
    const resources = this.#byClient.get(client) ?? new Set<R>();
    if (resources.size >= PER_CLIENT_MAX) return false;
    resources.add(resource);
    this.#byClient.set(client, resources);
    resource.onDestroy(() => this.#remove(client, resource));
    return true;
  }

  of(client: WaylandClient): Iterable<R> {
    return this.#byClient.get(client) ?? [];
  }

  *all(): Iterable<R> {
    for (const resources of this.#byClient.values()) yield* resources;
  }

  #remove(client: WaylandClient, resource: R): void {
    const resources = this.#byClient.get(client);
    if (!resources?.delete(resource)) return;
    if (resources.size === 0) this.#byClient.delete(client);
  }
}
