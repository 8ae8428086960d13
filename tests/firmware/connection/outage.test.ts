import test from 'ava';
import { DamagedStateError } from '../../../firmware/connection/damaged-state.ts';
import { RefusedError } from '../../../firmware/connection/greeting.ts';
import { outageOf } from '../../../firmware/connection/outage.ts';
import { TroubleError } from '../../../firmware/discovery/trouble.ts';
import { LinkError, VersionError, WayRayError } from '../../../protocol/errors.ts';

const soon = { again: 'soon', final: false } as const;

test('each trouble has its page, and each heals by itself', (t) => {
  for (const [trouble, page] of [
    ['no-network', 'noNetwork'],
    ['no-address', 'noAddress'],
    ['no-server', 'serverNotFound'],
    ['no-answer', 'noServer'],
    ['wrong-certificate', 'wrongServer'],
    ['clock-wrong', 'clockWrong'],
    ['no-fingerprint', 'pinWanted'],
  ] as const)
    t.deepEqual(outageOf(new TroubleError(trouble, 'unreachable', '')), { page, ...soon });
  t.deepEqual(outageOf(new LinkError('timeout', '')), { page: 'noServer', ...soon });
  t.deepEqual(outageOf(new WayRayError('busy', '')), { page: 'busy', ...soon });
});

test('what somebody has to act upon is tried more slowly, and ends a run that ends by itself', (t) => {
  const slow = { again: 'slowly', final: true } as const;
  t.deepEqual(outageOf(new RefusedError('')), { page: 'serverRefused', ...slow });
  t.deepEqual(outageOf(new DamagedStateError('')), { page: 'damagedMemory', ...slow });
  const version = (theirs: number) => outageOf(new VersionError('Hello', '', { theirs, ours: 2 }));
  t.deepEqual(version(3), { page: 'terminalTooOld', ...slow });
  t.deepEqual(version(1), { page: 'serverTooOld', ...slow });
  const pinned = new TroubleError('wrong-certificate', 'pin-mismatch', '');
  t.deepEqual(outageOf(pinned), { page: 'wrongServer', again: 'soon', final: true });
});
