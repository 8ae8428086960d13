import { Burst } from './burst.ts';
import { LeastOf } from './least-of.ts';

/** Frames smaller than this say nothing about the rate: waking up takes longer than they do. */
const TELLING_BYTES = 3000;
/** A time measured is longer than the link's own by about this: processes have to be woken. */
const WAKE_MS = 3;
/** One frame alone that took long may have met a busy processor: it counts as if it were at least this long. */
const DOUBT_BYTES = 16_384;
/** Frames that the rate is taken from: the last ones, and no more than it takes to fill this time. */
const SAMPLES = 6;
const SAMPLED_MS = 60;
/** The rate grows when that many frames in a row were quicker, by up to this factor each time. */
const QUICK_SAMPLES = 3;
const MOST_GROWTH = 4;
/** It falls when most of that many were slower, or when one took that long. */
const JUDGES = 3;
const STALLED_MS = 150;
/** What is shorter waited for a lost packet, perhaps. */
const STALLED_BYTES = 65_536;
/** At the beginning it is a guess, and one frame is enough to see that it was too low. */
const FIRST_BYTES_PER_MS = 4000;
/** A frame that was there and back at this rate, with all that a terminal does with it, came by a LAN: no more is guessed. */
const LAN_THERE_AND_BACK = 2000;
const LAN_BYTES_PER_MS = 64_000;
/** The guess where a quick link was before. */
const AGAIN_BYTES_PER_MS = 16_000;
/** As near as this a terminal is on the same LAN: what is too much for its link takes a moment, once. */
const NEAR_RTT_MS = 3;
const MIN_BYTES_PER_MS = 8;
const MAX_BYTES_PER_MS = 1_000_000;
/** A first frame whose acknowledgement takes longer than this met a slow link, as long as nothing else is known. */
const LONG_MS = 100;
/** Up to this size a terminal may keep the acknowledgement of a frame to itself for a while. */
const LAZY_BYTES = 2048;
/** The quickest way is measured anew after that long: routes change, and clocks drift. */
const FORGET_MS = 20_000;
/** So little on its way does not hide how long the way is. */
export const NEARLY_NOTHING_BYTES = 4096;
/** 32 Mbit/s: what a slower link has to lose is little, and films need it to become one. */
const MUCH_TO_LOSE_BYTES_PER_MS = 4000;
/** 150 ms of 2 Mbit/s; on a longer way more, or films would have fewer pictures. */
const PICTURE_BYTES = 36_000;
const PICTURE_BYTES_PER_RTT_MS = 3600;
/** Of frames on their way; those without an acknowledgement count as delivered with the next that has one. */
const MAX_SENT = 64;

interface Sent {
  readonly bytes: number;
  readonly atMs: number;
  /** Nothing else was on its way. */
  readonly alone: boolean;
}

interface Sample {
  readonly bytes: number;
  readonly tookMs: number;
}

/**
 * What a way to a terminal carries, from its frames alone: when they were sent, and when each was complete by the terminal's
 * clock, of which only differences count. So it knows nothing of the transport, and acknowledgements may be late.
 *
 * A frame takes the link from when the one before was complete, or from when it was sent and had to travel, to when it
 * is complete itself: bytes by that time is the rate.
 */
export class LinkEstimate {
  readonly #sent = new Map<string, Sent>();
  /** Terminal's clock minus ours, with the time of the way that the quickest frame had. */
  readonly #wayMs = new LeastOf(FORGET_MS);
  /** The rate known when that frame came; 0: a guess. */
  #wayBytesPerMs = 0;
  /** Our clock minus the terminal's, with the way back: no frame's length is in it, as it is in the way there. */
  readonly #backMs = new LeastOf(FORGET_MS);
  #samples: Sample[] = [];
  #bytesPerMs = FIRST_BYTES_PER_MS;
  #guessing = true;
  #inFlightBytes = 0;
  #lastReceivedMs = Number.NEGATIVE_INFINITY;
  #queueMs = 0;
  readonly #burst = new Burst();
  readonly #toldRttMs: number;

  /**
   * @param quick the guess to begin with is higher
   * @param rttMs what is known of the way beforehand; 0: nothing
   */
  constructor(quick = false, rttMs = 0) {
    this.#toldRttMs = rttMs;
    if (quick) this.#bytesPerMs = AGAIN_BYTES_PER_MS;
    if (rttMs > 0 && rttMs < NEAR_RTT_MS) this.#bytesPerMs = LAN_BYTES_PER_MS;
  }

