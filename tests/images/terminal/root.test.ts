import test from 'ava';
import { compressionLevel, isEnough } from '../../../images/terminal/root.ts';

test('a root that was made in a hurry is not flashed', (t) => {
  t.true(isEnough(19, compressionLevel()));
  t.false(isEnough(3, compressionLevel()));
  t.false(isEnough(undefined, compressionLevel()));
  // One that is better than asked for does.
  t.true(isEnough(19, compressionLevel('3')));
  for (const bad of ['', 'x', '0', '20', '1.5']) t.throws(() => compressionLevel(bad));
});
