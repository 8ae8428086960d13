import type { Stage, StageTimes } from './trace/latency-trace.ts';

/** What a program in the session may ask for; all but `info` is the broker's to do. */
export const ASKS = ['logout', 'lock', 'detach', 'info'] as const;
export type Ask = (typeof ASKS)[number];

/** Longer than any message that makes sense. */
export const MAX_MESSAGE_BYTES = 16_384;

export interface SessionView {
  readonly session: string;
  readonly waylandDisplay: string;
  readonly attached: boolean;
  readonly locked: boolean;
  /** A broker is there and does what is asked for. */
  readonly broker: boolean;
  readonly outputs: readonly {
    readonly name: string;
    readonly widthPx: number;
    readonly heightPx: number;
    readonly scale: number;
  }[];
  /** Since the session began, see LatencyTrace; without what is not known yet. */
  readonly latency: Partial<Record<Stage, StageTimes>>;
}

export type Answer =
  | { readonly ok: true; readonly info?: SessionView }
  | { readonly error: string };

/** A line of the socket, `{"ask":"lock"}`. Null for anything else. */
export function parseAsk(line: string): Ask | null {
  const value = parse(line);
  const ask = value?.['ask'];
  return ASKS.find((known) => known === ask) ?? null;
}

/** Null for what is no answer. */
export function parseAnswer(line: string): Answer | null {
  const value = parse(line);
  if (value && typeof value['error'] === 'string') return { error: value['error'] };
  return value?.['ok'] === true ? (value as unknown as Answer) : null;
}

function parse(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
