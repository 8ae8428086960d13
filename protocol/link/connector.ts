import { Channel } from '../channel.ts';
import type { ByteStream } from './byte-stream.ts';
import { DEFAULT_TUNING, type LinkTuning } from './limits.ts';
import type { Link, LinkPeer, LinkStream } from './link.ts';
import { encodePreamble, newNonce, replyPrefix } from './preamble.ts';
import { type OpenedLane, Origin, StreamLink } from './stream-link.ts';

/** A link as the connecting side holds it. */
export interface ClientLink extends Link {
  /** The control channel, open from the start. */
  readonly controlStream: LinkStream;
}

export interface Dialled {
  readonly stream: ByteStream;
  readonly peer: LinkPeer;
}

const CAPS = { datagrams: false, streamReset: false, priorities: false };

/**
 * The connecting side of the byte-stream providers. It does not wait for the listener's reply: that saves a round
 * trip, and a refusal closes the link.
 * @param dial makes one connection; called again for each channel. May begin before `first`, the link's first
 * connection, is made, but says nothing to the peer until then
 * @param early channels that are going to be opened: dialled together with the first, which saves round trips
 */
export async function connectStreams(
  dial: (first: Promise<unknown>) => Promise<Dialled>,
  tuning: Partial<LinkTuning> = {},
  early: readonly Channel[] = [],
): Promise<ClientLink> {
  const nonce = newNonce();
  const make = async (
    channel: Channel,
    origin: Origin,
    after: Promise<unknown>,
  ): Promise<OpenedLane & Dialled> => {
    const { stream, peer } = await dial(after);
    stream.write([encodePreamble(channel, origin, nonce)]);
    return { stream, prefix: replyPrefix, peer };
  };
  const first = make(Channel.control, Origin.connecting, Promise.resolve());
  const begun = new EarlyLanes(early, (channel) => make(channel, Origin.connecting, first));
  const control = await first.catch((error: Error) => {
    begun[Symbol.dispose]();
    throw error;
  });
  const open = (channel: Channel, origin: Origin): Promise<OpenedLane> =>
    (origin === Origin.connecting && begun.take(channel)) || make(channel, origin, first);
  return new StreamLink({
    transport: {
      caps: CAPS,
      openLane: open,
      openUnit: null,
      sendDatagram: null,
      unsentUnitBytes: () => 0,
      dispose: () => begun[Symbol.dispose](),
    },
    peer: control.peer,
    tuning: { ...DEFAULT_TUNING, ...tuning },
    control,
    accepted: false,
  });
}

/** Lanes that were dialled before anybody asked for them. */
class EarlyLanes implements Disposable {
  readonly #lanes: Map<Channel, Promise<OpenedLane & Dialled>>;

  constructor(
    channels: readonly Channel[],
    make: (channel: Channel) => Promise<OpenedLane & Dialled>,
  ) {
    this.#lanes = new Map(channels.map((channel) => [channel, make(channel)]));
    // Whoever takes one hears of its failure.
    for (const lane of this.#lanes.values()) lane.catch(() => {});
  }

  take(channel: Channel): Promise<OpenedLane & Dialled> | undefined {
    const lane = this.#lanes.get(channel);
    this.#lanes.delete(channel);
    return lane;
  }

  /** Ends those that nobody took. */
  [Symbol.dispose](): void {
    for (const lane of this.#lanes.values())
      lane.then(
        ({ stream }) => stream.destroy(),
        () => {},
      );
    this.#lanes.clear();
  }
}
