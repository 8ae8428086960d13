import {
  blob,
  bool,
  type ChannelSchema,
  enumOf,
  field,
  flags,
  int,
  list,
  message,
  type StructDef,
  string,
  struct,
  u8,
  uint,
  uint53,
} from './types.ts';

const outputInfo: StructDef = {
  name: 'OutputInfo',
  doc: 'One screen of a terminal.',
  fields: [
    field('id', uint, 'chosen by the terminal, stable while it is connected'),
    field('name', string(64), 'connector, e.g. HDMI-A-1'),
    field('make', string(64), 'maker as the screen tells it'),
    field('model', string(64), 'model as the screen tells it'),
    field('widthPx', uint, 'size of the picture'),
    field('heightPx', uint, 'size of the picture'),
    field('widthMm', uint, 'physical size, 0 when unknown'),
    field('heightMm', uint, 'physical size, 0 when unknown'),
    field('scale120', uint, 'scale in 1/120: 120 is 1, 180 is 1.5'),
    field('refreshMhz', uint, 'refresh rate in mHz: 60000 is 60 Hz'),
    field('x', int, 'place in the layout, logical pixels'),
    field('y', int, 'place in the layout, logical pixels'),
    field('transform', u8, 'wl_output.transform, 0 to 7'),
  ],
};

const keyboardNames: StructDef = {
  name: 'KeyboardNames',
  doc: 'An XKB layout by its RMLVO names.',
  fields: ['rules', 'model', 'layout', 'variant', 'options'].map((name) =>
    field(name, string(256), `XKB ${name}, empty for the default`),
  ),
};

const role = enumOf('Role', 'Who is speaking.', {
  terminal: 0,
  browser: 1,
  broker: 2,
  session: 3,
});
const refuseCode = enumOf('RefuseCode', 'Why a peer was not let in.', {
  version: 0,
  credential: 1,
  identity: 2,
  busy: 3,
  noSession: 4,
  malformed: 5,
  policy: 6,
});
const byeCode = enumOf('ByeCode', 'Why a link was closed.', {
  normal: 0,
  timeout: 1,
  protocol: 2,
  overflow: 3,
  shutdown: 4,
  replaced: 5,
  refused: 6,
  lost: 7,
  internal: 8,
});
const sessionState = enumOf('SessionPhase', 'Where a session stands.', {
  starting: 0,
  attached: 1,
  detached: 2,
  ended: 3,
  failed: 4,
});
const channelCode = enumOf('ChannelRefusedCode', 'Why a channel was not opened.', {
  notOffered: 0,
  policy: 1,
  busy: 2,
});
const detachReason = enumOf('DetachReason', 'Why a terminal left its session.', {
  disconnected: 0,
  cardRemoved: 1,
  replaced: 2,
  timeout: 3,
  protocol: 4,
  shutdown: 5,
});

const viewKind = enumOf('ViewKind', 'What a terminal shows.', { none: 0, greeter: 1, session: 2 });
const pageKind = enumOf(
  'PageKind',
  'Page that a terminal draws itself while it shows no session.',
  {
    insertCard: 0,
    readingCard: 1,
    unknownCard: 2,
    refused: 3,
    locked: 4,
    starting: 5,
    failed: 6,
    replaced: 7,
    waitingApproval: 8,
    revoked: 9,
    nameConflict: 10,
    loginTimeout: 11,
    cardRemoved: 12,
    ended: 13,
    busy: 14,
    moved: 15,
  },
);
const cardKind = enumOf('CardKind', 'What was brought to be found by.', {
  smartCard: 0,
  badge: 1,
  software: 2,
});
const cardKey = enumOf('CardKey', 'Key of a card that answers a challenge.', {
  cardKey: 0,
  pinKey: 1,
});
const cardProblem = enumOf('CardProblemKind', 'Why a card cannot be used.', {
  unsupported: 0,
  mute: 1,
  inUse: 2,
  readerLost: 3,
});
const proofProblem = enumOf('ProofProblem', 'Why a card gave no proof.', {
  pinWrong: 0,
  pinBlocked: 1,
  cancelled: 2,
  removed: 3,
  noKey: 4,
  failed: 5,
});
const sessionWish = enumOf('SessionWish', 'What the person in a session asks for.', {
  logout: 0,
  lock: 1,
  detach: 2,
});

