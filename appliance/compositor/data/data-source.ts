import { closeSync } from 'node:fs';
import {
  type WlDataSource,
  WlDataSourceError,
} from '../../../protocol/wayland/generated/wayland.ts';
import type { WaylandClient } from '../../../protocol/wayland/types.ts';
import { Listeners } from '../surface/listeners.ts';
import { isActionMask } from './dnd-actions.ts';
import { MimeTypes } from './mime-types.ts';
import type { TransferSource } from './transfer-source.ts';

/** A wl_data_source: one clipboard content or one drag. */
export class DataSource implements TransferSource {
  readonly resource: WlDataSource;
  readonly client: WaylandClient;
  readonly mimeTypes = new MimeTypes();
  readonly #ended = new Listeners();
  /** Mask of dnd actions; null until the client says so, which a clipboard source never does. */
  actions: number | null = null;
  #use: 'selection' | 'drag' | null = null;

  constructor(resource: WlDataSource) {
    this.resource = resource;
    this.client = resource.client;
    resource.data = this;
    resource.onDestroy(() => this.#ended.call());
    resource.setHandler({
      offer: (mimeType) => this.mimeTypes.add(mimeType),
      setActions: (actions) => this.#setActions(actions),
    });
  }

  static from(resource: WlDataSource): DataSource {
    if (resource.data instanceof DataSource) return resource.data;
    throw new TypeError('not a wl_data_source of this compositor');
  }

  onDestroy(callback: () => void): () => void {
    return this.#ended.add(callback);
  }

  /** @returns false where the source cannot be used so (any more) */
  use(as: 'selection' | 'drag'): boolean {
    if (as === 'selection' && this.actions !== null) {
      const why = 'a source with actions is for dragging';
      this.resource.postError(WlDataSourceError.invalidSource, why);
      return false;
    }
    if (this.#use !== null && !(this.#use === 'selection' && as === 'selection')) return false;
    this.#use = as;
    return true;
  }

  send(mimeType: string, fd: number): void {
    try {
      this.resource.sendSend(mimeType, fd);
    } finally {
      closeSync(fd);
    }
  }

  cancel(): void {
    this.resource.sendCancelled();
  }

  /** The drag came to nothing, which only version 3 can say. */
  abandon(): void {
    if (this.resource.version >= 3) this.resource.sendCancelled();
  }

  #setActions(actions: number): void {
    if (!isActionMask(actions)) {
      this.resource.postError(WlDataSourceError.invalidActionMask, `no actions ${actions}`);
    } else if (this.actions !== null || this.#use !== null) {
      this.resource.postError(
        WlDataSourceError.invalidSource,
        'actions are set once, before the drag',
      );
    } else {
      this.actions = actions;
    }
  }
}
