import { createHash } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import {
  recordOf,
  rememberedOf,
  type SessionFacts,
} from '../../../appliance/registry/session-record.ts';
import { foundSession } from '../../../protocol/session/begin.ts';
import { DEFAULT_POLICY } from '../../../protocol/session/policy.ts';
import { isShown, ownerOf } from '../../../protocol/session/state.ts';
import { commands, Storm } from '../../protocol/session/storm.ts';
import { open } from './open.ts';

const policy = { ...DEFAULT_POLICY, lifetimeMs: 1e6 };

test('whatever happens on the floor can be kept, and found again after the broker was away', async (t) => {
  let kept = 0;
  const run = fc.asyncProperty(commands, async (storm) => {
    using opened = open('memory');
    const { sessions } = opened.registry;
    const world = new Storm(policy);
    for (const command of storm) {
      world.run(command);
      kept += await keep(world, sessions);
    }
    for (const record of await sessions.list()) {
      const before = world.floor.get(record.id);
      const { state } = foundSession(rememberedOf(record, world.nowMs), policy, world.nowMs);
      const lock = before && 'lock' in before ? before.lock : 'none';
      if (state.lock !== (lock === 'none' ? 'detached' : lock)) throw new Error('the lock is lost');
      if (before && ownerOf(before) && state.shownAtMs !== world.nowMs) throw new Error('aged');
    }
  });
  await fc.assert(run, { numRuns: 25 });
  t.true(kept > 200);
});

/** Saves what changed: those that lost their terminal before those that got one. Returns the number of changes. */
async function keep(
  world: Storm,
  sessions: ReturnType<typeof open>['registry']['sessions'],
): Promise<number> {
  let changes = 0;
  const live = [...world.floor.sessions()].flatMap((state) =>
    state.name === 'destroyed' ? [] : state,
  );
  for (const { id, revision } of await sessions.list()) {
    if (!live.some((state) => state.id === id)) await sessions.remove(id, revision);
  }
  live.sort((a, b) => Number(isShown(a)) - Number(isShown(b)));
  for (const state of live) {
    const before = await sessions.get(state.id);
    const facts: SessionFacts = {
      revision: before?.revision ?? 0,
      user: state.id,
      exclusive: true,
      details: {},
    };
    // Storms name tokens in short.
    const inShort = recordOf(state, facts);
    const record = {
      ...inShort,
      token: inShort.token && createHash('sha256').update(inShort.token).digest('hex'),
    };
    if (JSON.stringify(record) === JSON.stringify(before)) continue;
    await sessions.save([record]);
    changes++;
  }
  return changes;
}
