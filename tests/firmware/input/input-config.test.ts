import test from 'ava';
import { parse } from 'smol-toml';
import { KeyError } from '../../../firmware/config/checks.ts';
import { INPUT_DEFAULTS, parseInput } from '../../../firmware/config/input.ts';

const read = (text: string) => parseInput(parse(text), 'input');

test('what is not said is as usual', (t) => {
  t.deepEqual(read(''), INPUT_DEFAULTS);
  t.deepEqual(read('tap = false'), { ...INPUT_DEFAULTS, tap: false });
});

test('everything can be said', (t) => {
  const text = `acceleration = -0.25
    profile = "flat"
    natural-scroll = true
    tap = false
    left-handed = true`;
  t.deepEqual(read(text), {
    acceleration: -0.25,
    profile: 'flat',
    naturalScroll: true,
    tap: false,
    leftHanded: true,
  });
});

for (const [text, message] of [
  ['acceleration = 1.5', 'input.acceleration: expected a number from -1 to 1'],
  ['acceleration = nan', 'input.acceleration: expected a number from -1 to 1'],
  ['profile = "fast"', 'input.profile: expected "adaptive" or "flat"'],
  ['tap = 1', 'input.tap: expected true or false'],
  ['lefthanded = true', /^input\.lefthanded: expected one of the keys acceleration, /],
] as const) {
  test(`refused: ${text}`, (t) => {
    t.throws(() => read(text), { instanceOf: KeyError, message });
  });
}

test('a section that is no table is refused', (t) => {
  t.throws(() => parseInput(3, 'input'), { instanceOf: KeyError, message: /^input: / });
});
