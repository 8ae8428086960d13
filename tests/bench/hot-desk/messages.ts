/** How a desk process of the bench is started: one JSON object as its only argument. Sizes in pixels. */
export interface SeatPlan {
  /** host:port */
  readonly address: string;
  readonly fingerprint: string;
  readonly name: string;
  /** Key file of the software token; null for the card reader that PC/SC has. */
  readonly tokenFile: string | null;
  readonly width: number;
  readonly height: number;
}

/** What a desk process says, one JSON object a line; all times are CLOCK_MONOTONIC in µs. */
export type SeatReport =
  | { readonly told: 'ready'; readonly tokenId: string | null }
  /** `eventUs`: the reader noticed it; `atUs`: CardInserted was sent. */
  | { readonly told: 'inserted'; readonly eventUs: number; readonly atUs: number }
  | { readonly told: 'removed'; readonly atUs: number }
  | { readonly told: 'asked'; readonly atUs: number }
  | { readonly told: 'answered'; readonly atUs: number }
  /** A page by its name, or `session`, `greeter`, `dark`. */
  | { readonly told: 'showing'; readonly what: string; readonly atUs: number }
  | SeatFrame;

export interface SeatFrame {
  readonly told: 'frame';
  /** Stands on its own: the first of a session. */
  readonly key: boolean;
  readonly bytes: number;
  readonly receivedUs: number;
  readonly presentedUs: number;
  /** The whole picture was compared with the session's checksum of it. */
  readonly verifiedUs: number;
  readonly exact: boolean;
}

/** Told to a desk process, a word a line. Software tokens only: cards have a hand of their own. */
export type SeatCommand = 'insert' | 'remove';

/** How the server's process is started. */
export interface HousePlan {
  /** host:port */
  readonly listen: string;
  /** Shell command of the session. */
  readonly exec: string;
  /** [policy] of wrsrvd.toml */
  readonly policy: string;
}

/** To the server's process, one JSON object a line; each is answered with one. */
export type HouseCommand =
  | {
      readonly do: 'register';
      readonly kind: 'software' | 'smartCard';
      readonly id: string;
      /** SHA-256 of the key's SPKI. */
      readonly key: string;
    }
  | { readonly do: 'records' }
  | { readonly do: 'end' };

export interface HouseReady {
  readonly address: string;
  readonly fingerprint: string;
}

/** What wrsrvd said of one way to a picture: µs of CLOCK_MONOTONIC, ms since then. */
export interface BrokerRecord {
  readonly atUs: number;
  readonly ms: Readonly<Record<string, number>>;
}

/** What wrcomp said of one first frame. */
export interface SessionRecord extends BrokerRecord {
  readonly bytes: number;
}

export interface HouseRecords {
  readonly broker: readonly BrokerRecord[];
  readonly session: readonly SessionRecord[];
}
