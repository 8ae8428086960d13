import test from 'ava';
import { findTileCapability, tileCapabilityName } from '../../protocol/tile-capability.ts';

test('a terminal says how many tiles it keeps', (t) => {
  t.is(findTileCapability(['zstd', tileCapabilityName(4096)]), 4096);
});

test('one that says nothing, or nonsense, keeps none', (t) => {
  const names = ['zstd', 'tiles:', 'tiles:0', 'tiles:-4', 'tiles:1e3', 'tiles:123456', 'xtiles:5'];
  t.is(findTileCapability(names), 0);
});
