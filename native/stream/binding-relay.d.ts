import type { RawStream } from './binding.d.ts';

/** The raw addon: arguments are not checked here, relay.ts does that. */

export interface RawRelayEnd {
  readonly stream: RawStream;
  /** Longest message, unit and message of the link that may come from it; 0: none. */
  readonly limits: readonly [number, number, number];
  readonly mostUnsentBytes: number;
  /** What has come already of a frame that is not complete. */
  readonly rest: Uint8Array;
}

export interface RawRelayRules {
  readonly channel: number;
  /** Names the channel in errors. */
  readonly where: string;
  readonly view: number;
  readonly inputView: number;
  readonly waitsForPicture: boolean;
  readonly ends: readonly [terminal: RawRelayEnd, session: RawRelayEnd];
}

/** From the loop alone; each may part the relay. */
export interface RawRelayCalls {
  pictured(): void;
  failed(side: 0 | 1, code: string, where: string, what: string): void;
  /** Asked for by `tellNext`. */
  spoke(side: 0 | 1): void;
  parted(): void;
}

export interface RawRelay {
  /** May be called again. */
  part(): void;
  rest(side: 0 | 1): Uint8Array;
  inputView(): number;
  heardAgoMs(side: 0 | 1): number;
  tellNext(side: 0 | 1): void;
}

export interface RelayAddon {
  /** @returns null when one of the streams is closed */
  join(rules: RawRelayRules, calls: RawRelayCalls): RawRelay | null;
}
