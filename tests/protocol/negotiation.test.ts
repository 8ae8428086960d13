import test from 'ava';
import { Channel } from '../../protocol/channel.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import {
  encodeControl,
  type Hello,
  RefuseCode,
  type Welcome,
} from '../../protocol/generated/control.ts';
import { answerHello, checkWelcome, refuseChannel } from '../../protocol/negotiation.ts';
import { PROTOCOL_MAJOR, PROTOCOL_MINOR } from '../../protocol/version.ts';
import { controlSamples } from './samples.ts';

const hello = controlSamples[0] as Hello;
const offer = { sessionId: 's', capabilities: ['touch', 'video'], heartbeatMs: 1000 };

test('a Hello of this version is welcomed with the common capabilities', (t) => {
  const greeting = answerHello(encodeControl({ ...hello, minor: PROTOCOL_MINOR + 5 }), offer);
  if (greeting.kind !== 'welcome') return t.fail();
  t.deepEqual(greeting.welcome.capabilities, ['touch']);
  t.is(greeting.welcome.minor, PROTOCOL_MINOR);
  t.is(greeting.hello.terminalName, hello.terminalName);
  t.is(checkWelcome(greeting.welcome), greeting.welcome);
});

test('another major version is refused, and both versions are named', (t) => {
  const greeting = answerHello(encodeControl({ ...hello, major: 9, minor: 3 }), offer);
  if (greeting.kind !== 'refuse') return t.fail();
  t.is(greeting.refuse.code, RefuseCode.version);
  t.regex(greeting.refuse.message, new RegExp(`${PROTOCOL_MAJOR}\\.${PROTOCOL_MINOR}.*9\\.3`));
  t.is(greeting.refuse.peerMajor, 9);
  t.is(greeting.refuse.serverMajor, PROTOCOL_MAJOR);
});

test('a Hello of another major is refused even if the rest of it is of another shape', (t) => {
  const greeting = answerHello(Uint8Array.of(1, 2, 0, 0xff, 0xff), offer);
  t.is(greeting.kind, 'refuse');
});

test('anything else as the first message is a protocol error', (t) => {
  const first = encodeControl({ type: 'Leds', mask: 0 });
  t.throws(() => answerHello(first, offer), { instanceOf: ProtocolError, code: 'unexpected' });
  t.throws(() => answerHello(new Uint8Array(0), offer), { instanceOf: ProtocolError });
});

test('a Welcome that this side cannot speak is an error that names both versions', (t) => {
  const answer = { ...(controlSamples[1] as Welcome), major: PROTOCOL_MAJOR + 1 };
  t.throws(() => checkWelcome(answer), {
    instanceOf: ProtocolError,
    code: 'version',
    message: /2\.0.*1\.0/,
  });
});

test('audio and usb are not offered', (t) => {
  t.is(refuseChannel(Channel.display), null);
  t.is(refuseChannel(Channel.audio)?.message, 'audio is not offered');
  t.is(refuseChannel(Channel.usb)?.channel, Channel.usb);
});
