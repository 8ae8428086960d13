export interface HeartbeatOptions {
  readonly heartbeatMs: number;
  readonly silenceMs: number;
  readonly ping: (sequence: number, timeUs: number) => void;
  readonly dead: (silentMs: number) => void;
  /** How long ago something arrived that `heard` was not called for. */
  readonly heardAgoMs?: () => number;
}

/** How old a measured round trip may become before it is measured again, although the peer talks anyway. */
const RTT_STALE_MS = 10_000;

/** Notices a peer that has fallen silent, and measures the round trip. */
export class Heartbeat {
  rttMs = Number.NaN;
  private readonly options: HeartbeatOptions;
  private readonly timer: ReturnType<typeof setInterval> | null;
  private heardMs = performance.now();
  private tickedMs = performance.now();
  private measuredMs = Number.NEGATIVE_INFINITY;
  private sequence = 0;

  constructor(options: HeartbeatOptions) {
    this.options = options;
    const { heartbeatMs } = options;
    this.timer = heartbeatMs > 0 ? setInterval(() => this.tick(), heartbeatMs) : null;
  }

  /** To be called for whatever arrives. */
  heard(): void {
    this.heardMs = performance.now();
  }

  /** @param timeUs as it was given to `ping`. */
  pong(timeUs: number): void {
    const nowMs = performance.now();
    this.rttMs = Math.max(0, nowMs - timeUs / 1000);
    this.measuredMs = nowMs;
  }

  measure(): void {
    this.options.ping(this.sequence++ >>> 0, Math.round(performance.now() * 1000));
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  private tick(): void {
    const nowMs = performance.now();
    const sinceTickMs = nowMs - this.tickedMs;
    const unseenMs = this.options.heardAgoMs?.() ?? Number.POSITIVE_INFINITY;
    this.heardMs = Math.max(this.heardMs, nowMs - unseenMs);
    const silentMs = nowMs - this.heardMs;
    this.tickedMs = nowMs;
    // After a stall of our own process the peer's words may be waiting unread: that is not its silence.
    const stalled = sinceTickMs > 2 * this.options.heartbeatMs + 100;
    if (silentMs >= this.options.silenceMs && !stalled) {
      this.options.dead(silentMs);
      return;
    }
    const quiet = silentMs >= this.options.heartbeatMs * 0.9;
    if (quiet || nowMs - this.measuredMs > RTT_STALE_MS) this.measure();
  }
}
