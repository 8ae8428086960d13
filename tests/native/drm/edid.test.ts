import test from 'ava';
import { parseEdid } from '../../../native/drm/edid.ts';

/** A 1920x1080 monitor of 527x296 mm. */
function monitor(): Uint8Array {
  const bytes = new Uint8Array(256);
  bytes.set([0, 255, 255, 255, 255, 255, 255, 0, 0x10, 0xac, 0x34, 0x12, 1, 2, 0, 0]);
  bytes.set([53, 30], 21);
  // 148.5 MHz, 1920+280 x 1080+45
  bytes.set([0x02, 0x3a, 0x80, 0x18, 0x71, 0x38, 0x2d, 0x40, 0x58, 0x2c, 0x45, 0], 54);
  bytes.set([0x0f, 0x28, 0x21], 66);
  bytes.set([0, 0, 0, 0xfc, 0, ...Buffer.from('U2415 \x1b[31m\n')], 72);
  bytes.set([0, 0, 0, 0xff, 0, ...Buffer.from('ABC1234567890')], 90);
  bytes[126] = 1;
  return sealed(sealed(bytes, 0), 128);
}

function sealed(bytes: Uint8Array, at: number): Uint8Array {
  const block = bytes.subarray(at, at + 128);
  block[127] = 0;
  block[127] = -block.reduce((sum, byte) => sum + byte, 0) & 0xff;
  return bytes;
}

test('a monitor tells its maker, its name, its size and what it likes', (t) => {
  const edid = parseEdid(monitor());
  t.like(edid, { maker: 'DEL', product: 0x1234, serial: 0x0201, serialText: 'ABC1234567890' });
  t.is(edid?.name, 'U2415 [31m', 'nothing but printable characters');
  t.deepEqual(edid?.sizeMm, { width: 527, height: 296 });
  t.deepEqual(edid?.preferred, { width: 1920, height: 1080, refreshHz: 60 });
  t.is(edid?.extensions, 1);
});

test('without a fine size the coarse one serves, and a projector has none', (t) => {
  const bytes = monitor();
  bytes.set([0, 0, 0], 66);
  t.deepEqual(parseEdid(sealed(bytes, 0))?.sizeMm, { width: 530, height: 300 });
  bytes.set([0, 0], 21);
  t.is(parseEdid(sealed(bytes, 0))?.sizeMm, null);
});

test('what is no EDID is none', (t) => {
  t.is(parseEdid(new Uint8Array(0)), null);
  t.is(parseEdid(monitor().subarray(0, 127)), null);
  const wrongSum = monitor();
  wrongSum[20] = 1;
  t.is(parseEdid(wrongSum), null);
  const wrongMagic = monitor();
  wrongMagic[0] = 1;
  t.is(parseEdid(sealed(wrongMagic, 0)), null);
  const wrongMaker = monitor();
  wrongMaker[8] = 0xff;
  t.is(parseEdid(sealed(wrongMaker, 0)), null);
});

test('extensions that are cut off or spoiled do not count', (t) => {
  t.is(parseEdid(monitor().subarray(0, 200))?.extensions, 0);
  const spoiled = monitor();
  spoiled[130] = 1;
  t.is(parseEdid(spoiled)?.extensions, 0);
});

test('10,000 hostile EDIDs give something sane or nothing', (t) => {
  let state = 1;
  const chance = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
  let understood = 0;
  for (let run = 0; run < 10_000; run++) {
    const bytes = monitor().slice(0, chance(3) === 0 ? chance(257) : 256);
    for (let i = chance(12); i > 0 && bytes.length > 8; i--)
      bytes[8 + chance(bytes.length - 8)] = chance(256);
    if (bytes.length >= 128) sealed(bytes, 0);
    const edid = parseEdid(bytes);
    if (!edid) continue;
    understood++;
    const { maker, name, serialText, sizeMm, preferred, extensions } = edid;
    const sane =
      /^[A-Z]{3}$/.test(maker) &&
      [name, serialText].every((text) => /^[\x20-\x7e]{0,13}$/.test(text)) &&
      (sizeMm === null || (sizeMm.width > 0 && sizeMm.height > 0)) &&
      (preferred === null ||
        (preferred.width > 0 && preferred.height > 0 && Number.isFinite(preferred.refreshHz))) &&
      extensions <= 1;
    if (!sane) return t.fail(`run ${run}: ${JSON.stringify(edid)}`);
  }
  t.true(understood > 1000);
});
