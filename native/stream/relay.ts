import { loadAddon } from '../load.ts';
import type { RawRelay, RawRelayCalls, RelayAddon } from './binding-relay.d.ts';
import { NativeStream } from './index.ts';

const addon = loadAddon<RelayAddon>('stream');

export const Side = { terminal: 0, session: 1 } as const;
export type Side = (typeof Side)[keyof typeof Side];

const CHANNELS: readonly number[] = [1, 2, 3];
const NO_UNITS = 0;

export interface RelayEnd {
  /** What a stream calls its connection. */
  readonly connection: object;
  /** Longest message, unit and message of the link that may come from it; 0: none. */
  readonly limits: readonly [number, number, number];
  /** More unsent on it is an overflow. */
  readonly mostUnsentBytes: number;
  /** What has come already of a frame that is not complete. */
  readonly rest: Uint8Array;
}

export interface RelayRules {
  /** Number of input, cursor or display. */
  readonly channel: number;
  /** Names the channel in errors. */
  readonly where: string;
  /** 0: whatever the session says is meant. */
  readonly view: number;
  /** What the terminal said last that its input is for. */
  readonly inputView: number;
  /** `pictured` is called for the next frame. */
  readonly waitsForPicture: boolean;
  /** Its units are never taken. */
  readonly terminal: RelayEnd;
  readonly session: RelayEnd;
}

/** Never from within a call of the relay; each may part it. */
export interface RelayEvents {
  /** The first frame went to the terminal. */
  pictured(): void;
  /** The link of this side is to be closed. `code`: of a ProtocolError, or `overflow`, `lost`. */
  failed(side: Side, code: string, where: string, what: string): void;
  /** What `tellNext` asked for. */
  spoke(side: Side): void;
  /** One connection ends: the relay was parted. */
  parted(): void;
}

/** One channel of a terminal and a session, joined below JavaScript by the rules of the broker's relay. */
export class NativeRelay {
  readonly #raw: RawRelay;

  private constructor(raw: RawRelay) {
    this.#raw = raw;
  }

  /** @returns null when a connection is not native, or closed */
  static join(rules: RelayRules, events: RelayEvents): NativeRelay | null {
    const { terminal, session, ...others } = rules;
    if (!CHANNELS.includes(rules.channel)) throw new RangeError(`no relay for ${rules.where}`);
    const ends = [terminal, session] as const;
    const streams = ends.map(({ connection }) => connection);
    const [to, from] = streams;
    if (!(to instanceof NativeStream && from instanceof NativeStream) || to === from) return null;
    const [message, , link] = terminal.limits;
    const calls: RawRelayCalls = {
      pictured: () => events.pictured(),
      failed: (side, code, where, what) => events.failed(side, code, where, what),
      spoke: (side) => events.spoke(side),
      parted: () => events.parted(),
    };
    const raw = addon.join(
      {
        ...others,
        ends: [
          { ...terminal, stream: to.raw, limits: [message, NO_UNITS, link] },
          { ...session, stream: from.raw },
        ],
      },
      calls,
    );
    return raw && new NativeRelay(raw);
  }

  /** At once: nothing passes any more, and the streams have their bytes again. May be called again. */
  part(): void {
    this.#raw.part();
  }

  /** What has come from this side of a frame that is not complete; none of it has passed. */
  rest(side: Side): Uint8Array {
    return this.#raw.rest(side);
  }

  get inputView(): number {
    return this.#raw.inputView();
  }

  heardAgoMs(side: Side): number {
    return this.#raw.heardAgoMs(side);
  }

  /** `spoke` is called once, when next something comes from this side. */
  tellNext(side: Side): void {
    this.#raw.tellNext(side);
  }
}