const insertion = field('insertion', uint, 'counts the insertions of this connection, from 1');
const challenge = field('request', uint, 'of the CardChallenge');
const capabilities = field(
  'capabilities',
  list(string(64), 64),
  'names of what the speaker can do beyond the minor version',
);
const outputs = field('outputs', list(struct(outputInfo), 16), 'all screens; the first is primary');
const keyboard = field('keyboard', struct(keyboardNames), "the user's layout");
const text = string(1024);

export const control: ChannelSchema = {
  name: 'control',
  id: 0,
  doc: 'Greeting, heartbeat, screens, keyboard layout and the state of the session.',
  maxMessageBytes: 65_536,
  maxUnitBytes: 0,
  messages: [
    message(
      1,
      'Hello',
      'First message of the side that connects. `major` and `minor` stay first for ever.',
      [
        field('major', uint, 'another major version is refused'),
        field('minor', uint, 'the lower of both minors is spoken'),
        field('role', role, 'who connects'),
        field('software', string(64), 'name and version of the program'),
        capabilities,
        field('terminalName', string(128), 'for people: host name or chosen name'),
        outputs,
        keyboard,
        field('credential', string(512), 'one-time code of a browser, empty otherwise'),
      ],
    ),
    message(2, 'Welcome', 'Answer to a Hello that was accepted.', [
      field('major', uint, 'as spoken from here on'),
      field('minor', uint, 'as spoken from here on'),
      field('sessionId', string(64), 'session the terminal is shown'),
      capabilities,
      field('heartbeatMs', uint, 'quiet time after which a Ping is sent'),
    ]),
    message(3, 'Refuse', 'Answer to a Hello that was not accepted; the link closes after it.', [
      field('code', refuseCode, 'for programs'),
      field('message', text, 'for people'),
      field('serverMajor', uint, 'version of the refusing side'),
      field('serverMinor', uint, 'version of the refusing side'),
      field('peerMajor', uint, 'version found in the Hello'),
      field('peerMinor', uint, 'version found in the Hello'),
    ]),
    message(4, 'Ping', 'Asks for a Pong; sent by the link itself.', [
      field('sequence', uint, 'counts up'),
      field('timeUs', uint53, "sender's clock"),
    ]),
    message(5, 'Pong', 'Repeats the fields of the Ping.', [
      field('sequence', uint, 'of the Ping'),
      field('timeUs', uint53, 'of the Ping'),
    ]),
    message(6, 'Bye', 'Last message before a link is closed on purpose.', [
      field('code', byeCode, 'for programs'),
      field('reason', text, 'for people'),
    ]),
    message(7, 'OutputsConfigure', "The terminal's screens changed.", [outputs]),
    message(8, 'KeyboardLayout', "The user's layout changed.", keyboardNames.fields),
    message(9, 'SessionState', 'The session changed its state.', [
      field('sessionId', string(64), 'which session'),
      field('state', sessionState, 'new state'),
      field('message', text, 'for people, may be empty'),
    ]),
    message(10, 'ChannelRefused', 'A channel that was opened is not served.', [
      field('channel', u8, 'number of the channel'),
      field('code', channelCode, 'for programs'),
      field('message', text, 'for people'),
    ]),
    message(11, 'Leds', 'Keyboard lights to show.', [
      field('mask', uint, 'bit 0 Num Lock, bit 1 Caps Lock, bit 2 Scroll Lock'),
    ]),
    message(12, 'Attach', 'Broker to session: a terminal shows this session from now on.', [
      field('terminalId', string(128), 'fingerprint or name the broker knows it by'),
      field('connectionId', string(64), 'for logs; new for each connection'),
      field('role', role, 'kind of terminal'),
      capabilities,
      outputs,
      keyboard,
      field('view', uint, 'number that frames, cursors and input of this attachment carry'),
      field(
        'rttUs',
        uint,
        'round trip to the terminal as its handshake showed it, in µs; 0: not known',
      ),
    ]),
    message(13, 'Detach', 'Broker to session: the terminal is gone.', [
      field('reason', detachReason, 'why'),
    ]),
    message(14, 'Shutdown', 'Broker to session: end the session.', [
      field('reason', text, 'for the log'),
    ]),
    message(15, 'SessionInfo', 'Session to broker, first message of a session.', [
      field('sessionId', string(64), 'which session'),
      field('pid', uint, 'process id of the compositor'),
      field('waylandDisplay', string(256), 'socket name for applications'),
      field('state', sessionState, 'present state'),
      field('software', string(64), 'name and version of the program'),
      field('locked', bool, 'a LockSession is in force'),
    ]),
    message(
      16,
      'OpenChannel',
      'Asks the side that connected to open a channel; sent by the link itself.',
      [field('channel', u8, 'number of the channel')],
    ),
    message(
      17,
      'View',
      'Broker to terminal: from here on only frames and cursors of this view count. Before the first one the view is 0.',
      [
        field('view', uint, 'counts up over the connection'),
        field('kind', viewKind, 'none: overwrite the picture with zeros and show a page'),
        field('sessionId', string(64), 'session that is shown, empty for none'),
        field(
          'insertion',
          uint,
          'of the card that brought it: when that leaves its reader, the terminal overwrites the picture by itself; 0: none did',
        ),
      ],
    ),
    message(18, 'ShowPage', 'Broker to terminal: the page for a view without a session.', [
      field('page', pageKind, 'which page'),
      field('code', string(24), 'short code that an administrator can look up'),
      field('detail', text, 'a line for the person, may be empty'),
    ]),
    message(19, 'CardInserted', 'Terminal to broker: a token is there.', [
      insertion,
      field('reader', string(128), 'name of the reader'),
      field('kind', cardKind, 'kind of token'),
      field('tokenId', string(64), 'hexadecimal digits, as in protocol/session/token.ts'),
      field('atr', blob(64), 'answer to reset, empty for a software token'),
      field('keys', flags('cardKey', 'pinKey'), 'keys that can answer a challenge'),
      field('eventUs', uint53, "terminal's clock when the reader told of it"),
    ]),
    message(20, 'CardRemoved', 'Terminal to broker: the token is gone.', [insertion]),
    message(21, 'CardProblem', 'Terminal to broker: a card is there that cannot be used.', [
      insertion,
      field('reader', string(128), 'name of the reader'),
      field('problem', cardProblem, 'for programs'),
      field('detail', text, 'for the log'),
    ]),
    message(22, 'CardChallenge', 'Broker to terminal: let the card prove that it holds a key.', [
      insertion,
      field('request', uint, 'counts up; names this challenge'),
      field('key', cardKey, 'cardKey: no PIN (PIV 9E); pinKey: after its PIN (PIV 9A)'),
      field('nonce', blob(32), '32 random bytes; what is signed: protocol/session/card-proof.ts'),
    ]),
    message(23, 'CardProof', 'Terminal to broker: answer to a CardChallenge.', [
      insertion,
      challenge,
      field('key', cardKey, 'as asked'),
      field(
        'certificate',
        blob(4096),
        'X.509 DER, or a public key as SPKI DER for software tokens',
      ),
      field('signature', blob(512), 'ECDSA as DER, RSA PKCS #1 v1.5, Ed25519 raw'),
    ]),
    message(24, 'CardProofFailed', 'Terminal to broker: the card did not answer a CardChallenge.', [
      insertion,
      challenge,
      field('problem', proofProblem, 'why'),
      field('triesLeft', u8, 'PIN tries that are left, 255 when unknown'),
    ]),
    message(25, 'CardChallengeEnd', 'Broker to terminal: an answer is not wanted any more.', [
      challenge,
    ]),
    message(26, 'LoginRequest', 'Terminal to broker: a person wants to log in without a token.'),
    message(27, 'LockSession', 'Broker to session: cover everything until UnlockSession.'),
    message(28, 'UnlockSession', 'Broker to session: somebody has proved who they are.'),
    message(29, 'Activity', 'Session to broker: the person does something; at most every 10 s.'),
    message(30, 'SessionRequest', 'Session to broker: the person in it asks for this.', [
      field('wish', sessionWish, 'what'),
    ]),
  ],
};
