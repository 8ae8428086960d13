import { blob, type ChannelSchema, enumOf, field, message, u8, uint, uint53 } from './types.ts';

const audioCodec = enumOf('AudioCodec', 'How samples are packed.', { opus: 0, pcmS16: 1 });
const direction = enumOf('AudioDirection', 'Which way the sound goes.', {
  playback: 0,
  capture: 1,
});
const stream = field('stream', uint, 'chosen by the sender of the AudioFormat');

export const audio: ChannelSchema = {
  name: 'audio',
  id: 4,
  doc: 'Sound in both directions.',
  maxMessageBytes: 65_536 + 256,
  maxUnitBytes: 0,
  messages: [
    message(1, 'AudioFormat', 'Starts a stream.', [
      stream,
      field('direction', direction, 'which way'),
      field('codec', audioCodec, 'how samples are packed'),
      field('rateHz', uint, 'samples per second'),
      field('channels', u8, '1 to 8'),
      field('samplesPerPacket', uint, 'per channel'),
    ]),
    message(2, 'AudioPacket', 'Sound of a stream.', [
      stream,
      field('sequence', uint, 'counts up'),
      field('timeUs', uint53, "sender's clock of the first sample"),
      field('data', blob(65_536), 'packed samples'),
    ]),
    message(3, 'AudioStop', 'Ends a stream.', [stream]),
  ],
};
