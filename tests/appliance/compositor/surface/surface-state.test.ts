import test from 'ava';
import fc from 'fast-check';
import { Region } from '../../../../appliance/compositor/region/region.ts';
import {
  Changed,
  mergeState,
  SurfaceState,
} from '../../../../appliance/compositor/surface/surface-state.ts';

test('only what changed is taken over, and the source is empty then', (t) => {
  const from = new SurfaceState();
  const into = new SurfaceState();
  into.transform = 3;
  from.scale = 2;
  from.transform = 1;
  from.changed = Changed.scale;
  from.surfaceDamage.addBox(0, 0, 1, 1);
  mergeState(into, from);
  t.is(into.scale, 2);
  t.is(into.transform, 3, 'a value that no request changed stays');
  t.is(into.changed, Changed.scale);
  t.is(from.changed, 0);
  t.true(from.surfaceDamage.isEmpty);
  t.is(from.scale, 2, 'the next commit starts from what was last said');
});

test('offsets and damage of several commits add up', (t) => {
  const into = new SurfaceState();
  for (const [dx, dy] of [
    [3, 0],
    [-1, 4],
  ] as const) {
    const from = new SurfaceState();
    from.dx = dx;
    from.dy = dy;
    from.changed = Changed.offset;
    from.bufferDamage.addBox(dx + 10, 0, dx + 12, 2);
    mergeState(into, from);
    t.is(from.dx, 0);
  }
  t.deepEqual([into.dx, into.dy], [2, 4]);
  t.is(into.bufferDamage.length / 4, 2);
});

test('a chain of commits through the cache ends like the commits one by one', (t) => {
  const step = fc.record({
    scale: fc.option(fc.integer({ min: 1, max: 3 })),
    transform: fc.option(fc.nat(7)),
    input: fc.option(fc.nat(5)),
    destination: fc.option(fc.integer({ min: 1, max: 50 })),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
      const run = (cached: boolean) => {
        const pending = new SurfaceState();
        const cache = new SurfaceState();
        const current = new SurfaceState();
        for (const s of steps) {
          if (s.scale !== null) pending.scale = s.scale;
          if (s.transform !== null) pending.transform = s.transform;
          if (s.input !== null) pending.input = Region.fromBox(0, 0, s.input + 1, 1);
          if (s.destination !== null) pending.destinationWidth = s.destination;
          if (s.scale !== null) pending.changed |= Changed.scale;
          if (s.transform !== null) pending.changed |= Changed.transform;
          if (s.input !== null) pending.changed |= Changed.input;
          if (s.destination !== null) pending.changed |= Changed.viewport;
          mergeState(cached ? cache : current, pending);
        }
        if (cached) mergeState(current, cache);
        const { scale, transform, destinationWidth, input } = current;
        return { scale, transform, destinationWidth, input: input?.boxes };
      };
      t.deepEqual(run(true), run(false));
    }),
  );
});
