import test from 'ava';
import { parse } from 'smol-toml';
import { DISPLAY_DEFAULTS, parseDisplay } from '../../../firmware/config/display.ts';

const read = (text: string) => parseDisplay(parse(text), 'display');

test('everything that can be said', (t) => {
  const config = read(`
    off-after-minutes = 3
    off-in-session-minutes = 60
    [[output]]
    match = "HDMI-A-1"
    mode = "1920x1080@59.94"
    scale = 1.25
    rotate = 90
    [[output]]
    match = "DEL U2720Q"
    mode = "800x600"
    right-of = "HDMI-A-1"
    [[output]]
    match = "DP-1"
    x = -10
    y = 0
    enabled = false
  `);
  const plain = { enabled: true, mode: null, scale: null, rotate: 0, place: null } as const;
  t.deepEqual(config, {
    offAfterMinutes: 3,
    offInSessionMinutes: 60,
    monitors: [
      {
        ...plain,
        match: 'HDMI-A-1',
        mode: { width: 1920, height: 1080, refreshHz: 59.94 },
        scale: 1.25,
        rotate: 90,
      },
      {
        ...plain,
        match: 'DEL U2720Q',
        mode: { width: 800, height: 600, refreshHz: null },
        place: { rightOf: 'HDMI-A-1' },
      },
      { ...plain, match: 'DP-1', enabled: false, place: { x: -10, y: 0 } },
    ],
  });
});

test('nothing said is the default', (t) => {
  t.deepEqual(read(''), DISPLAY_DEFAULTS);
});

const output = (line: string) => `[[output]]\nmatch = "DP-1"\n${line}`;
const WRONG = [
  ['off-after-minutes = -1', /^display\.off-after-minutes: /],
  ['off-after = 1', /^display\.off-after: /],
  ['output = 1', /^display\.output: /],
  ['[[output]]\nscale = 1', /^display\.output\[0\]\.match: /],
  [output('mode = "1080p"'), /^display\.output\[0\]\.mode: .*1920x1080@60/],
  [output('scale = 9'), /^display\.output\[0\]\.scale: /],
  [output('rotate = 45'), /^display\.output\[0\]\.rotate: .*0, 90, 180 or 270/],
  [output('x = 1'), /^display\.output\[0\]: .*both x and y/],
  [output('x = 1\ny = 1\nright-of = "DP-2"'), /^display\.output\[0\]: .*either/],
  [output('colour = 1'), /^display\.output\[0\]\.colour: /],
] as const;

for (const [text, message] of WRONG) {
  test(`refused, and the place is named: ${text.replaceAll('\n', ' ')}`, (t) => {
    t.throws(() => read(text), { name: 'KeyError', message });
  });
}
