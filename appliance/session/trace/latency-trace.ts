import { Histogram } from './histogram.ts';

/**
 * Where time goes between a key and its picture. inputToPresent: all of it, by the terminal's clock · inputToSend: the part
 * within wrcomp and the application · commitToSend: from the last change that a frame shows to the frame's way out ·
 * encode: composing and encoding, with the way to a worker and back · present: decoding and drawing, by the terminal's clock ·
 * decode: the first part of that, with the way to a worker and back ·
 * way: what remains of inputToPresent, that is the network, the broker and the terminal's own way of the key.
 */
export const STAGES = [
  'inputToPresent',
  'way',
  'inputToSend',
  'commitToSend',
  'encode',
  'present',
  'decode',
] as const;
export type Stage = (typeof STAGES)[number];

export interface StageTimes {
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** Frames on their way; without an acknowledgement they are forgotten. */
const MAX_SENT = 16;
const MAX_SHOW_US = 1e6;
/** The estimate of that time follows about so many of the latest. */
const SHOW_SAMPLES = 8;

interface Sent {
  /** Of the input that it is the first to show; null when it shows none. */
  readonly input: { readonly terminalUs: number; readonly toSendUs: number } | null;
}

/** What a terminal says of a frame, by its own clock. */
export interface Decoded {
  readonly output: number;
  readonly frame: number;
  readonly receivedUs: number;
  /** 0: not known. */
  readonly decodeUs: number;
}

/** A frame that is being made. */
interface Taken {
  readonly atUs: number;
  /** The last change before; null: there is none, or another output's frame was the first to show it. */
  readonly damagedUs: number | null;
}

/** Times of one session, over all terminals that showed it. Costs a reading of the clock per event, nothing without events. */
export class LatencyTrace {
  readonly #nowUs: () => number;
  readonly #histograms = new Map(STAGES.map((stage) => [stage, new Histogram()]));
  readonly #sent = new Map<number, Sent>();
  #input: { readonly terminalUs: number; readonly atUs: number } | null = null;
  #damagedUs: number | null = null;
  /** By output: each makes one frame at a time. */
  readonly #taken = new Map<number, Taken>();
  #showUs = 0;

  constructor(nowUs: () => number = () => performance.now() * 1000) {
    this.#nowUs = nowUs;
  }

  /** How long a small frame takes from here to the terminal's screen, as far as is known. */
  get showUs(): number {
    return this.#showUs;
  }

  /** @param terminalUs when it happened, by the terminal's clock */
  input(terminalUs: number): void {
    this.#input = { terminalUs, atUs: this.#nowUs() };
  }

  damaged(): void {
    this.#damagedUs = this.#nowUs();
  }

  /** A frame is about to be made. @param changed it shows a change, not only what was left for later */
  taken(output: number, changed: boolean): void {
    const damagedUs = changed ? this.#damagedUs : null;
    this.#taken.set(output, { atUs: this.#nowUs(), damagedUs });
    if (changed) this.#damagedUs = null;
  }

  sent(output: number, frame: number): void {
    const nowUs = this.#nowUs();
    const taken = this.#taken.get(output);
    this.#taken.delete(output);
    if (taken) this.#add('encode', nowUs - taken.atUs);
    if (taken && taken.damagedUs !== null) this.#add('commitToSend', nowUs - taken.damagedUs);
    const input = this.#input;
    const toSendUs = input ? nowUs - input.atUs : 0;
    if (input) this.#add('inputToSend', toSendUs);
    this.#remember(keyOf(output, frame), {
      input: input && { terminalUs: input.terminalUs, toSendUs },
    });
    this.#input = null;
  }

  /** What the terminal says is its own word: it changes its session's figures alone. */
  acknowledged({ output, frame, receivedUs, decodeUs }: Decoded, presentedUs: number): void {
    const key = keyOf(output, frame);
    const sent = this.#sent.get(key);
    if (!sent) return;
    this.#sent.delete(key);
    const presentUs = presentedUs - receivedUs;
    this.#add('present', presentUs);
    if (decodeUs > 0) this.#add('decode', decodeUs);
    if (!sent.input) return;
    const inputToPresentUs = presentedUs - sent.input.terminalUs;
    this.#add('inputToPresent', inputToPresentUs);
    const wayUs = inputToPresentUs - sent.input.toSendUs - presentUs;
    this.#add('way', wayUs);
    this.#learnShow(wayUs / 2 + presentUs);
  }

  /** What comes of the terminal's word is bounded: applications are told it. */
  #learnShow(us: number): void {
    if (!(us >= 0 && us < MAX_SHOW_US)) return;
    this.#showUs += (us - this.#showUs) / (this.#showUs === 0 ? 1 : SHOW_SAMPLES);
  }

  /** Another terminal, whose clock is another. */
  restart(): void {
    this.#showUs = 0;
    this.#sent.clear();
    this.#taken.clear();
    this.#input = null;
  }

  /** Of the stages of which anything is known. */
  times(): Partial<Record<Stage, StageTimes>> {
    const times: Partial<Record<Stage, StageTimes>> = {};
    for (const [stage, histogram] of this.#histograms) {
      const { count } = histogram;
      if (count === 0) continue;
      const ms = (share: number) => Math.round(histogram.quantileUs(share) / 10) / 100;
      times[stage] = { count, p50Ms: ms(0.5), p95Ms: ms(0.95) };
    }
    return times;
  }

  #remember(key: number, sent: Sent): void {
    this.#sent.set(key, sent);
    for (const old of this.#sent.keys()) {
      if (this.#sent.size <= MAX_SENT) break;
      this.#sent.delete(old);
    }
  }

  #add(stage: Stage, us: number): void {
    this.#histograms.get(stage)?.add(us);
  }
}

/** Both are below 2^32, of outputs there are few. */
const keyOf = (output: number, frame: number): number => output * 2 ** 32 + frame;
