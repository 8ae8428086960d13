import type { LinkEstimate } from '../adaptation/link-estimate.ts';

/** Of 1000 blocks of four pixels, with chroma that 4:2:0 loses: films that were 4:2:0 have none, thin coloured lines 10 and more. */
const MUCH = 4;
const LITTLE = 1.5;
/** Looks at a few rows of a picture each, of which the mean counts. */
const LOOKS = 8;
/** Some 17 s of a film. */
const RESTS_LOOKS = 64;
/** Of the link, beside what the film gets at most. */
const ROOM_BYTES_PER_MS = 4000;
const TIGHT_BYTES_PER_MS = 3000;
/** What the detail gets beside the film's rate. */
export const DETAIL_KBIT_PER_S = 6000;

/** Whether a film's picture goes with the chroma that 4:2:0 loses: where much would be lost, and the link has room. */
export class ChromaDetail {
  /** The terminal reads it. */
  allowed = false;
  #mean = 0;
  #on = false;
  /** Since a link was last one that may have shrunk: to turn detail on and off takes key pictures. */
  #looksSince = RESTS_LOOKS;

  /** @param missed as in EncodedVideo */
  saw(missed: readonly number[]): void {
    const looks = missed.filter((each) => each >= 0);
    if (looks.length === 0) return;
    this.#looksSince++;
    const seen = looks.reduce((sum, each) => sum + each, 0) / looks.length;
    this.#mean += (seen - this.#mean) / LOOKS;
  }

  /** @param link null: as quick as any */
  isWorthwhile(link: LinkEstimate | null): boolean {
    if (!this.allowed) return false;
    const bytesPerMs = link?.bytesPerMs ?? ROOM_BYTES_PER_MS;
    // Where a link may have shrunk a picture goes in halves: what is typed must not wait for more than one.
    if (Number.isFinite(link?.pictureBytes)) this.#looksSince = 0;
    this.#on =
      this.#looksSince >= RESTS_LOOKS &&
      this.#mean >= (this.#on ? LITTLE : MUCH) &&
      bytesPerMs >= (this.#on ? TIGHT_BYTES_PER_MS : ROOM_BYTES_PER_MS);
    return this.#on;
  }

  /** The film is over. */
  forget(): void {
    this.#mean = 0;
    this.#on = false;
    this.#looksSince = RESTS_LOOKS;
  }
}
