import test from 'ava';
import { PreparedFrames } from '../../../appliance/encode/prepared-frames.ts';
import type { EncodedFrame } from '../../../native/pixels/index.ts';

const KB = 1024;

const frame = (bytes: number): EncodedFrame => ({
  regions: new Int32Array(0),
  payload: new Uint8Array(bytes),
  payloadCompressed: true,
  payloadFine: false,
  checksum: 0,
  lossy: false,
  videos: [],
  streams: 0,
  changed: true,
});

const tenFrames = (): PreparedFrames =>
  new PreparedFrames(Array.from({ length: 10 }, () => frame(64 * KB)));

test('frames are taken in their order', (t) => {
  const [one, two] = [frame(1), frame(2)];
  const frames = new PreparedFrames([one, two]);
  t.is(frames.take(1, 0), one);
  t.is(frames.take(2, 0), two);
  t.false(frames.areLeft);
  t.is(frames.take(3, 0), undefined);
});

test('a first frame that came late does not make the others hopeless', (t) => {
  const frames = tenFrames();
  for (const number of [1, 2, 3]) frames.take(number, 0);
  frames.acknowledged(1);
  t.false(frames.takeTooLong(600));
});

test('what would take seconds more is hopeless', (t) => {
  const frames = tenFrames();
  for (const number of [1, 2, 3]) frames.take(number, 0);
  frames.acknowledged(2);
  t.false(frames.takeTooLong(400));
  t.true(frames.takeTooLong(500));
});

test('the last ones are sent, however slow', (t) => {
  const frames = tenFrames();
  for (let number = 1; number <= 9; number++) frames.take(number, 0);
  frames.acknowledged(8);
  t.false(frames.takeTooLong(5000));
});

test('nothing is left of what was dropped', (t) => {
  const frames = tenFrames();
  frames.take(1, 0);
  frames.drop();
  t.false(frames.areLeft);
});
