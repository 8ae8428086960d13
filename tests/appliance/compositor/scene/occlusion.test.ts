import test from 'ava';
import fc from 'fast-check';
import { Region } from '../../../../appliance/compositor/region/region.ts';
import { markHidden, type Occluder } from '../../../../appliance/compositor/scene/occlusion.ts';

const SIDE = 16;

function occluder(
  left: number,
  top: number,
  right: number,
  bottom: number,
  solid: boolean,
): Occluder {
  return {
    left,
    top,
    right,
    bottom,
    hidden: false,
    opaqueRegion: () => (solid ? Region.fromBox(left, top, right, bottom) : Region.empty),
  };
}

const placements = fc.array(
  fc
    .tuple(
      fc.integer({ min: -4, max: SIDE }),
      fc.integer({ min: -4, max: SIDE }),
      fc.integer({ min: 1, max: 16 }),
      fc.integer({ min: 1, max: 16 }),
      fc.boolean(),
    )
    .map(([x, y, w, h, solid]) => occluder(x, y, x + w, y + h, solid)),
  { maxLength: 7 },
);

function topmostAt(list: readonly Occluder[], x: number, y: number): Occluder[] {
  const seen: Occluder[] = [];
  for (let i = list.length - 1; i >= 0; i--) {
    const o = list[i] as Occluder;
    if (x < o.left || y < o.top || x >= o.right || y >= o.bottom) continue;
    seen.push(o);
    if (!o.opaqueRegion().isEmpty) break;
  }
  return seen;
}

test('hidden are exactly those that no point of the screen shows', (t) => {
  fc.assert(
    fc.property(placements, (list) => {
      const covered = markHidden(list, SIDE, SIDE);
      const visible = new Set<Occluder>();
      let background = false;
      for (let y = 0; y < SIDE; y++)
        for (let x = 0; x < SIDE; x++) {
          const seen = topmostAt(list, x, y);
          for (const o of seen) visible.add(o);
          background ||= seen.every((o) => o.opaqueRegion().isEmpty);
        }
      for (const o of list) t.is(o.hidden, !visible.has(o));
      t.is(covered, !background);
    }),
    { numRuns: 300 },
  );
});
