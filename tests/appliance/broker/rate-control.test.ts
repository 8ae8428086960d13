import test from 'ava';
import { rateControl } from '../../../appliance/broker/rate-control.ts';

interface Kernel {
  readonly allowed: string;
  readonly available?: string;
  readonly capabilities?: string;
}

const kernel =
  ({ allowed, available = allowed, capabilities = '0000000000000000' }: Kernel) =>
  (path: string): string => {
    if (path.endsWith('allowed_congestion_control')) return `${allowed}\n`;
    if (path.endsWith('available_congestion_control')) return `${available}\n`;
    if (path.endsWith('status')) return `Name:\twrsrvd\nCapEff:\t${capabilities}\nCapBnd:\t0\n`;
    return 'cubic\n';
  };

test('BBR where everybody may choose it', (t) => {
  t.is(rateControl(kernel({ allowed: 'reno cubic bbr' })), 'bbr');
});

test('otherwise what the kernel has for all', (t) => {
  t.is(rateControl(kernel({ allowed: 'reno cubic' })), 'cubic');
  t.is(rateControl(kernel({ allowed: 'reno bbrplus' })), 'cubic');
  t.is(rateControl(kernel({ allowed: 'reno cubic', available: 'reno cubic bbr' })), 'cubic');
});

test('who may set up networks may choose all that there is', (t) => {
  const available = 'reno cubic bbr';
  const capabilities = '0000000000001000';
  t.is(rateControl(kernel({ allowed: 'reno cubic', available, capabilities })), 'bbr');
});

test('a kernel that does not tell is no failure', (t) => {
  t.is(
    rateControl(() => {
      throw new Error('ENOENT');
    }),
    'unknown',
  );
});
