import test from 'ava';
import type { LinkEstimate } from '../../../../appliance/encode/adaptation/link-estimate.ts';
import { Window } from '../../../../appliance/encode/adaptation/window.ts';
import { mbit } from './simulated-link.ts';

function windowOf(perS: number, minRttMs: number, more: Partial<LinkEstimate> = {}): Window {
  const link = { bytesPerMs: mbit(perS), minRttMs, inFlightBytes: 0, isStale: () => false };
  const calm = { burstBytes: () => Number.POSITIVE_INFINITY };
  return new Window(Object.assign(link, calm, more) as unknown as LinkEstimate);
}

test('a LAN takes whole frames', (t) => {
  const lan = windowOf(2000, 1, { inFlightBytes: 5e6 });
  t.is(lan.sliceBytes, 0);
  t.true(lan.hasRoom(0));
  t.is(lan.frames, 2);
  t.is(lan.level, 1);
});

test('a slow link has room for what it holds and little more', (t) => {
  const slow = windowOf(2, 20);
  t.is(slow.sliceBytes, 5000);
  t.true(slow.bytes > mbit(2) * 20 && slow.bytes - mbit(2) * 20 < mbit(2) * 40);
  t.true(windowOf(2, 20, { inFlightBytes: slow.bytes - 1 }).hasRoom(0));
  t.false(windowOf(2, 20, { inFlightBytes: slow.bytes }).hasRoom(0));
  t.true(slow.level > 1);
});

test('a long way takes more frames', (t) => {
  t.true(windowOf(100, 100).frames > windowOf(100, 10).frames);
  t.true(windowOf(100, 60_000).frames <= 16);
});

test('how long the way is when it is empty is looked at now and then', (t) => {
  const stale = { isStale: () => true };
  t.false(windowOf(2, 20, { ...stale, inFlightBytes: 5000 }).hasRoom(0));
  t.true(windowOf(2, 20, { ...stale, inFlightBytes: 100 }).hasRoom(0));
});

test('a change on a quick link that is far away begins with little', (t) => {
  const burstBytes = (anew: boolean) => (anew ? 24_000 : 36_000);
  const at = (inFlightBytes: number) => windowOf(100, 10, { burstBytes, inFlightBytes });
  const first = at(0);
  t.true(first.hasRoom(0, 'change'));
  t.is(first.sliceBytes, 24_000);
  t.true(first.isCautious);
  t.false(at(24_000).hasRoom(0, 'change'));
  t.true(at(24_000).hasRoom(0, 'rest'));
  for (const next of ['film', 'prepared'] as const) {
    const whole = at(100_000);
    t.true(whole.hasRoom(0, next));
    t.true(whole.sliceBytes > 100_000);
    t.false(whole.isCautious);
  }
});

test('what is small has room for a while when the rest of a change has not', (t) => {
  const at = (inFlightBytes: number) => {
    const window = windowOf(100, 10, { burstBytes: () => 36_000, inFlightBytes });
    t.false(window.hasRoom(0, 'rest'));
    return window;
  };
  const room = at(36_000);
  t.true(room.hasRoomForLittle(0));
  t.true(room.sliceBytes <= 5000);
  t.false(at(46_000).hasRoomForLittle(0));
  const slow = windowOf(2, 10, { inFlightBytes: 20_000 });
  t.false(slow.hasRoom(0));
  t.false(slow.hasRoomForLittle(0));
});

test('the second half of a picture waits for news of the first where the link may have shrunk', (t) => {
  const doubtful = { pictureBytes: 36_000 };
  const at = (inFlightBytes: number) => windowOf(100, 10, { ...doubtful, inFlightBytes });
  t.true(at(0).hasRoomForSecond(15_000, 20_000));
  t.false(at(0).hasRoomForSecond(30_000, 30_000));
  t.false(at(30_000).hasRoomForSecond(30_000));
  t.true(at(1000).hasRoomForSecond(90_000), 'alone it goes, however large');
});

test('so it does on a narrow link that a picture fills, and never on others', (t) => {
  const calm = { pictureBytes: Number.POSITIVE_INFINITY };
  t.false(windowOf(2, 10, calm).hasRoomForSecond(15_000, 15_000));
  t.true(windowOf(2, 10, calm).hasRoomForSecond(4000, 4000));
  t.true(windowOf(20, 20, calm).hasRoomForSecond(30_000, 30_000));
  t.true(windowOf(1000, 0.2, calm).hasRoomForSecond(60_000, 60_000));
});
