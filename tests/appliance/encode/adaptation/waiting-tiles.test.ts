import test from 'ava';
import { WaitingTiles } from '../../../../appliance/encode/adaptation/waiting-tiles.ts';

test('a place waits when a tile that lies in it completely does', (t) => {
  // 4 tiles of 64 pixels in 3 rows, the last ones cut; the one at 64, 64 waits.
  const tiles = new Uint8Array(12);
  tiles[5] = 1;
  const waiting = new WaitingTiles(tiles, 200);
  const within = (left: number, top: number, right: number, bottom: number) =>
    waiting.within({ left, top, right, bottom });
  t.true(within(0, 0, 200, 150));
  t.true(within(64, 64, 128, 128));
  t.true(within(-500, -500, 5000, 5000));
  t.false(within(65, 64, 128, 128));
  t.false(within(64, 64, 127, 128));
  t.false(within(128, 0, 200, 150));
  t.false(within(100, 100, 100, 100));
  t.false(within(-100, -100, -10, -10));
});
