import { NativePicture } from './native-picture.ts';

/**
 * Overwritten pictures for the next view: a new one costs megabytes that the kernel has to hand out, and at every other
 * time a full collection of V8, while somebody waits for the session.
 */
export class SparePictures {
  #kept: NativePicture[] = [];

  /** Overwrites them and keeps these alone. */
  replace(pictures: readonly NativePicture[]): void {
    for (const picture of pictures) picture.wipe();
    this.#kept = [...pictures];
  }

  /** One more for later, of zeros. */
  add(width: number, height: number): NativePicture {
    const picture = new NativePicture(width, height, { evenly: true });
    // The kernel hands out memory page by page, when it is written.
    picture.framebuffer.bytes.fill(0);
    this.#kept.push(picture);
    return picture;
  }

  /** @returns one of zeros, kept or new */
  make(width: number, height: number): NativePicture {
    const at = this.#kept.findIndex((kept) => kept.width === width && kept.height === height);
    const [kept] = at < 0 ? [] : this.#kept.splice(at, 1);
    return kept ?? new NativePicture(width, height, { evenly: true });
  }
}
