import test from 'ava';
import { relay } from '../../../appliance/broker/relay.ts';
import { StreamQueue } from '../../../appliance/broker/terminal.ts';
import { CursorSender } from '../../../appliance/session/cursor-sender.ts';
import { Channel } from '../../../protocol/channel.ts';
import { decodeCursor } from '../../../protocol/generated/cursor.ts';
import type { ClientLink } from '../../../protocol/link/connector.ts';
import type { LinkStream, ServerLink } from '../../../protocol/link/link.ts';
import { MemoryListener } from '../../../protocol/link/memory.ts';
import { eventually } from '../../helpers/eventually.ts';

/** Both ends of a link. */
async function linkPair(): Promise<[ClientLink, ServerLink]> {
  const { promise, resolve } = Promise.withResolvers<ServerLink>();
  const listener = new MemoryListener({ admission: false, onLink: resolve });
  return [await listener.connect(), await promise];
}

test('a terminal that reads slowly keeps its link while cursors flood, and sees the last', async (t) => {
  const [person, broker] = await linkPair();
  const [toSession, session] = await linkPair();
  t.teardown(() => {
    for (const link of [person, toSession]) link.close(1, 'the test ends');
  });
  const senders: CursorSender[] = [];
  session.onBidi((stream) => {
    if (stream.channel === Channel.cursor) senders.push(new CursorSender(stream, 0));
  });
  const streams = new StreamQueue();
  broker.onBidi((stream) => {
    if (stream.channel !== Channel.control) streams.put(stream);
  });
  relay({ link: broker as ServerLink, streams, send: () => {} }, toSession);
  const cursor: LinkStream = await person.openBidi(Channel.cursor);
  const sender = await eventually(() => {
    if (!senders[0]) throw new Error('no cursor channel');
    return senders[0];
  });

  cursor.pause();
  const pictures = 400;
  for (let number = 1; number <= pictures; number++) {
    const argb = new Uint8Array(256 * 256 * 4).fill(number % 251);
    argb[0] = number % 256;
    sender.show({
      kind: 'image',
      width: 256,
      height: 256,
      hotspotX: 0,
      hotspotY: 0,
      scale120: 120,
      argb,
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.is(person.closed, null);
  t.is(broker.closed, null);
  t.is(session.closed, null);

  let images = 0;
  let last = new Uint8Array();
  cursor.onMessage((bytes) => {
    const message = decodeCursor(bytes);
    if (message.type !== 'CursorImage') return;
    images++;
    last = new Uint8Array(message.pixels);
  });
  cursor.resume();
  await eventually(() => {
    if (last[0] !== pictures % 256 || last[1] !== pictures % 251) throw new Error('not the last');
  });
  t.true(images < 40, `${images} pictures were sent`);
});
