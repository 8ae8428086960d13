import test from 'ava';
import { withStrongPayload } from '../../../appliance/encode/strong-payload.ts';
import { Decoder, Encoder, Framebuffer } from '../../../native/pixels/index.ts';

const SIDE = 512;
const NONE = new Int32Array(0);

/** Letters of a kind, in another order on each line. */
function text(): Framebuffer {
  const picture = new Framebuffer(SIDE, SIDE);
  const pixels = new Uint32Array(picture.bytes.buffer, picture.bytes.byteOffset, SIDE * SIDE);
  for (let i = 0; i < pixels.length; i++) {
    const letter = Math.imul(Math.floor(i / 8) * 7 + Math.floor(i / SIDE / 16), 0x9e3779b1) >>> 28;
    const row = Math.floor(i / SIDE) % 16;
    pixels[i] = (Math.imul(letter * 131 + row * 8 + (i % 8), 0x85ebca6b) >>> 30) * 0x404040;
  }
  return picture;
}

test('a payload becomes smaller, and shows the same picture', async (t) => {
  const picture = text();
  const encoder = new Encoder(SIDE, SIDE);
  const frame = await encoder.encodeAsync(picture, NONE, NONE, { level: 1, key: true });
  const strong = await withStrongPayload(frame);
  t.true(strong.payload.length < frame.payload.length);
  t.deepEqual({ ...strong, payload: null }, { ...frame, payload: null });
  const shown = new Framebuffer(SIDE, SIDE);
  new Decoder(shown).apply(strong.regions, strong.payload, true, [], false);
  t.is(shown.checksum(), picture.checksum());
});

test('a small frame stays as it is', async (t) => {
  const encoder = new Encoder(64, 64);
  const picture = new Framebuffer(64, 64);
  const frame = await encoder.encodeAsync(picture, NONE, NONE, { level: 1, key: true });
  t.is(await withStrongPayload(frame), frame);
});
