import test from 'ava';
import { type ArrivedFrame, Attachment } from '../../../firmware/connection/attachment.ts';
import { Channel } from '../../../protocol/channel.ts';
import { encodeControl, type Hello, Role } from '../../../protocol/generated/control.ts';
import { decodeDisplay } from '../../../protocol/generated/display.ts';
import { decodeInput } from '../../../protocol/generated/input.ts';
import { MemoryListener } from '../../../protocol/link/memory.ts';
import { PROTOCOL_MAJOR, PROTOCOL_MINOR } from '../../../protocol/version.ts';
import { eventually } from '../../helpers/eventually.ts';

const VERSION = { major: PROTOCOL_MAJOR, minor: PROTOCOL_MINOR };
const HELLO: Hello = {
  ...{ type: 'Hello', ...VERSION, role: Role.terminal, software: 'test', capabilities: [] },
  ...{ terminalName: 'test', outputs: [], credential: '' },
  keyboard: { rules: '', model: '', layout: '', variant: '', options: '' },
};
const WELCOME = encodeControl({
  ...{ type: 'Welcome', ...VERSION, sessionId: 'main', capabilities: [], heartbeatMs: 1000 },
});

/** An attachment, and what its session is told on the channels for input and pictures. */
async function attached() {
  const told: unknown[] = [];
  const listener = new MemoryListener({
    admission: false,
    onLink: (link) =>
      link.onBidi((stream) =>
        stream.onMessage((bytes) => {
          if (stream.channel === Channel.control) stream.send(WELCOME);
          if (stream.channel === Channel.input) told.push(decodeInput(bytes));
          if (stream.channel === Channel.display) told.push(decodeDisplay(bytes));
        }),
      ),
  });
  return { told, attachment: await Attachment.open(await listener.connect(), HELLO, () => 0) };
}

test('a terminal that was stopped for hours while it showed a frame tells of it all the same', async (t) => {
  const { told, attachment } = await attached();
  t.teardown(() => attachment.close('done'));
  const hoursUs = 3 * 3_600_000_000;
  const frame = { header: { frame: 1, output: 0, view: 0 }, receivedUs: 5, decodeUs: hoursUs };
  const shown = frame as unknown as ArrivedFrame;
  attachment.acknowledge(shown, hoursUs);
  attachment.acknowledge({ ...shown, relaxed: false }, hoursUs);
  await eventually(() => {
    if (told.length < 2) throw new Error('not told');
  });
  const most = 2 ** 32 - 1;
  t.like(told, [
    { type: 'FrameAck', decodeUs: most, presentedUs: hoursUs },
    { type: 'Shown', decodeUs: most, presentUs: most },
  ]);
});
