import test from 'ava';
import { Attachment } from '../../../firmware/connection/attachment.ts';
import { Channel } from '../../../protocol/channel.ts';
import { encodeFrameHead } from '../../../protocol/frame-unit.ts';
import {
  ByeCode,
  type ControlMessage,
  encodeControl,
  type Hello,
  RefuseCode,
  Role,
} from '../../../protocol/generated/control.ts';
import type { ClientLink } from '../../../protocol/link/connector.ts';
import type { LinkStream, ServerLink } from '../../../protocol/link/link.ts';
import { MemoryListener } from '../../../protocol/link/memory.ts';
import { PROTOCOL_MAJOR, PROTOCOL_MINOR } from '../../../protocol/version.ts';
import { eventually } from '../../helpers/eventually.ts';

const HELLO: Hello = {
  type: 'Hello',
  major: PROTOCOL_MAJOR,
  minor: PROTOCOL_MINOR,
  role: Role.terminal,
  software: 'test',
  capabilities: [],
  terminalName: 'test',
  outputs: [],
  keyboard: { rules: '', model: '', layout: '', variant: '', options: '' },
  credential: '',
};
const WELCOME: ControlMessage = {
  type: 'Welcome',
  major: PROTOCOL_MAJOR,
  minor: PROTOCOL_MINOR,
  sessionId: 'main',
  capabilities: [],
  heartbeatMs: 1000,
};

type Serve = (control: LinkStream, link: ServerLink) => void;

/** A link to a server that answers a Hello as the test says. */
async function linkTo(serve: Serve): Promise<ClientLink> {
  const listener = new MemoryListener({
    admission: false,
    onLink: (link) =>
      link.onBidi((stream) => {
        if (stream.channel === Channel.control) stream.onMessage(() => serve(stream, link));
      }),
  });
  return listener.connect();
}

const open = async (serve: Serve): Promise<Attachment> =>
  Attachment.open(await linkTo(serve), HELLO, () => 0);

const NOTHING = { frame() {}, cursor() {}, control() {}, closed() {} };

test('a welcome opens the channels', async (t) => {
  const attachment = await open((control) => control.send(encodeControl(WELCOME)));
  t.is(attachment.sessionId, 'main');
  attachment.close('done');
});

test('a refusal is told in the words of the server, and the link is closed', async (t) => {
  const link = await linkTo((control) =>
    control.send(
      encodeControl({
        type: 'Refuse',
        code: RefuseCode.identity,
        message: 'not you',
        serverMajor: 0,
        serverMinor: 0,
        peerMajor: 0,
        peerMinor: 0,
      }),
    ),
  );
  await t.throwsAsync(() => Attachment.open(link, HELLO, () => 0), {
    name: 'RefusedError',
    message: 'not you',
  });
  t.truthy(link.closed);
});

const nonsense: readonly [string, Serve][] = [
  ['of another major version', (c) => c.send(encodeControl({ ...WELCOME, major: 99 } as never))],
  ['that is no answer', (c) => c.send(encodeControl({ type: 'Leds', mask: 1 }))],
  ['that cannot be decoded', (c) => c.send(Uint8Array.of(2, 0xff, 0xff, 0xff, 0xff, 0xff))],
  ['that is empty', (c) => c.send(new Uint8Array(0))],
];
for (const [what, serve] of nonsense) {
  test(`an answer ${what} is a protocol error`, async (t) => {
    await t.throwsAsync(() => open(serve), { name: 'ProtocolError' });
  });
}

test('a server that hangs up instead of answering is an error with its reason', async (t) => {
  await t.throwsAsync(
    () => open((_control, link) => link.close(ByeCode.shutdown, 'closing time')),
    {
      message: /closing time/,
    },
  );
});

test('what follows a welcome at once is kept, but not without end', async (t) => {
  const led: ControlMessage = { type: 'Leds', mask: 2 };
  const seen: ControlMessage[] = [];
  const kept = await open((control) => {
    control.send(encodeControl(WELCOME));
    control.send(encodeControl(led));
  });
  kept.listen({ ...NOTHING, control: (message) => seen.push(message) });
  await eventually(() => {
    if (seen.length === 0) throw new Error('nothing heard');
  });
  t.deepEqual(seen, [led]);
  kept.close('done');

  const flood: Serve = (control) => {
    control.send(encodeControl(WELCOME));
    for (let i = 0; i < 500; i++) control.send(encodeControl(led));
  };
  await t.throwsAsync(() => open(flood), { message: /follow at once|closed/ });
});

test('a violation after the greeting ends the link', async (t) => {
  let control: LinkStream | undefined;
  const attachment = await open((stream) => {
    control = stream;
    stream.send(encodeControl(WELCOME));
  });
  const closed = new Promise<number>((resolve) => {
    attachment.listen({ ...NOTHING, closed: ({ code }) => resolve(code) });
  });
  control?.send(Uint8Array.of(9, 0xff, 0xff, 0xff, 0xff, 0xff));
  t.is(await closed, ByeCode.protocol);
});

const frames: readonly [string, Uint8Array][] = [
  ['an empty unit', new Uint8Array(0)],
  ['a head longer than the unit', Uint8Array.of(50, 1, 2)],
  ['a head of another kind', Uint8Array.of(12, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)],
  ['noise', Uint8Array.from({ length: 500 }, (_, i) => (i * 97 + 255) & 0xff)],
  ['a length without end', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff)],
];
for (const [what, unit] of frames) {
  test(`${what} instead of a frame ends the link with a protocol error`, async (t) => {
    let served: ServerLink | undefined;
    const attachment = await open((control, link) => {
      served = link;
      control.send(encodeControl(WELCOME));
    });
    const closed = new Promise<number>((resolve) => {
      attachment.listen({ ...NOTHING, closed: ({ code }) => resolve(code) });
    });
    const out = served?.openUni(Channel.display);
    out?.write(unit);
    out?.end();
    t.is(await closed, ByeCode.protocol);
  });
}

test('a good frame arrives with its size', async (t) => {
  let served: ServerLink | undefined;
  const attachment = await open((control, link) => {
    served = link;
    control.send(encodeControl(WELCOME));
  });
  const arrived = new Promise<number>((resolve) => {
    attachment.listen({ ...NOTHING, frame: ({ bytes }) => resolve(bytes) });
  });
  const head = encodeFrameHead({
    type: 'FrameUpdate',
    frame: 1,
    output: 0,
    key: true,
    payloadCompressed: false,
    inputSequence: 0,
    widthPx: 1,
    heightPx: 1,
    checksum: 0,
    regions: new Int32Array(0),
    view: 0,
    lossy: false,
    payloadFine: false,
    videos: [],
  });
  const out = served?.openUni(Channel.display);
  out?.write(...head, Uint8Array.of(1, 2, 3));
  out?.end();
  t.is(
    await arrived,
    head.reduce((sum, part) => sum + part.length, 3),
  );
  attachment.close('done');
});
