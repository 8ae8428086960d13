import { hostOf } from '../../protocol/link/network.ts';

export type WriteLine = (fields: Readonly<Record<string, unknown>>, message: string) => void;

export interface RejectionLogOptions {
  /** What was rejected, e.g. `connection`. */
  readonly what: string;
  readonly write: WriteLine;
  /** For tests. */
  readonly later?: (callback: () => void, ms: number) => void;
}

const WINDOW_MS = 1000;
const MAX_REASONS = 8;
const MAX_ADDRESSES = 256;
const OTHER = 'other reasons';

/**
 * Tells of rejected peers in at most one line a second and one more: strangers must not be able to fill the log. The
 * first after a quiet second is told at once and in full, those that follow within a second are counted.
 */
export class RejectionLog {
  private readonly options: RejectionLogOptions;
  private readonly later: (callback: () => void, ms: number) => void;
  private counting = false;
  private count = 0;
  private readonly reasons = new Map<string, number>();
  private readonly addresses = new Map<string, number>();

  constructor(options: RejectionLogOptions) {
    this.options = options;
    this.later = options.later ?? ((callback, ms) => void setTimeout(callback, ms).unref());
  }

  /** @param peer `address:port`, or a name without port */
  note(peer: string, reason: string): void {
    if (this.counting) {
      this.count++;
      add(this.reasons, reason.trim(), MAX_REASONS, OTHER);
      add(this.addresses, hostOf(peer), MAX_ADDRESSES, '');
      return;
    }
    this.options.write({ peer, reason: reason.trim() }, `${this.options.what} rejected`);
    this.startCounting();
  }

  private startCounting(): void {
    this.counting = true;
    this.later(() => this.tell(), WINDOW_MS);
  }

  private tell(): void {
    this.counting = false;
    if (this.count === 0) return;
    const [most = ''] = [...this.addresses].sort(([, a], [, b]) => b - a)[0] ?? [];
    this.options.write(
      {
        count: this.count,
        addresses: this.addresses.size,
        mostFrom: most,
        reasons: Object.fromEntries(this.reasons),
      },
      `${this.options.what}s rejected`,
    );
    this.count = 0;
    this.reasons.clear();
    this.addresses.clear();
    this.startCounting();
  }
}

function add(counts: Map<string, number>, key: string, max: number, rest: string): void {
  const bounded = counts.has(key) || counts.size < max ? key : rest;
  counts.set(bounded, (counts.get(bounded) ?? 0) + 1);
}
