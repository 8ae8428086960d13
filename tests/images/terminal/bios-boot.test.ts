import test from 'ava';
import { placed } from '../../../images/terminal/bios-boot.ts';

test('both parts of the loader are told where the rest lies', (t) => {
  const boot = Buffer.alloc(512, 0x11);
  const core = Buffer.alloc(3 * 512, 0x22);
  const { firstSector, rest } = placed(boot, core, 2048);
  // The table of partitions follows, and is none of the loader's.
  t.is(firstSector.length, 440);
  t.is(firstSector.readBigUInt64LE(0x5c), 2048n);
  t.is(firstSector.readUInt16BE(0x66), 0x9090);
  t.is(rest.readBigUInt64LE(0x1f4), 2049n);
  t.is(rest.length, core.length);
  t.is(rest.readUInt32LE(0x1fc), 0x22222222);
  t.true(
    core.every((byte) => byte === 0x22),
    'what was given stays as it was',
  );
});
