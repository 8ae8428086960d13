import type { WaylandClient } from '../../../protocol/wayland/types.ts';
import type { MimeTypes } from './mime-types.ts';

/** Somebody who has data to give: a client's source object, or the compositor for a terminal's clipboard. */
export interface TransferSource {
  readonly mimeTypes: MimeTypes | ReadonlySet<string>;
  /** null: the compositor itself. */
  readonly client: WaylandClient | null;
  /** Asks for the data; takes ownership of the descriptor. */
  send(mimeType: string, fd: number): void;
  /** Another source took its place. */
  cancel(): void;
  /** The source can give nothing any more. @returns a function that ends the subscription */
  onDestroy(callback: () => void): () => void;
}
