import { isNewerSerial } from '../seat/serial-history.ts';
import { Listeners } from '../surface/listeners.ts';
import type { TransferSource } from './transfer-source.ts';

/** What is selected: the clipboard or the primary selection. */
export class SelectionSlot {
  readonly #changed = new Listeners<[source: TransferSource | null]>();
  #source: TransferSource | null = null;
  #serial: number | null = null;
  #unwatch: (() => void) | null = null;

  get source(): TransferSource | null {
    return this.#source;
  }

  onChange(callback: (source: TransferSource | null) => void): () => void {
    return this.#changed.add(callback);
  }

  /**
   * A client's wish, with the serial of the event that caused it. An older cause than that of the present selection
   * loses, since the wish was overtaken on its way; so does one from the future, which nobody was given.
   * @returns whether it was granted
   */
  request(source: TransferSource | null, serial: number, newestSerial: number): boolean {
    if (isNewerSerial(serial, newestSerial)) return false;
    if (this.#serial !== null && isNewerSerial(this.#serial, serial)) return false;
    this.#serial = serial;
    this.set(source);
    return true;
  }

  set(source: TransferSource | null): void {
    const previous = this.#source;
    if (source === previous) return;
    this.#unwatch?.();
    this.#unwatch = source?.onDestroy(() => this.set(null)) ?? null;
    this.#source = source;
    previous?.cancel();
    this.#changed.call(source);
  }
}
