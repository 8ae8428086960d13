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
 * @param dial makes one connection; called again for each channel.
 */
export async function connectStreams(
  dial: () => Promise<Dialled>,
  tuning: Partial<LinkTuning> = {},
): Promise<ClientLink> {
  const nonce = newNonce();
  const open = async (channel: Channel, origin: Origin): Promise<OpenedLane & Dialled> => {
    const { stream, peer } = await dial();
    stream.write([encodePreamble(channel, origin, nonce)]);
    return { stream, prefix: replyPrefix, peer };
  };
  const control = await open(Channel.control, Origin.connecting);
  return new StreamLink({
    transport: {
      caps: CAPS,
      openLane: open,
      openUnit: null,
      sendDatagram: null,
      unsentUnitBytes: () => 0,
      dispose: () => {},
    },
    peer: control.peer,
    tuning: { ...DEFAULT_TUNING, ...tuning },
    control,
    accepted: false,
  });
}
