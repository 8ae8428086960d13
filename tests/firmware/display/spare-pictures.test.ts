import test from 'ava';
import { SparePictures } from '../../../firmware/display/spare-pictures.ts';

test('a picture that is at hand is used once, by who needs its size', (t) => {
  const spares = new SparePictures();
  const spare = spares.add(64, 48);
  t.not(spares.make(48, 64), spare);
  t.is(spares.make(64, 48), spare);
  t.not(spares.make(64, 48), spare);
});
