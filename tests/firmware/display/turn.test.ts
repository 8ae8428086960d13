import test from 'ava';
import { turn, turnPoint, turnScreen, uprightScreen } from '../../../firmware/display/turn.ts';
import { Framebuffer } from '../../../native/pixels/index.ts';

/** Rows of pixels, each named by a digit. */
function picture(...rows: string[]): Framebuffer {
  const made = new Framebuffer(rows[0]?.length ?? 0, rows.length);
  const words = new Uint32Array(made.bytes.buffer, made.bytes.byteOffset, made.width * made.height);
  [...rows.join('')].forEach((digit, i) => {
    words[i] = Number(digit);
  });
  return made;
}

function rowsOf({ bytes, width, height }: { bytes: Uint8Array; width: number; height: number }) {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => bytes[(y * width + x) * 4]).join(''),
  );
}

const UPRIGHT = picture('123', '456');

// wl_output: counter-clockwise quarter turns, from 4 on after a flip around the vertical axis.
const TURNED: readonly (readonly string[])[] = [
  ['123', '456'],
  ['36', '25', '14'],
  ['654', '321'],
  ['41', '52', '63'],
  ['321', '654'],
  ['14', '25', '36'],
  ['456', '123'],
  ['63', '52', '41'],
];

for (const [transform, rows] of TURNED.entries()) {
  test(`turn ${transform} and back`, (t) => {
    const turned = turnScreen(UPRIGHT, transform);
    t.deepEqual(rowsOf(turned), [...rows]);
    t.deepEqual(rowsOf(turn(UPRIGHT, transform)), [...rows]);
    t.deepEqual(rowsOf(uprightScreen(turned, transform)), ['123', '456']);
    const at = turnPoint({ x: 2.5, y: 0.5 }, transform, UPRIGHT);
    t.is(rows[Math.floor(at.y)]?.[Math.floor(at.x)], '3');
  });
}

test('pixels that lie at an odd place are turned, too', (t) => {
  for (const bytes of [new Uint8Array(25).subarray(1), Buffer.alloc(25).subarray(1)]) {
    bytes.set(UPRIGHT.bytes);
    t.deepEqual(rowsOf(turn({ width: 3, height: 2, bytes }, 2)), ['654', '321']);
  }
});
