export interface HeartbeatOptions {
  readonly heartbeatMs: number;
  readonly silenceMs: number;
  readonly ping: (sequence: number, timeUs: number) => void;
  readonly dead: (silentMs: number) => void;
  /** How long ago something arrived that `heard` was not called for. */
  readonly heardAgoMs?: () => number;
}

/** How old a measured round trip may become before it is measured again, although the peer talks anyway. */
const RTT_STALE_MS = 60_000;
/** After so long with nothing but Pings and Pongs nobody works: Pings become rare. */
const IDLE_AFTER_MS = 20_000;
const IDLE_TIMES = 5;
/** Whoever was asked last leaves asking to the peer, so that one exchange serves both. */
const ASKED_TIMES = 1.3;

/**
 * Notices a peer that leaves a Ping unanswered, and measures the round trip. Each word on a link at rest wakes two
 * processes: there are few of them.
 */
export class Heartbeat {
  rttMs = Number.NaN;
  private readonly options: HeartbeatOptions;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private waitMs = 0;
  private heardMs = performance.now();
  private tickedMs = performance.now();
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

  /** To be called for whatever arrives, before it is looked at. */
  heard(): void {
    this.heardMs = performance.now();
    this.askedMs = null;
    this.unnamed++;
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
    if (this.timer !== null) this.wait(this.periodMs(nowMs));
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
    this.waitMs = ms;
    this.timer = setTimeout(() => this.tick(), ms);
  }

  private isIdle(nowMs: number): boolean {
    return this.unnamed === 0 && nowMs - this.talkedMs > IDLE_AFTER_MS;
  }

  private periodMs(nowMs: number): number {
    const { heartbeatMs } = this.options;
    if (!this.isIdle(nowMs)) return heartbeatMs;
    return heartbeatMs * IDLE_TIMES * (this.peerAsks ? ASKED_TIMES : 1);
  }

  private tick(): void {
    const nowMs = performance.now();
    const { heartbeatMs, silenceMs } = this.options;
    // After a stall of our own process the peer's words may be waiting unread: that is not its silence.
    const stalled = nowMs - this.tickedMs > this.waitMs + heartbeatMs + 100;
    this.tickedMs = nowMs;
    this.lookAtUnseen(nowMs);
    const unanswered = this.askedMs !== null && nowMs - this.askedMs >= silenceMs - heartbeatMs;
    if (unanswered && !stalled) return this.options.dead(nowMs - this.heardMs);
    const periodMs = this.periodMs(nowMs);
    const silentMs = nowMs - this.heardMs;
    const stale = nowMs - this.measuredMs > RTT_STALE_MS && !this.isIdle(nowMs);
    if (silentMs >= periodMs * 0.9 || this.askedMs !== null || stale) {
      this.measure();
      this.wait(heartbeatMs);
    } else this.wait(Math.max(heartbeatMs, periodMs - silentMs));
  }

  private lookAtUnseen(nowMs: number): void {
    const unseenMs = nowMs - (this.options.heardAgoMs?.() ?? Number.POSITIVE_INFINITY);
    if (unseenMs > this.heardMs) {
      this.heardMs = unseenMs;
      this.talkedMs = unseenMs;
      this.askedMs = null;
    }
    if (this.unnamed > 0) this.talkedMs = this.heardMs;
    this.unnamed = 0;
  }
}
