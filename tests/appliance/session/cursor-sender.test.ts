import test from 'ava';
import type { CursorPicture } from '../../../appliance/compositor/seat/cursor.ts';
import { CursorSender } from '../../../appliance/session/cursor-sender.ts';
import { Channel } from '../../../protocol/channel.ts';
import { decodeCursor } from '../../../protocol/generated/cursor.ts';
import type { LinkStream } from '../../../protocol/link/link.ts';

/** A terminal's end that reads when it is told to. */
class SlowStream implements LinkStream {
  readonly channel = Channel.cursor;
  readonly sent: string[] = [];
  room = true;
  #drain = () => {};

  send(...parts: Uint8Array[]): boolean {
    const message = decodeCursor(Buffer.concat(parts));
    this.sent.push('id' in message ? `${message.type} ${message.id}` : message.type);
    return this.room;
  }

  drain(): void {
    this.room = true;
    this.#drain();
  }

  onDrain(callback: () => void): void {
    this.#drain = callback;
  }

  onMessage(): void {}
  onClose(): void {}
  pause(): void {}
  resume(): void {}
  end(): void {}
}

const HIDDEN: CursorPicture = { kind: 'hidden' };

function picture(number: number): CursorPicture {
  const argb = new Uint8Array(new Uint32Array([number]).buffer);
  return { kind: 'image', width: 1, height: 1, hotspotX: 0, hotspotY: 0, scale120: 120, argb };
}

test('a picture is defined once and shown by its number afterwards', (t) => {
  const stream = new SlowStream();
  const sender = new CursorSender(stream, 0);
  for (const shown of [picture(1), picture(2), picture(1), HIDDEN]) sender.show(shown);
  t.deepEqual(stream.sent, [
    'CursorImage 1',
    'CursorShow 1',
    'CursorImage 2',
    'CursorShow 2',
    'CursorShow 1',
    'CursorHide',
  ]);
});

test('while the terminal is behind only the latest of a flood waits', (t) => {
  const stream = new SlowStream();
  const sender = new CursorSender(stream, 0);
  stream.room = false;
  for (let number = 0; number < 10_000; number++) sender.show(picture(number));
  t.deepEqual(stream.sent, ['CursorImage 1', 'CursorShow 1']);
  stream.drain();
  t.deepEqual(stream.sent.slice(2), ['CursorImage 2', 'CursorShow 2']);
  sender.show(picture(9_999));
  t.is(stream.sent.at(-1), 'CursorShow 2', 'the one that was shown is the last of the flood');
});

test('hiding waits its turn, too', (t) => {
  const stream = new SlowStream();
  const sender = new CursorSender(stream, 0);
  stream.room = false;
  sender.show(picture(1));
  sender.show(picture(2));
  sender.show(HIDDEN);
  stream.drain();
  t.deepEqual(stream.sent, ['CursorImage 1', 'CursorShow 1', 'CursorHide']);
});
