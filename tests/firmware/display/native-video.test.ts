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
