import test from 'ava';
import { rateControl } from '../../../appliance/broker/rate-control.ts';

const kernel =
  (allowed: string, usual = 'cubic\n') =>
  (path: string): string =>
    path.endsWith('allowed_congestion_control') ? allowed : usual;

test('BBR where everybody may choose it', (t) => {
  t.is(rateControl(kernel('reno cubic bbr\n')), 'bbr');
});

test('otherwise what the kernel has for all', (t) => {
  t.is(rateControl(kernel('reno cubic\n')), 'cubic');
  t.is(rateControl(kernel('reno bbrplus\n')), 'cubic');
});

test('a kernel that does not tell is no failure', (t) => {
  t.is(
    rateControl(() => {
      throw new Error('ENOENT');
    }),
    'unknown',
  );
});
