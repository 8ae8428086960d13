import type { ResourceBase, WaylandClient } from '../../../protocol/wayland/types.ts';
import { ClientResources } from '../seat/client-resources.ts';
import type { SelectionSlot } from './selection-slot.ts';
import type { TransferSource } from './transfer-source.ts';

/** How a protocol tells its device about the selection. */
export interface SelectionWords<Device> {
  tell(device: Device, source: TransferSource | null): void;
}

export interface SelectionAudience {
  readonly focusedClient: WaylandClient | null;
  /** Nobody may hear of anything: the session is locked, and whoever can type now may not be its user. */
  readonly closed: boolean;
  onFocusChanging(callback: (client: WaylandClient | null) => void): unknown;
  /** Runs the callback after the present batch of requests. */
  schedule(callback: () => void): void;
}

/**
 * Tells the client with the keyboard what is selected: before its wl_keyboard.enter, and when the selection changes.
 * Changes are told once per batch, so that a client that selects in a loop cannot flood the focused one.
 */
export class SelectionTeller<Device extends ResourceBase> {
  readonly devices = new ClientResources<Device>();
  readonly #slot: SelectionSlot;
  readonly #words: SelectionWords<Device>;
  readonly #audience: SelectionAudience;
  readonly #openWithoutFocus: boolean;
  /** What each device of the present audience knows. */
  readonly #told = new Map<Device, TransferSource | null>();
  #scheduled = false;

  /**
   * @param openWithoutFocus while no surface has the keyboard every client is told: an empty desktop's command line
   *   tools have no window to focus
   */
  constructor(
    slot: SelectionSlot,
    audience: SelectionAudience,
    words: SelectionWords<Device>,
    openWithoutFocus: boolean,
  ) {
    this.#slot = slot;
    this.#words = words;
    this.#audience = audience;
    this.#openWithoutFocus = openWithoutFocus;
    audience.onFocusChanging((client) => this.#focusChanging(client));
    slot.onChange(() => this.#schedule());
  }

  bind(device: Device): void {
    if (!this.devices.add(device)) return;
    device.onDestroy(() => this.#told.delete(device));
    if (this.#slot.source && this.#listens(device.client)) this.#tell(device);
  }

  #listens(client: WaylandClient): boolean {
    const { focusedClient, closed } = this.#audience;
    if (closed) return false;
    return focusedClient ? client === focusedClient : this.#openWithoutFocus;
  }

  #focusChanging(client: WaylandClient | null): void {
    // an offer is good until its client loses the keyboard: whoever left must be told again when it is back
    for (const device of this.#told.keys()) {
      if (device.client !== client) this.#told.delete(device);
    }
    if (!client || this.#audience.closed) return;
    for (const device of this.devices.of(client)) this.#tell(device);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#audience.schedule(() => {
      this.#scheduled = false;
      for (const device of [...this.devices.all()]) {
        if (this.#listens(device.client)) this.#tell(device);
      }
    });
  }

  #tell(device: Device): void {
    const { source } = this.#slot;
    if (this.#told.get(device) === source) return;
    this.#told.set(device, source);
    this.#words.tell(device, source);
  }
}
