import { CHANNELS, type Channel } from '../channel.ts';
import { audioMaxMessageBytes, audioMaxUnitBytes } from '../generated/audio.ts';
import { controlMaxMessageBytes, controlMaxUnitBytes } from '../generated/control.ts';
import { cursorMaxMessageBytes, cursorMaxUnitBytes } from '../generated/cursor.ts';
import { displayMaxMessageBytes, displayMaxUnitBytes } from '../generated/display.ts';
import { inputMaxMessageBytes, inputMaxUnitBytes } from '../generated/input.ts';
import { usbMaxMessageBytes, usbMaxUnitBytes } from '../generated/usb.ts';

const MESSAGE_BYTES = [
  controlMaxMessageBytes,
  inputMaxMessageBytes,
  cursorMaxMessageBytes,
  displayMaxMessageBytes,
  audioMaxMessageBytes,
  usbMaxMessageBytes,
];
const UNIT_BYTES = [
  controlMaxUnitBytes,
  inputMaxUnitBytes,
  cursorMaxUnitBytes,
  displayMaxUnitBytes,
  audioMaxUnitBytes,
  usbMaxUnitBytes,
];

export const maxMessageBytes = (channel: Channel): number => MESSAGE_BYTES[channel] as number;
export const maxUnitBytes = (channel: Channel): number => UNIT_BYTES[channel] as number;

/** Times and bounds of a link. All are local: the peer need not have the same. */
export interface LinkTuning {
  /** A Ping is sent after so long without a word from the peer, or five times that where nothing else is said; 0: never. */
  readonly heartbeatMs: number;
  /** The peer is given up after so long without a word, a Ping of ours within it; noticed up to one heartbeat later. */
  readonly silenceMs: number;
  /** Where the kernel watches the connection, a listener's peer is asked when it left something unanswered for so long. */
  readonly restMs: number;
  /** For connecting, for joining a link, and for opening a channel. */
  readonly handshakeTimeoutMs: number;
  /** Until the peer is admitted, see ServerLink. */
  readonly admissionTimeoutMs: number;
  /** How long a closed link may take to send what it has. */
  readonly closeTimeoutMs: number;
  /** Longest unit accepted from the peer, per channel; 0 refuses units. */
  readonly maxUnitBytes: (channel: Channel) => number;
}

export const DEFAULT_TUNING: LinkTuning = {
  heartbeatMs: 2500,
  silenceMs: 4000,
  // A terminal whose cursor blinks says something more often: see appliance/session/step-rules.ts.
  restMs: 20_000,
  handshakeTimeoutMs: 5000,
  admissionTimeoutMs: 5000,
  closeTimeoutMs: 1000,
  maxUnitBytes,
};

const QUEUE_SLACK_BYTES = 4_194_304;

/** More than this waiting to be sent means that the peer has stopped reading: the link is closed. */
export const maxQueuedBytes = (channel: Channel): number =>
  maxUnitBytes(channel) + QUEUE_SLACK_BYTES;

/** What a listener accepts from a peer it has not admitted yet, over all. */
export const STRANGER_MAX_BYTES = 2 * controlMaxMessageBytes;

if (MESSAGE_BYTES.length !== CHANNELS.length) throw new Error('a channel has no limits');
