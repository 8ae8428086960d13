import type { LinkEstimate } from '../adaptation/link-estimate.ts';

/** More than a film of 1280x720 needs at 30 pictures a second. */
const MAX_KBIT_PER_S = 20_000;
const MIN_KBIT_PER_S = 500;
/** What the encoder divides its rate by to know what a picture may cost. */
const PICTURES_PER_S = 30;
/** Of what the link takes: the rest is for what else changes, and for pictures that come out larger. */
const SHARE = 0.75;
/** A picture that costs less is not worth looking at: rather fewer of them, as many as the link takes. */
const WORTHWHILE_BYTES = 8000;
/** But none keeps the link busy for longer than this. */
const LONGEST_MS = 45;
/** Of what may be on its way, so that hardly a half comes out larger. */
const HALF_SHARE = 0.85;
/** Less than this share of change is left alone: encoders need a while to get used to a rate. */
const NOTABLE = 0.15;

/** The rate of video that the link takes without a queue. */
export class VideoRate {
  #kbitPerS = MAX_KBIT_PER_S;
  /** The way to the terminal; null: as quick as any. */
  link: LinkEstimate | null = null;

  get kbitPerS(): number {
    const most = this.link ? mostOf(this.link.pictureBytes) : MAX_KBIT_PER_S;
    const wanted = this.link ? Math.min(most, kbitPerSOf(this.link.bytesPerMs)) : most;
    const change = Math.abs(wanted - this.#kbitPerS) / this.#kbitPerS;
    if (change > NOTABLE || wanted === most) this.#kbitPerS = wanted;
    return this.#kbitPerS;
  }
}

/** Either half of a picture is hardly ever more than may be on its way. In steps: how long the way is changes a little all the time. */
function mostOf(pictureBytes: number): number {
  const mbitPerS = Math.floor((2 * HALF_SHARE * pictureBytes * 8 * PICTURES_PER_S) / 1e6);
  return Math.min(MAX_KBIT_PER_S, mbitPerS * 1000);
}

function kbitPerSOf(bytesPerMs: number): number {
  const all = (bytesPerMs * SHARE * 1000) / PICTURES_PER_S;
  const picture = Math.max(all, Math.min(WORTHWHILE_BYTES, bytesPerMs * LONGEST_MS));
  const kbitPerS = Math.round((picture * 8 * PICTURES_PER_S) / 1000);
  return Math.min(MAX_KBIT_PER_S, Math.max(MIN_KBIT_PER_S, kbitPerS));
}
