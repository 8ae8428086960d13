import {
  blob,
  bool,
  type ChannelSchema,
  enumOf,
  type Field,
  field,
  flags,
  int,
  list,
  message,
  uint,
  uint53,
} from './types.ts';

const axis = enumOf('PointerAxisName', 'Direction of scrolling, as in wl_pointer.axis.', {
  vertical: 0,
  horizontal: 1,
});
const axisSource = enumOf('PointerAxisSource', 'As in wl_pointer.axis_source.', {
  wheel: 0,
  finger: 1,
  continuous: 2,
  wheelTilt: 3,
});

const stamp: readonly Field[] = [
  field(
    'sequence',
    uint,
    'counts all input of this terminal; frames name the last one they reflect',
  ),
  field('timeUs', uint53, "terminal's monotonic clock"),
];
const at: readonly Field[] = [
  field('output', uint, 'screen the position is on'),
  field('x', int, '1/256 pixel from the left edge of the screen'),
  field('y', int, '1/256 pixel from the top edge of the screen'),
];

export const input: ChannelSchema = {
  name: 'input',
  id: 1,
  doc: 'Keyboard, pointer and touch, from the terminal to the session; steps, which are small frames, the other way.',
  maxMessageBytes: 1024,
  maxUnitBytes: 4096,
  messages: [
    message(1, 'Key', 'A key went down or up; repeats are not sent.', [
      ...stamp,
      field('code', uint, 'evdev KEY_ code'),
      field('pressed', bool, 'down or up'),
    ]),
    message(2, 'PointerMotion', 'The pointer is at a place.', [...stamp, ...at]),
    message(3, 'PointerRelative', 'The pointer was moved while it is locked or confined.', [
      ...stamp,
      field('dx', int, '1/256 pixel, accelerated'),
      field('dy', int, '1/256 pixel, accelerated'),
      field('dxRaw', int, '1/256 pixel, not accelerated'),
      field('dyRaw', int, '1/256 pixel, not accelerated'),
    ]),
    message(4, 'PointerButton', 'A button went down or up.', [
      ...stamp,
      field('code', uint, 'evdev BTN_ code'),
      field('pressed', bool, 'down or up'),
    ]),
    message(5, 'PointerAxis', 'Scrolling.', [
      ...stamp,
      field('axis', axis, 'direction'),
      field('value', int, '1/256 of a wl_pointer.axis unit'),
      field('v120', int, '120 for a notch of a wheel, 0 for other sources'),
      field('source', axisSource, 'kind of device'),
      field('flags', flags('stop', 'inverted'), 'the fingers were lifted; natural scrolling'),
    ]),
    message(6, 'PointerFrame', 'The pointer messages since the last one belong together.'),
    message(7, 'TouchDown', 'A finger touched the screen.', [
      ...stamp,
      field('id', uint, 'names the finger until it is lifted'),
      ...at,
    ]),
    message(8, 'TouchUp', 'A finger was lifted.', [
      ...stamp,
      field('id', uint, 'of the TouchDown'),
    ]),
    message(9, 'TouchMotion', 'A finger moved.', [
      ...stamp,
      field('id', uint, 'of the TouchDown'),
      ...at,
    ]),
    message(10, 'TouchFrame', 'The touch messages since the last one belong together.'),
    message(11, 'TouchCancel', 'The touches so far are void.'),
    message(12, 'ReleaseAll', 'Every pressed key, button and finger is up.', [...stamp]),
    message(
      13,
      'InputView',
      'What follows is meant for this view; a session drops what is not for its own.',
      [field('view', uint, 'as in Attach; 0 before the first one')],
    ),
    message(14, 'Shown', 'A FrameAck, to sessions that sent the frame as a step.', [
      field('frame', uint, 'of the FrameUpdate'),
      field('output', uint, 'of the FrameUpdate'),
      field('receivedUs', uint53, "terminal's clock when the unit was complete"),
      field('presentUs', uint, 'from then until it was on the screen'),
      field('view', uint, 'as in Attach'),
      field('decodeUs', uint, 'what decoding it took; 0: not known'),
    ]),
    message(15, 'Together', 'What happened at once, to sessions that sent a step.', [
      field(
        'messages',
        list(blob(64), 12),
        'messages of this channel in their order; not InputView or Together',
      ),
    ]),
  ],
};
