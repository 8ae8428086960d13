import test from 'ava';
import { FreeClock } from '../../../../appliance/encode/video/free-clock.ts';

test('it stands while no frame can be taken, however often it is told', (t) => {
  const clock = new FreeClock();
  clock.setBlocked(false, 100);
  t.is(clock.at(150), 150);
  clock.setBlocked(true, 200);
  clock.setBlocked(true, 250);
  t.is(clock.at(400), 200);
  clock.setBlocked(false, 500);
  clock.setBlocked(false, 550);
  t.is(clock.at(600), 300);
});
