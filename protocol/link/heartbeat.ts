export interface HeartbeatOptions {
  readonly heartbeatMs: number;
  readonly silenceMs: number;
  /** See LinkTuning. */
  readonly restMs: number;
  /** What this side says makes the peer say something, mostly; a picture that is sent does not. */
  readonly isAnswered: boolean;
  readonly ping: (sequence: number, timeUs: number) => void;
  readonly dead: (silentMs: number) => void;
  /** How long ago something arrived that `heard` was not called for; infinite where there is no such thing. */
  readonly heardAgoMs?: () => number;
  /** The same of what was sent. */
  readonly saidAgoMs?: () => number;
}

/** How old a measured round trip may become before it is measured again, although the peer talks anyway. */
const RTT_STALE_MS = 60_000;
/** After so long with nothing but Pings and Pongs nobody works: Pings become rare. */
const IDLE_AFTER_MS = 20_000;
const IDLE_TIMES = 5;
/** Between words to a watched peer that owes no answer. */
const BETWEEN_TIMES = 2;
/** Whoever was asked last leaves asking to the peer, so that one exchange serves both. */
const ASKED_TIMES = 1.3;

/**
 * Notices a peer that leaves a Ping unanswered, and measures the round trip. Each word on a link at rest wakes two
 * processes: there are few of them. Where the kernel tells when the peer is gone, they are for peers that hang.
 */
export class Heartbeat {
  rttMs = Number.NaN;
  private readonly options: HeartbeatOptions;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private dueMs = 0;
  private watched = false;
  private heardMs = performance.now();
  private saidMs = Number.NEGATIVE_INFINITY;
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
    if (options.heartbeatMs > 0) this.wait(options.heartbeatMs);
  }

  /** From now on the kernel tells when the peer is gone. @param watched or does so no more */
  watch(watched = true): void {
    this.watched = watched;
    if (!watched && this.timer !== null) this.wait(this.options.heartbeatMs);
  }

  /** To be called for whatever arrives, before it is looked at. */
  heard(): void {
    this.heardMs = performance.now();
    this.askedMs = null;
    this.unnamed++;
  }

  /** To be called for whatever is sent, Pings and Pongs apart. */
  said(): void {
    const { isAnswered, heartbeatMs } = this.options;
    if (!this.watched || !isAnswered) return;
    this.saidMs = performance.now();
    const soonMs = this.saidMs + heartbeatMs;
    if (this.timer !== null && this.dueMs > soonMs + heartbeatMs / 2) this.wait(heartbeatMs);
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
    if (this.timer !== null) this.wait(this.untilNextLookMs(nowMs));
  }

  measure(): void {
    this.peerAsks = false;
    this.askedMs ??= performance.now();
    this.options.ping(this.sequence++ >>> 0, Math.round(performance.now() * 1000));
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private named(): void {
    this.unnamed = Math.max(0, this.unnamed - 1);
  }

  private wait(ms: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.dueMs = performance.now() + ms;
    this.timer = setTimeout(() => this.tick(), ms);
  }

  private isIdle(nowMs: number): boolean {
    return this.unnamed === 0 && nowMs - this.talkedMs > IDLE_AFTER_MS;
  }

  /** How long the peer may say nothing before it is asked. */
  private periodMs(nowMs: number): number {
    const { heartbeatMs, restMs } = this.options;
    const times = this.peerAsks ? ASKED_TIMES : 1;
    const isIdle = this.isIdle(nowMs);
    if (!this.watched) return isIdle ? heartbeatMs * IDLE_TIMES * times : heartbeatMs;
    if (!this.options.isAnswered) return restMs * times;
    if (this.saidMs > this.heardMs) return heartbeatMs;
    return isIdle ? restMs * times : Math.min(heartbeatMs * BETWEEN_TIMES, restMs);
  }

  /** The kernel measures the way of what it watches. */
  private isStale(nowMs: number): boolean {
    return !this.watched && nowMs - this.measuredMs > RTT_STALE_MS && !this.isIdle(nowMs);
  }

  private untilNextLookMs(nowMs: number): number {
    const { heartbeatMs, isAnswered } = this.options;
    const leftMs = this.periodMs(nowMs) - (nowMs - this.heardMs);
    // Nobody tells when something is said unseen.
    const sees = !isAnswered || this.unseenMs(this.options.saidAgoMs, nowMs) === null;
    return this.watched && !sees && !this.isIdle(nowMs)
      ? heartbeatMs
      : Math.max(heartbeatMs, leftMs);
  }

  private tick(): void {
    const nowMs = performance.now();
    const { heartbeatMs, silenceMs } = this.options;
    // After a stall of our own process the peer's words may be waiting unread: that is not its silence.
    const stalled = nowMs > this.dueMs + heartbeatMs + 100;
    this.lookAtUnseen(nowMs);
    const unanswered = this.askedMs !== null && nowMs - this.askedMs >= silenceMs - heartbeatMs;
    if (unanswered && !stalled) return this.options.dead(nowMs - this.heardMs);
    const silentMs = nowMs - this.heardMs;
    const overdue = silentMs >= this.periodMs(nowMs) * 0.9;
    if (overdue || this.askedMs !== null || this.isStale(nowMs)) {
      this.measure();
      this.wait(heartbeatMs);
    } else this.wait(this.untilNextLookMs(nowMs));
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
    if (saidMs !== null && this.options.isAnswered) this.saidMs = Math.max(this.saidMs, saidMs);
  }

  /** When something happened unseen; null: nothing ever does. */
  private unseenMs(agoMs: (() => number) | undefined, nowMs: number): number | null {
    const ms = agoMs?.() ?? Number.POSITIVE_INFINITY;
    return Number.isFinite(ms) ? nowMs - ms : null;
  }
}
