import { Channel, channelName } from './channel.ts';
import { reader } from './codec/reader.ts';
import { ProtocolError, VersionError } from './errors.ts';
import {
  type ChannelRefused,
  ChannelRefusedCode,
  ControlMessageId,
  decodeControl,
  type Hello,
  type Refuse,
  RefuseCode,
  type Welcome,
} from './generated/control.ts';
import { PROTOCOL_MAJOR, PROTOCOL_MINOR } from './version.ts';

/** What the answering side brings to the greeting. */
export interface Offer {
  readonly sessionId: string;
  readonly capabilities: readonly string[];
  readonly heartbeatMs: number;
}

export type Greeting =
  | { readonly kind: 'welcome'; readonly hello: Hello; readonly welcome: Welcome }
  | { readonly kind: 'refuse'; readonly refuse: Refuse };

interface Version {
  readonly major: number;
  readonly minor: number;
}

/**
 * Answers the first message of a peer. A peer of another major version gets a refusal that names both versions, even
 * if the rest of its Hello cannot be read. Throws ProtocolError when the message is no Hello at all.
 */
export function answerHello(message: Uint8Array, offer: Offer): Greeting {
  const peer = readVersion(message);
  if (peer.major !== PROTOCOL_MAJOR) return { kind: 'refuse', refuse: refuseVersion(peer) };
  const hello = decodeControl(message);
  if (hello.type !== 'Hello') throw new ProtocolError('unexpected', 'Hello', `got ${hello.type}`);
  return { kind: 'welcome', hello, welcome: welcome(hello, offer) };
}

/** Checks the answer on the connecting side; returns the Welcome or throws ProtocolError `version`. */
export function checkWelcome(answer: Welcome): Welcome {
  if (answer.major === PROTOCOL_MAJOR && answer.minor <= PROTOCOL_MINOR) return answer;
  const theirs = `${answer.major}.${answer.minor}`;
  throw new VersionError('Welcome', `the server speaks ${theirs}, this is ${OWN}`, {
    theirs: answer.major,
    ours: PROTOCOL_MAJOR,
  });
}

export function refuse(code: RefuseCode, message: string, peer: Version): Refuse {
  return {
    type: 'Refuse',
    code,
    message,
    serverMajor: PROTOCOL_MAJOR,
    serverMinor: PROTOCOL_MINOR,
    peerMajor: peer.major,
    peerMinor: peer.minor,
  };
}

/** Channels that are defined but not served; null for one that is. */
export function refuseChannel(channel: Channel): ChannelRefused | null {
  if (channel !== Channel.audio && channel !== Channel.usb) return null;
  return {
    type: 'ChannelRefused',
    channel,
    code: ChannelRefusedCode.notOffered,
    message: `${channelName(channel)} is not offered`,
  };
}

const OWN = `${PROTOCOL_MAJOR}.${PROTOCOL_MINOR}`;

const refuseVersion = (peer: Version): Refuse =>
  refuse(
    RefuseCode.version,
    `this server speaks protocol ${OWN}, the terminal ${peer.major}.${peer.minor}; the major versions must be equal`,
    peer,
  );

const welcome = (hello: Hello, offer: Offer): Welcome => ({
  type: 'Welcome',
  major: PROTOCOL_MAJOR,
  minor: Math.min(PROTOCOL_MINOR, hello.minor),
  sessionId: offer.sessionId,
  capabilities: offer.capabilities.filter((name) => hello.capabilities.includes(name)),
  heartbeatMs: offer.heartbeatMs,
});

/** The number, major and minor of a Hello keep their place in every version; the rest may not. */
function readVersion(message: Uint8Array): Version {
  reader.start(message);
  try {
    const id = reader.u8('Hello');
    if (id !== ControlMessageId.Hello) {
      throw new ProtocolError('unexpected', 'Hello', `the first message has number ${id}`);
    }
    return { major: reader.uint('Hello.major'), minor: reader.uint('Hello.minor') };
  } finally {
    reader.finish();
  }
}
