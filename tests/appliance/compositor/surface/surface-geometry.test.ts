import test from 'ava';
import fc from 'fast-check';
import { DamageList } from '../../../../appliance/compositor/region/damage-list.ts';
import { toUpright } from '../../../../appliance/compositor/region/transform.ts';
import {
  addBufferDamage,
  addSurfaceDamage,
  type BufferMapping,
  scaleDividesBuffer,
  sourceFits,
  sourceRect,
  surfaceSize,
} from '../../../../appliance/compositor/surface/surface-geometry.ts';

const plain: BufferMapping = {
  bufferWidth: 200,
  bufferHeight: 100,
  scale: 1,
  transform: 0,
  sourceX: -1,
  sourceY: -1,
  sourceWidth: -1,
  sourceHeight: -1,
  destinationWidth: -1,
  destinationHeight: -1,
};

const sizes: [string, Partial<BufferMapping>, number, number][] = [
  ['as the buffer', {}, 200, 100],
  [
    'no buffer',
    { bufferWidth: 0, bufferHeight: 0, destinationWidth: 5, destinationHeight: 5 },
    0,
    0,
  ],
  ['scale 2', { scale: 2 }, 100, 50],
  ['turned', { transform: 1 }, 100, 200],
  ['flipped and turned, scale 2', { transform: 7, scale: 2 }, 50, 100],
  ['destination', { destinationWidth: 83, destinationHeight: 20 }, 83, 20],
  ['source', { sourceX: 0, sourceY: 0, sourceWidth: 82, sourceHeight: 20, scale: 2 }, 82, 20],
  ['odd size at scale 2', { bufferWidth: 33, bufferHeight: 33, scale: 2 }, 17, 17],
];
for (const [name, change, width, height] of sizes)
  test(`size: ${name}`, (t) =>
    t.deepEqual(surfaceSize({ ...plain, ...change }), { width, height }));

test('the source is counted in pixels of the upright buffer', (t) => {
  const source = { sourceX: 5, sourceY: 6.5, sourceWidth: 20, sourceHeight: 10 };
  const mapping = { ...plain, ...source, scale: 2, transform: 1 };
  t.deepEqual(sourceRect(mapping), { x: 10, y: 13, width: 40, height: 20 });
  t.deepEqual(sourceRect({ ...plain, transform: 3 }), { x: 0, y: 0, width: 100, height: 200 });
});

test('a source may touch the edge and not cross it', (t) => {
  const source = { sourceX: 50, sourceY: 0, sourceWidth: 50, sourceHeight: 50, scale: 2 };
  t.true(sourceFits({ ...plain, ...source }));
  t.false(sourceFits({ ...plain, ...source, sourceWidth: 50.5 }));
  t.false(sourceFits({ ...plain, ...source, transform: 1 }));
});

test('scales that do not divide the buffer', (t) => {
  t.true(scaleDividesBuffer({ ...plain, scale: 2 }));
  t.false(scaleDividesBuffer({ ...plain, scale: 3 }));
});

test('buffer damage covers where its pixels are shown, and little more', (t) => {
  const mapping = fc.record({
    scale: fc.constantFrom(1, 2),
    transform: fc.nat(7),
    crop: fc.boolean(),
    stretch: fc.boolean(),
  });
  fc.assert(
    fc.property(mapping, fc.nat(199), fc.nat(99), ({ scale, transform, crop, stretch }, px, py) => {
      const m: BufferMapping = {
        ...plain,
        scale,
        transform,
        ...(crop ? { sourceX: 3, sourceY: 4.5, sourceWidth: 30, sourceHeight: 25 } : {}),
        ...(stretch ? { destinationWidth: 77, destinationHeight: 41 } : {}),
      };
      const size = surfaceSize(m);
      const damage = new DamageList(4);
      damage.addBox(px, py, px + 1, py + 1);
      const out = new DamageList(4);
      addBufferDamage(out, damage, m, size);
      const pixel = toUpright({ x: px, y: py, width: 1, height: 1 }, transform, 200, 100);
      const source = sourceRect(m);
      const inside =
        pixel.x + 1 > source.x &&
        pixel.y + 1 > source.y &&
        pixel.x < source.x + source.width &&
        pixel.y < source.y + source.height;
      t.is(out.isEmpty, !inside);
      if (!inside) return;
      const [left, top, right, bottom] = out.boxes.subarray(0, 4);
      t.true((left as number) >= 0 && (top as number) >= 0);
      t.true((right as number) <= size.width && (bottom as number) <= size.height);
      const centre = ((pixel.x + 0.5 - source.x) * size.width) / source.width;
      if (centre > 0 && centre < size.width)
        t.true((left as number) <= centre && (right as number) >= centre);
      t.true((right as number) - (left as number) <= size.width / source.width + 1e-9);
    }),
    { numRuns: 500 },
  );
});

test('surface damage is clipped to the surface, also where clients damage everything', (t) => {
  const damage = new DamageList(4);
  damage.addBox(-5, -5, 2 ** 31 - 1, 2 ** 31 - 1);
  const out = new DamageList(4);
  addSurfaceDamage(out, damage, { width: 40, height: 30 });
  t.deepEqual([...out.toRects()], [0, 0, 40, 30]);
});
