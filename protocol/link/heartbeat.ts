export interface HeartbeatOptions {
  readonly heartbeatMs: number;
  readonly silenceMs: number;
  /** See LinkTuning. */
  readonly restMs: number;
  /** What this side says makes the peer say something, mostly and soon; a picture that is sent may not. */
  readonly isAnswered: boolean;
  readonly ping: (sequence: number, timeUs: number) => void;
  readonly dead: (silentMs: number) => void;
  /** How long ago something arrived that `heard` was not called for; infinite where there is no such thing. */
  readonly heardAgoMs?: () => number;
  /** The same of what was sent. */
  readonly saidAgoMs?: () => number;
  /** Calls back once, when next something is sent that `said` is not called for; a later call replaces this one. */
  readonly tellNext?: (callback: () => void) => void;
}

/** How old a measured round trip may become before it is measured again, although the peer talks anyway. */
const RTT_STALE_MS = 60_000;
/** After so long with nothing but Pings and Pongs nobody works: Pings become rare. */
const IDLE_AFTER_MS = 20_000;
const IDLE_TIMES = 5;
/** Whoever was asked last leaves asking to the peer, so that one exchange serves both. */
const ASKED_TIMES = 1.3;

/**
 * Notices a peer that leaves a Ping unanswered, and measures the round trip. Where the kernel tells when the peer is
 * gone, only one that hangs is left to be noticed, and that by whoever uses it: there no clock runs until something is said.
 */
export class Heartbeat {
  rttMs = Number.NaN;
  private readonly options: HeartbeatOptions;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private dueMs = 0;
  private stopped = false;
  private watched = false;
  private heardMs = performance.now();
  private saidMs: number;
  /** When something came that was no Ping and no Pong. */
  private talkedMs = performance.now();
  /** What came and is not known to be one of them. */
  private unnamed = 0;
  /** When the first Ping was sent after which nothing came; null for none. */
  private askedMs: number | null = null;
  private peerAsks = false;
  private measuredMs = Number.NEGATIVE_INFINITY;
  private sequence = 0;

  constructor(options: HeartbeatOptions) {
    this.options = options;
    // Whoever connects has said that it is there.
    this.saidMs = options.isAnswered ? this.heardMs : Number.NEGATIVE_INFINITY;
    if (options.heartbeatMs > 0) this.wait(options.heartbeatMs);
    else this.stopped = true;
  }

  /** From now on the kernel tells when the peer is gone. @param watched or does so no more */
  watch(watched = true): void {
    this.watched = watched;
    if (!watched && !this.stopped) this.wait(this.options.heartbeatMs);
  }

  /** To be called for whatever arrives, before it is looked at. */
  heard(): void {
    this.heardMs = performance.now();
    this.askedMs = null;
    this.unnamed++;
  }

  /** To be called for whatever is sent, Pings and Pongs apart. */
  said(): void {
    if (!this.watched) return;
    this.saidMs = performance.now();
    this.look();
  }

  /** From now on some of what is said or heard is unseen, or is seen again. */
  look(): void {
    if (this.timer === null && !this.stopped) this.wait(this.answerMs);
  }

  /** A Ping has arrived. */
  pinged(): void {
    this.peerAsks = true;
    this.named();
  }

  /** @param timeUs as it was given to `ping`. */
  pong(timeUs: number): void {
    const nowMs = performance.now();
    this.rttMs = Math.max(0, nowMs - timeUs / 1000);
    this.measuredMs = nowMs;
    this.named();
    if (this.timer !== null) this.waitForNext(nowMs);
  }

  measure(): void {
    this.peerAsks = false;
    this.askedMs ??= performance.now();
    this.options.ping(this.sequence++ >>> 0, Math.round(performance.now() * 1000));
  }

  stop(): void {
    this.stopped = true;
    this.clear();
  }

  private named(): void {
    this.unnamed = Math.max(0, this.unnamed - 1);
  }

  private clear(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private wait(ms: number): void {
    this.clear();
    this.dueMs = performance.now() + ms;
    this.timer = setTimeout(() => this.tick(), ms);
  }

  /** How long a watched peer may leave words unanswered. */
  private get answerMs(): number {
    const { isAnswered, heartbeatMs, restMs } = this.options;
    return isAnswered ? heartbeatMs : restMs;
  }

  private isIdle(nowMs: number): boolean {
    return this.unnamed === 0 && nowMs - this.talkedMs > IDLE_AFTER_MS;
  }

  /** How long the peer may say nothing before it is asked. */
  private periodMs(nowMs: number): number {
    const { heartbeatMs } = this.options;
    if (this.watched) return this.saidMs >= this.heardMs ? this.answerMs : Number.POSITIVE_INFINITY;
    const times = this.peerAsks ? ASKED_TIMES : 1;
    return this.isIdle(nowMs) ? heartbeatMs * IDLE_TIMES * times : heartbeatMs;
  }

  /** The kernel measures the way of what it watches. */
  private isStale(nowMs: number): boolean {
    return !this.watched && nowMs - this.measuredMs > RTT_STALE_MS && !this.isIdle(nowMs);
  }

  private waitForNext(nowMs: number): void {
    const leftMs = this.periodMs(nowMs) - (nowMs - this.heardMs);
    if (Number.isFinite(leftMs)) return this.wait(Math.max(this.options.heartbeatMs, leftMs));
    this.clear();
    this.options.tellNext?.(() => this.said());
  }

  private tick(): void {
    this.timer = null;
    const nowMs = performance.now();
    const { heartbeatMs, silenceMs } = this.options;
    // After a stall of our own process the peer's words may be waiting unread: that is not its silence.
    const stalled = nowMs > this.dueMs + heartbeatMs + 100;
    this.lookAtUnseen(nowMs);
    const unanswered = this.askedMs !== null && nowMs - this.askedMs >= silenceMs - heartbeatMs;
    if (unanswered && !stalled) return this.options.dead(nowMs - this.heardMs);
    const overdue = nowMs - this.heardMs >= this.periodMs(nowMs) * 0.9;
    if (overdue || this.askedMs !== null || this.isStale(nowMs)) {
      this.wait(heartbeatMs);
      this.measure();
    } else this.waitForNext(nowMs);
  }

  private lookAtUnseen(nowMs: number): void {
    const heardMs = this.unseenMs(this.options.heardAgoMs, nowMs);
    if (heardMs !== null && heardMs > this.heardMs) {
      this.heardMs = heardMs;
      this.talkedMs = heardMs;
      this.askedMs = null;
    }
    if (this.unnamed > 0) this.talkedMs = this.heardMs;
    this.unnamed = 0;
    const saidMs = this.unseenMs(this.options.saidAgoMs, nowMs);
    if (saidMs !== null) this.saidMs = Math.max(this.saidMs, saidMs);
  }

  /** When something happened unseen; null: nothing ever does. */
  private unseenMs(agoMs: (() => number) | undefined, nowMs: number): number | null {
    const ms = agoMs?.() ?? Number.POSITIVE_INFINITY;
    return Number.isFinite(ms) ? nowMs - ms : null;
  }
}
