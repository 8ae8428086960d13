import { Listeners } from '../surface/listeners.ts';
import { SelectionSlot } from './selection-slot.ts';
import type { TransferSource } from './transfer-source.ts';

export type SelectionKind = 'clipboard' | 'primary';

/** Everything that is selected in the session; the seam for a clipboard shared with the terminal. */
export class Selections {
  readonly clipboard = new SelectionSlot();
  readonly primary = new SelectionSlot();
  readonly #changed = new Listeners<[kind: SelectionKind, source: TransferSource | null]>();

  constructor() {
    this.clipboard.onChange((source) => this.#changed.call('clipboard', source));
    this.primary.onChange((source) => this.#changed.call('primary', source));
  }

  /** A null source: nothing is selected. */
  onSelectionChanged(
    callback: (kind: SelectionKind, source: TransferSource | null) => void,
  ): () => void {
    return this.#changed.add(callback);
  }

  /** Offers data from outside the session, e.g. the terminal's clipboard. */
  setServerSelection(kind: SelectionKind, source: TransferSource | null): void {
    this[kind].set(source);
  }
}
