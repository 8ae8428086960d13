import test from 'ava';
import { NativeVideo, onVideoDecoder } from '../../../firmware/display/native-video.ts';
import { VideoEncoder } from '../../../native/video-encode/index.ts';
import { VideoCodec, VideoColour } from '../../../protocol/generated/display.ts';

const size = { width: 64, height: 48 };

async function keyPicture(): Promise<Uint8Array> {
  using encoder = new VideoEncoder({ ...size, kbitPerS: 1000, minQp: 20 });
  const source = { ...size, bytes: new Uint8Array(size.width * size.height * 4).fill(0x80) };
  const { bytes } = await encoder.encode(source, { x: 0, y: 0 }, { key: true, timeMs: 0 });
  return bytes.slice();
}

test.serial('the decoder that is used is told once, at its first picture', async (t) => {
  const told: string[] = [];
  onVideoDecoder((by) => told.push(by));
  const unit = await keyPicture();
  const picture = (stream: number) => ({
    ...{ stream, codec: VideoCodec.h264, colour: VideoColour.bt709Full420, key: true },
    ...{ x: 0, y: 0, widthPx: size.width, heightPx: size.height, bytes: unit.length, time: 0 },
  });
  const video = new NativeVideo();
  t.deepEqual(told, []);
  for (const stream of [0, 1, 0]) {
    const { videos, rest } = video.decode([picture(stream)], unit);
    t.is(rest.length, 0);
    t.true(Math.abs((videos[0]?.bytes[0] ?? 0) - 0x80) < 4);
  }
  t.is(told.length, 1);
  t.regex(told[0] ?? '', /software$|^VAAPI|^V4L2/);
  video.wipe();
});

test.serial(
  'pictures of two streams are decoded side by side, two of one stream are refused',
  async (t) => {
    const unit = await keyPicture();
    const picture = (stream: number) => ({
      ...{ stream, codec: VideoCodec.h264, colour: VideoColour.bt709Full420, key: true },
      ...{ x: 0, y: 0, widthPx: size.width, heightPx: size.height, bytes: unit.length, time: 0 },
    });
    const video = new NativeVideo();
    const { videos, rest } = video.decode([picture(0), picture(1)], Buffer.concat([unit, unit]));
    t.is(rest.length, 0);
    t.deepEqual(
      videos.map(({ stream }) => stream),
      [0, 1],
    );
    t.deepEqual(videos[0]?.bytes, videos[1]?.bytes);
    t.not(videos[0]?.bytes.buffer, videos[1]?.bytes.buffer);
    const twice = [picture(0), picture(0)];
    const other = [picture(0), { ...picture(0), widthPx: 32, heightPx: 32 }];
    for (const pictures of [twice, other])
      t.throws(() => video.decode(pictures, Buffer.concat([unit, unit])), {
        instanceOf: RangeError,
        message: /two pictures of one stream/,
      });
    // The second one is broken: what the first one shows is nobody's.
    const broken = Buffer.concat([unit, unit.map((byte, i) => (i > 8 ? byte ^ 0x55 : byte))]);
    t.throws(() => video.decode([picture(0), picture(1)], broken), { instanceOf: RangeError });
    t.is(video.decode([picture(0), picture(1)], Buffer.concat([unit, unit])).videos.length, 2);
    video.wipe();
  },
);

test.serial('a picture that is kept stays as it is while others are decoded', async (t) => {
  const unit = await keyPicture();
  const picture = {
    ...{ stream: 0, codec: VideoCodec.h264, colour: VideoColour.bt709Full420, key: true },
    ...{ x: 0, y: 0, widthPx: size.width, heightPx: size.height, bytes: unit.length, time: 0 },
  };
  const video = new NativeVideo();
  const first = video.decode([picture], unit).videos[0];
  if (!first) throw new Error('no picture');
  video.keep(first);
  const before = first.bytes.slice();
  const second = video.decode([picture], unit).videos[0];
  t.not(second?.bytes, first.bytes);
  t.deepEqual(first.bytes, before);
  video.release(first);
  video.wipe();
  // What was given back is overwritten with the rest.
  t.true(first.bytes.every((byte) => byte === 0));
  t.true(second?.bytes.every((byte) => byte === 0));
});

test.serial('detail belongs to the picture before it, and is none itself', async (t) => {
  const unit = await keyPicture();
  const picture = (stream: number, colour: VideoColour, other: object = {}) => ({
    ...{ stream, codec: VideoCodec.h264, colour, key: true, x: 0, y: 0 },
    ...{ widthPx: size.width, heightPx: size.height, bytes: unit.length, time: 0, ...other },
  });
  const whole = picture(0, VideoColour.bt709Full420);
  const detail = picture(1, VideoColour.bt709Detail);
  const both = Buffer.concat([unit, unit]);
  const video = new NativeVideo();
  const { videos } = video.decode([whole, detail], both);
  t.deepEqual(
    videos.map(({ stream }) => stream),
    [0],
  );
  const refused = { instanceOf: RangeError, message: /detail of no picture/ };
  t.throws(() => video.decode([detail], unit), refused);
  for (const pictures of [
    [detail, whole],
    [detail, picture(0, VideoColour.bt709Detail)],
    [picture(0, VideoColour.bt709Limited420), detail],
    [picture(0, VideoColour.bt709Full444), detail],
    [whole, { ...detail, x: 2 }],
    [whole, { ...detail, y: 2 }],
    [whole, { ...detail, widthPx: 32 }],
    [whole, { ...detail, heightPx: 32 }],
  ])
    t.throws(() => video.decode(pictures, both), refused);
  t.throws(() => video.decode([whole, { ...detail, stream: 0 }], both), {
    message: /two pictures of one stream/,
  });
  t.is(video.decode([whole, detail], both).videos.length, 1);
  t.is(video.decode([whole], unit).videos.length, 1);
  video.wipe();
});
