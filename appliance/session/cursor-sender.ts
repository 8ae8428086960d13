import { createHash } from 'node:crypto';
import { encodeCursor } from '../../protocol/generated/cursor.ts';
import type { LinkStream } from '../../protocol/link/link.ts';
import type { CursorPicture } from '../compositor/seat/cursor.ts';

/** A terminal keeps the last 32 pictures. */
const KEPT = 32;

/**
 * Sends the pointer's picture; one that the terminal still has is shown by its number. While the stream is above its
 * high-water mark only the latest picture waits: what it replaces nobody would have seen.
 */
export class CursorSender {
  readonly #stream: LinkStream;
  readonly #view: number;
  readonly #sent = new Map<string, number>();
  #nextId = 1;
  #hasRoom = true;
  #waiting: CursorPicture | null = null;

  /** @param view of the attachment that the pictures belong to */
  constructor(stream: LinkStream, view: number) {
    this.#stream = stream;
    this.#view = view;
    stream.onDrain(() => this.#drained());
  }

  show(picture: CursorPicture): void {
    if (this.#hasRoom) this.#send(picture);
    else this.#waiting = picture;
  }

  #drained(): void {
    this.#hasRoom = true;
    const picture = this.#waiting;
    this.#waiting = null;
    if (picture) this.#send(picture);
  }

  #send(picture: CursorPicture): void {
    if (picture.kind === 'hidden') {
      this.#hasRoom = this.#stream.send(encodeCursor({ type: 'CursorHide', view: this.#view }));
      return;
    }
    const key = pictureKey(picture);
    const id = this.#sent.get(key) ?? this.#define(key, picture);
    this.#hasRoom = this.#stream.send(encodeCursor({ type: 'CursorShow', id, view: this.#view }));
  }

  #define(key: string, picture: CursorPicture & { kind: 'image' }): number {
    const id = this.#nextId++;
    if (this.#sent.size === KEPT) {
      const [oldest] = this.#sent.keys();
      if (oldest !== undefined) this.#sent.delete(oldest);
    }
    this.#sent.set(key, id);
    this.#stream.send(
      encodeCursor({
        type: 'CursorImage',
        id,
        widthPx: picture.width,
        heightPx: picture.height,
        hotspotX: picture.hotspotX,
        hotspotY: picture.hotspotY,
        scale120: picture.scale120,
        pixels: picture.argb,
        view: this.#view,
      }),
    );
    return id;
  }
}

function pictureKey(picture: CursorPicture & { kind: 'image' }): string {
  const { width, height, hotspotX, hotspotY, scale120, argb } = picture;
  const pixels = createHash('sha256').update(argb).digest('base64');
  return `${width} ${height} ${hotspotX} ${hotspotY} ${scale120} ${pixels}`;
}
