import {
  type ChannelSchema,
  type Column,
  enumOf,
  field,
  flags,
  list,
  message,
  type StructDef,
  struct,
  table,
  u32,
  uint,
  uint53,
} from './types.ts';

const maxPx = 32_767;

/** Columns in the order of the encoder's region list, which passes through as it is. */
const regionColumns: readonly Column[] = [
  {
    name: 'encoding',
    doc: '0 solid, 1 copy, 2 pixels, 3 delta, 4 tinted, 5 video, 6 keep, 7 kept',
    max: 7,
    coding: { kind: 'tag' },
  },
  { name: 'x', doc: 'left edge', max: maxPx, coding: { kind: 'delta' } },
  { name: 'y', doc: 'top edge', max: maxPx, coding: { kind: 'delta' } },
  { name: 'w', doc: 'width', max: maxPx, coding: { kind: 'tagged' } },
  { name: 'h', doc: 'height', max: maxPx, coding: { kind: 'uint' } },
  {
    name: 'a',
    doc: 'solid: colour 0xRRGGBB; copy: left edge of the source; tinted: first colour of the line; video: stream of the picture that this is a part of; keep, kept: slot of the first tile',
    max: 0xffffff,
    coding: {
      0: { kind: 'u24' },
      1: { kind: 'relative', to: 'x' },
      4: { kind: 'u24' },
      5: { kind: 'uint' },
      6: { kind: 'uint' },
      7: { kind: 'uint' },
    },
  },
  {
    name: 'b',
    doc: 'copy: top edge of the source; tinted: second colour of the line',
    max: 0xffffff,
    coding: { 1: { kind: 'relative', to: 'y' }, 4: { kind: 'u24' } },
  },
];

/** A terminal that cannot decode a codec is never sent it: see protocol/video-capability.ts. */
const videoPicture: StructDef = {
  name: 'VideoPicture',
  doc: 'The next picture of a video stream. Regions of encoding 5 paint parts of it.',
  fields: [
    field('stream', uint, 'streams of one output are told apart by it, 0 to 1'),
    field(
      'codec',
      enumOf('VideoCodec', 'How the picture is coded.', { h264: 0 }),
      'H.264 is an access unit in Annex B form',
    ),
    field('flags', flags('key'), 'it needs no picture of its stream before it'),
    field(
      'colour',
      enumOf(
        'VideoColour',
        'What the samples mean; chroma lies amid its pixels. bt709Detail: see lost chroma, above.',
        {
          bt709Full420: 0,
          bt709Limited420: 1,
          bt709Full444: 2,
          bt709Detail: 3,
        },
      ),
      'of the samples',
    ),
    field('x', uint, 'left edge of where the picture lies'),
    field('y', uint, 'top edge of where the picture lies'),
    field('widthPx', uint, 'of the coded picture, even; may go over the edge of the whole by one'),
    field('heightPx', uint, 'of the coded picture, even; may go over the edge of the whole by one'),
    field('bytes', uint, 'how much of the payload it takes'),
    field(
      'time',
      uint,
      'when it was composed: 1 and the milliseconds of a clock that runs evenly, modulo 2^20; 0: not known',
      0,
    ),
  ],
};

const keyFrameReason = enumOf('KeyFrameReason', 'Why the terminal needs a whole picture.', {
  start: 0,
  checksum: 1,
  decode: 2,
  resized: 3,
});

const view = field('view', uint, 'as in Attach; one of another view is dropped');

export const display: ChannelSchema = {
  name: 'display',
  id: 3,
  doc: 'Frames from the session as one-way units; acknowledgements from the terminal as messages.',
  maxMessageBytes: 4096,
  maxUnitBytes: 67_108_864,
  messages: [
    message(
      1,
      'FrameUpdate',
      'Head of a one-way unit; the payload follows it: of the regions, then of the videos.',
      [
        field('frame', uint, 'counts up per output'),
        field('output', uint, 'OutputInfo.id'),
        field(
          'flags',
          flags('key', 'payloadCompressed', 'lossy', 'payloadFine'),
          'the frame needs no picture before it; the payload of the regions is one zstd frame; what video painted is not refined yet, so the checksum proves nothing; the payload of the regions is fine, see above',
        ),
        field('inputSequence', uint, 'last input the picture reflects, 0 for none'),
        field('widthPx', uint, 'size of the whole picture'),
        field('heightPx', uint, 'size of the whole picture'),
        field('checksum', u32, 'of the whole picture after this frame'),
        field('regions', table(65_536, regionColumns), 'what changes, in the order of drawing'),
        view,
        field(
          'videos',
          list(struct(videoPicture), 2),
          'pictures of video streams; their bytes end the payload, in this order',
        ),
      ],
    ),
    message(2, 'FrameAck', 'The terminal has shown a frame.', [
      field('frame', uint, 'of the FrameUpdate'),
      field('output', uint, 'of the FrameUpdate'),
      field('receivedUs', uint53, "terminal's clock when the unit was complete"),
      field('presentedUs', uint53, "terminal's clock when it was on the screen"),
      view,
      field('decodeUs', uint, 'what decoding it took; 0: not known'),
    ]),
    message(3, 'KeyFrameRequest', 'The terminal needs a whole picture.', [
      field('output', uint, 'OutputInfo.id'),
      field('reason', keyFrameReason, 'why'),
      view,
    ]),
  ],
};
