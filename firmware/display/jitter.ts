import { videoTimeBetween } from '../../protocol/video-time.ts';

/** Some two seconds of a film. */
const REMEMBERED = 48;
/** Sooner nothing is known of the way. */
const ENOUGH = 24;
/** Of so many pictures one may come too late: a key picture and those behind it take longer, and a single slip is not seen. */
const ONE_LATE_OF = 12;
/** Pictures that are uneven by less go with the next refresh of the screen anyway: it comes every 16 ms. */
const TOLERATED_MS = 12;
/** Off again below this: what is at the edge must not come and go. Busy machines alone are uneven by 6 ms. */
const CALM_MS = 10;
/** A shorter delay is none. */
const OVER_MS = 5;
/** Slower than anybody sees. */
const FALL_MS = 0.5;
const MAX_PICTURES = 2;
const MAX_MS = 100;

/** When the pictures of one video stream are to be shown, so that they come as evenly as they were composed: not a moment later where they come evenly by themselves. */
export class Jitter {
  /** From when a picture was composed until it came, of the last ones, by clocks that do not agree. */
  readonly #waysMs: number[] = [];
  #sent = 0;
  #sentMs = 0;
  /** Mean of the time between pictures. */
  #periodMs = 0;
  #quickestMs = 0;
  #delayMs = 0;

  /** How much later than the quickest picture all are shown; 0: each at once. */
  get delayMs(): number {
    return this.#delayMs;
  }

  /**
   * @param time VideoPicture.time
   * @param nowMs when the picture is ready, by a clock that runs evenly
   * @returns when it is to be shown, by the same clock: now, or up to two pictures later
   */
  arrived(time: number, nowMs: number): number {
    const passedMs = videoTimeBetween(this.#sent || time, time);
    this.#sent = time;
    if (passedMs === null) return nowMs;
    this.#sentMs += passedMs;
    if (passedMs > 0 && passedMs <= MAX_MS)
      this.#periodMs += (passedMs - this.#periodMs) * (this.#periodMs ? 0.1 : 1);
    const wayMs = nowMs - this.#sentMs;
    this.#learn(wayMs);
    const earlyMs = this.#quickestMs + this.#delayMs - wayMs;
    return nowMs + Math.max(0, earlyMs);
  }

  #learn(wayMs: number): void {
    this.#waysMs.push(wayMs);
    if (this.#waysMs.length > REMEMBERED) this.#waysMs.shift();
    const quickestMs = Math.min(...this.#waysMs);
    // A way that has become longer for all is no reason to wait beyond it.
    const longerMs = Math.max(0, quickestMs - this.#quickestMs);
    this.#quickestMs = quickestMs;
    const wantedMs = this.#wantedMs();
    const fallen = Math.max(wantedMs, this.#delayMs - Math.max(FALL_MS, longerMs));
    this.#delayMs = fallen > OVER_MS ? Math.min(fallen, this.#mostMs) : 0;
  }

  #wantedMs(): number {
    const count = this.#waysMs.length;
    if (count < ENOUGH) return 0;
    const sorted = this.#waysMs.toSorted((a, b) => b - a);
    const lateMs = (sorted[Math.floor(count / ONE_LATE_OF)] as number) - this.#quickestMs;
    if (lateMs < (this.#delayMs > 0 ? CALM_MS : TOLERATED_MS)) return 0;
    return lateMs;
  }

  get #mostMs(): number {
    return Math.min(MAX_PICTURES * this.#periodMs, MAX_MS);
  }
}
