import test from 'ava';
import fc from 'fast-check';
import { parseSessionFile } from '../../../../appliance/session/config/parse.ts';

test('everything that a file can say', (t) => {
  const { said, problems } = parseSessionFile(`
window-manager = "floating"
panel = "waybar"
launcher = "fuzzel"
terminal = ""

[[autostart]]
name = "notes"
command = "mako"
restart = "on-failure"
delay-ms = 250

[[autostart]]
name = "idle.1"
command = "swayidle"

[environment]
EDITOR = "vim"

[keyboard]
layout = "de,us"
variant = "nodeadkeys,"
options = "grp:win_space_toggle"
`);
  t.deepEqual(problems, []);
  t.deepEqual(said, {
    windowManager: 'floating',
    panel: 'waybar',
    launcher: 'fuzzel',
    terminal: '',
    autostart: [
      { name: 'notes', command: 'mako', restart: 'on-failure', delayMs: 250 },
      { name: 'idle.1', command: 'swayidle', restart: 'never', delayMs: 0 },
    ],
    environment: { EDITOR: 'vim' },
    keyboard: { layout: 'de,us', variant: 'nodeadkeys,', options: 'grp:win_space_toggle' },
  });
});

const entry = (lines: string) => `[[autostart]]\nname = "a"\ncommand = "b"\n${lines}`;
const wrong: readonly (readonly [file: string, problem: RegExp])[] = [
  ['= 1', /^line 1: no TOML: /],
  ['a = 1\na = 2', /^line 2: no TOML: /],
  ['pannel = "waybar"', /^pannel: expected one of the keys window-manager, panel, /],
  ['window-manager = "river"', /^window-manager: expected "floating".* not there yet$/],
  ['terminal = 3', /^terminal: expected a shell command/],
  ['terminal = "a\\u0000b"', /^terminal: expected a shell command/],
  [`panel = "${'x'.repeat(4097)}"`, /^panel: expected .* 4096/],
  ['autostart = "foot"', /^autostart: expected at most 32 tables/],
  ['autostart = [1]', /^autostart\[0\]: expected a table/],
  [entry('').repeat(33), /^autostart: expected at most 32/],
  [entry('') + entry(''), /^autostart: expected each name once, not "a" twice/],
  [entry('restart = "sometimes"'), /restart: expected "never" or "on-failure" or "always"/],
  [entry('delay-ms = -1'), /^autostart\[0\]\.delay-ms: expected a whole number from 0/],
  [entry('delay-ms = 1.5'), /^autostart\[0\]\.delay-ms: expected a whole number/],
  [entry('delay = 5'), /^autostart\[0\]\.delay: expected one of the keys name, command/],
  ['[[autostart]]\ncommand = "b"', /^autostart\[0\]\.name: expected a name/],
  ['[[autostart]]\nname = "../x"\ncommand = "b"', /^autostart\[0\]\.name: expected a name/],
  ['[[autostart]]\nname = "a"', /^autostart\[0\]\.command: expected a shell command/],
  ['environment = 1', /^environment: expected a table/],
  ['[environment]\nWAYLAND_DISPLAY = "x"', /^environment\.WAYLAND_DISPLAY: expected another/],
  ['[environment]\nXDG_RUNTIME_DIR = "/"', /^environment\.XDG_RUNTIME_DIR: expected another/],
  ['[environment]\nWAYRAY_SESSION = "x"', /^environment\.WAYRAY_SESSION: expected another/],
  ['[environment]\n"A=B" = "x"', /^environment\.A=B: expected a name/],
  ['[environment]\nA = 1', /^environment\.A: expected a string/],
  ['[environment]\n"\\u001b[31m" = "x"', /^environment\.\?\[31m: expected a name/],
  ['[keyboard]\nvariant = "x"', /^keyboard\.layout: expected an XKB layout/],
  ['[keyboard]\nlayout = "../../x"', /^keyboard\.layout: expected XKB names/],
  ['keyboard = 2020-01-01', /^keyboard: expected a table/],
  ['video = "always"', /^video: expected "auto" or "software" or "off"/],
];
for (const [i, [file, problem]] of wrong.entries()) {
  test(`told ${i}: ${JSON.stringify(file.slice(-40))}`, (t) => {
    const { said, problems } = parseSessionFile(file);
    t.deepEqual(said, {});
    t.is(problems.length, 1);
    t.regex(problems[0] ?? '', problem);
  });
}

test('what is right in a file counts beside what is wrong', (t) => {
  const { said, problems } = parseSessionFile('terminal = 1\npanel = "waybar"\nother = 1\n');
  t.deepEqual(said, { panel: 'waybar' });
  t.is(problems.length, 2);
});

test('no file makes it throw', (t) => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom('[[autostart]]', '[environment]', '[keyboard]', 'panel = ', 'name = "a"'),
    fc.json().map((json) => `keyboard = ${json}`),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      t.notThrows(() => parseSessionFile(lines.join('\n')));
    }),
  );
});

test('films can be turned off', (t) => {
  t.deepEqual(parseSessionFile('video = "off"').said, { video: 'off' });
  t.deepEqual(parseSessionFile('video = "software"').said, { video: 'software' });
});
