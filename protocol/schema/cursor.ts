import { blob, type ChannelSchema, field, int, message, uint } from './types.ts';

const view = field('view', uint, 'as in Attach; one of another view is dropped');

export const cursor: ChannelSchema = {
  name: 'cursor',
  id: 2,
  doc: 'Pictures of the pointer, from the session to the terminal, which draws them itself.',
  maxMessageBytes: 262_144 + 256,
  maxUnitBytes: 0,
  messages: [
    message(1, 'CursorImage', 'Defines or replaces a picture.', [
      field('id', uint, 'chosen by the session; a terminal keeps the last 32'),
      field('widthPx', uint, '1 to 256'),
      field('heightPx', uint, '1 to 256'),
      field('hotspotX', int, 'pixels of the picture'),
      field('hotspotY', int, 'pixels of the picture'),
      field('scale120', uint, 'scale the picture is made for, in 1/120'),
      field('pixels', blob(262_144), 'ARGB8888 premultiplied, bytes B, G, R, A, rows top down'),
      view,
    ]),
    message(2, 'CursorShow', 'Shows a picture.', [field('id', uint, 'of a CursorImage'), view]),
    message(3, 'CursorHide', 'Shows no pointer.', [view]),
  ],
};
