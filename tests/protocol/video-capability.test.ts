import test from 'ava';
import { findVideoCapability, videoCapabilityName } from '../../protocol/video-capability.ts';

const video = {
  codec: 'h264',
  chroma: '420',
  maxWidthPx: 3840,
  maxHeightPx: 2160,
  streams: 2,
} as const;

test('what a terminal says of its decoder is found again among other words', (t) => {
  const name = videoCapabilityName(video);
  t.is(name, 'video-h264-420:3840x2160:2');
  t.deepEqual(findVideoCapability(['zstd', name]), video);
});

for (const name of [
  'video-h264-420',
  'video-h264-422:100x100:1',
  'video-vp9-420:3840x2160:2',
  'video-h264-420:0x2160:2',
  'video-h264-420:3840x2160:0',
  'video-h264-420:3840x2160:2 ',
  'video-h264-420:999999x2160:2',
])
  test(`not known: ${JSON.stringify(name)}`, (t) => t.is(findVideoCapability([name]), null));