  /** It carries whatever a screen shows. */
  get isQuick(): boolean {
    return this.#bytesPerMs > AGAIN_BYTES_PER_MS;
  }

  /** Bytes that are delivered in a millisecond while there are any. */
  get bytesPerMs(): number {
    return this.#bytesPerMs;
  }

  /** From sending next to nothing to its acknowledgement, without a queue; as it was told while nothing is known of the rate. */
  get minRttMs(): number {
    const least = this.#wayMs.value + this.#backMs.value;
    // Of a first frame nobody knows whether it came late because it is long or because the way is.
    if (!Number.isFinite(least) || this.#samples.length === 0) return this.#toldRttMs;
    return Math.max(0, least - this.#wayMs.of / Math.max(this.#bytesPerMs, this.#wayBytesPerMs));
  }

  /** How long the frame that came last had waited behind others, or was on its way for its own length. */
  get queueMs(): number {
    return this.#queueMs;
  }

  /** As much of a change may be on its way, as the link may have shrunk. @param anew it begins */
  burstBytes(anew: boolean): number {
    return this.#hasMuchToLose ? this.#burst.limit(this.minRttMs, anew) : Number.POSITIVE_INFINITY;
  }

  /** Of pictures of films as much may be on its way, for the same reason. */
  get pictureBytes(): number {
    if (!this.#hasMuchToLose) return Number.POSITIVE_INFINITY;
    return Math.max(PICTURE_BYTES, PICTURE_BYTES_PER_RTT_MS * this.minRttMs);
  }

  get inFlightBytes(): number {
    return this.#inFlightBytes;
  }

  get inFlight(): number {
    return this.#sent.size;
  }

  /** Whether it is time to see again, as it was seen before, how long the way is when nothing is on it. */
  isStale(nowMs: number): boolean {
    return Number.isFinite(this.#wayMs.value) && this.#wayMs.isStale(nowMs);
  }

  /** @param output frames of several outputs share a link, each with numbers of its own */
  sent(output: number, frame: number, bytes: number, nowMs: number): void {
    const alone = this.#inFlightBytes <= NEARLY_NOTHING_BYTES;
    this.#sent.set(`${output}/${frame}`, { bytes, atMs: nowMs, alone });
    this.#inFlightBytes += bytes;
    for (const key of this.#sent.keys()) {
      if (this.#sent.size <= MAX_SENT) break;
      this.#forget(key);
    }
  }

  /**
   * Covers all frames of the output before it. Unknown numbers are ignored: the terminal's word is not trusted.
   * @param receivedMs when it was complete, by the terminal's clock
   */
  acknowledged(output: number, frame: number, receivedMs: number, nowMs: number): void {
    const own = this.#sent.get(`${output}/${frame}`);
    this.forgetUpTo(output, frame);
    if (!own) return;
    this.#burst.acknowledged(own.bytes);
    const wayMs = receivedMs - own.atMs;
    const { value } = this.#wayMs;
    // One frame alone shows it: what was quicker because it was small need not come again.
    if (own.alone && this.#wayMs.isStale(nowMs)) this.#wayMs.forget();
    this.#wayMs.add(wayMs, nowMs, own.bytes);
    if (this.#wayMs.value !== value) this.#wayBytesPerMs = this.#guessing ? 0 : this.#bytesPerMs;
    this.#queueMs = wayMs - this.#wayMs.value;
    const backMs = nowMs - receivedMs;
    if (own.bytes > LAZY_BYTES || backMs < this.#backMs.value) this.#backMs.add(backMs, nowMs);
    const rttMs = this.#wayMs.value + backMs;
    const isLan = own.bytes > DOUBT_BYTES && own.bytes > LAN_THERE_AND_BACK * rttMs;
    if (this.#guessing && isLan) this.#bytesPerMs = Math.max(this.#bytesPerMs, LAN_BYTES_PER_MS);
    if (Number.isFinite(this.#lastReceivedMs)) this.#measure(own, receivedMs);
    else if (rttMs > LONG_MS) this.#add({ bytes: own.bytes, tookMs: rttMs - LONG_MS });
    this.#lastReceivedMs = Math.max(this.#lastReceivedMs, receivedMs);
  }

  /** Nobody waits for its acknowledgement, which may never come; but if it does, it tells what others do. */
  forgo(output: number, frame: number): void {
    const key = `${output}/${frame}`;
    const sent = this.#sent.get(key);
    if (!sent) return;
    this.#inFlightBytes -= sent.bytes;
    this.#sent.set(key, { ...sent, bytes: 0 });
  }

  /** Frames that nobody waits for any longer. */
  forgetUpTo(output: number, frame: number): void {
    for (const key of this.#sent.keys()) {
      const [of, number] = key.split('/');
      if (Number(of) === output && Number(number) <= frame) this.#forget(key);
    }
  }

  #forget(key: string): void {
    this.#inFlightBytes -= this.#sent.get(key)?.bytes ?? 0;
    this.#sent.delete(key);
  }

  /** To a terminal that is near no more than a moment of what its link carries is on the way anyway. */
  get #hasMuchToLose(): boolean {
    if (this.#guessing || this.#bytesPerMs < MUCH_TO_LOSE_BYTES_PER_MS) return false;
    const isNear = this.#toldRttMs > 0 && this.#toldRttMs < NEAR_RTT_MS;
    return !isNear && this.minRttMs >= NEAR_RTT_MS;
  }

  #measure({ bytes, atMs }: Sent, receivedMs: number): void {
    if (bytes < TELLING_BYTES) return;
    const soonestMs = atMs + this.#wayMs.value;
    const tookMs = receivedMs - Math.max(this.#lastReceivedMs, soonestMs);
    const sinceMs = receivedMs - this.#lastReceivedMs;
    const followed = tookMs >= sinceMs;
    const sample = followed ? { bytes, tookMs } : this.#alone(bytes, tookMs, sinceMs);
    if (sample) this.#add(sample);
  }

  #add({ bytes, tookMs }: Sample): void {
    this.#samples.push({ bytes, tookMs: Math.max(bytes / MAX_BYTES_PER_MS, tookMs) });
    this.#samples = latest(this.#samples);
    this.#follow();
  }

  /**
   * The quickest frame took some time for its own bytes, and nobody knows how long. So what the time of another says of
   * the rate lies between two bounds, and counts only when the rate known lies outside of them.
   * @param sinceMs the one before was complete
   */
  #alone(bytes: number, tookMs: number, sinceMs: number): Sample | null {
    if (bytes > this.#bytesPerMs * sinceMs) return { bytes, tookMs: sinceMs };
    const more = bytes - this.#wayMs.of;
    if (more >= TELLING_BYTES && more > this.#bytesPerMs * tookMs) return { bytes: more, tookMs };
    const longMs = tookMs - WAKE_MS;
    return bytes < this.#bytesPerMs * longMs ? { bytes, tookMs: longMs } : null;
  }

  #follow(): void {
    const all = rateOf(this.#samples);
    const quick = rateOf(this.#samples.slice(-QUICK_SAMPLES));
    const enough = this.#guessing ? 1 : QUICK_SAMPLES;
    const rising = this.#samples.length >= enough && quick > this.#bytesPerMs;
    if (!rising) this.#guessing = false;
    const falling = isFalling(this.#samples, this.#bytesPerMs);
    const wanted = rising
      ? Math.min(quick, this.#bytesPerMs * MOST_GROWTH)
      : Math.min(falling ? all : Number.POSITIVE_INFINITY, this.#bytesPerMs);
    this.#bytesPerMs = Math.min(MAX_BYTES_PER_MS, Math.max(MIN_BYTES_PER_MS, wanted));
  }
}

/** One frame that came late may have met a busy processor: most of the last ones have to, or one has to be very late. */
function isFalling(samples: readonly Sample[], bytesPerMs: number): boolean {
  const last = samples.slice(-JUDGES);
  const slow = last.filter(({ bytes, tookMs }) => bytes < bytesPerMs * tookMs).length;
  const newest = samples.at(-1);
  const stalled = newest && newest.tookMs > STALLED_MS && newest.bytes > STALLED_BYTES;
  return slow > last.length / 2 || stalled === true;
}

/** The last ones, as far back as they say something of now. */
function latest(samples: Sample[]): Sample[] {
  let tookMs = 0;
  let from = samples.length;
  while (from > 0 && samples.length - from < SAMPLES && tookMs < SAMPLED_MS)
    tookMs += samples[--from]?.tookMs ?? 0;
  return samples.slice(from);
}

function rateOf(samples: readonly Sample[]): number {
  let [bytes, tookMs] = [0, 0];
  for (const sample of samples) {
    bytes += sample.bytes;
    tookMs += sample.tookMs;
  }
  return Math.max(bytes, DOUBT_BYTES) / tookMs;
}
