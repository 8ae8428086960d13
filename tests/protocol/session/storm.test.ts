import test from 'ava';
import fc from 'fast-check';
import { DEFAULT_POLICY, type SessionPolicy } from '../../../protocol/session/policy.ts';
import { candidateOf } from '../../../protocol/session/state.ts';
import { commands, Storm } from './storm.ts';

const policies: Record<string, SessionPolicy> = {
  'a password always': { ...DEFAULT_POLICY, lifetimeMs: 1e6 },
  "the card's key within a grace time": {
    ...DEFAULT_POLICY,
    lifetimeMs: 1e6,
    idle: { afterMs: 1000, action: 'suspend' },
    unlock: { always: ['pam'], withinGrace: ['cardKey'], graceMs: 3000 },
  },
  'nothing, as in a kiosk': {
    ...DEFAULT_POLICY,
    lifetimeMs: 1e6,
    lockOnDetach: false,
    idle: { afterMs: 1000, action: 'end' },
    unlock: { always: ['nothing'], withinGrace: [], graceMs: 0 },
  },
};

for (const [name, policy] of Object.entries(policies)) {
  test(`storms over three terminals and three sessions keep the rules: ${name}`, (t) => {
    let attachments = 0;
    fc.assert(
      fc.property(commands, (storm) => {
        const world = new Storm(policy);
        for (const command of storm) world.run(command);
        attachments += world.witness.attachments;
      }),
      { numRuns: 400 },
    );
    t.true(attachments > 500, `the storms must reach what they test: ${attachments} attachments`);
  });

  test(`storms settle and leave nothing behind: ${name}`, (t) => {
    fc.assert(
      fc.property(commands, (storm) => {
        const world = new Storm(policy);
        for (const command of storm) world.run(command);
        let fired = 0;
        while (world.fire(0)) if (++fired > 100) throw new Error('the timers never come to an end');
        const left = [...world.floor.sessions()];
        if (left.length > 0) throw new Error(`left behind: ${left.map((state) => state.name)}`);
        if (world.witness.showing.size > 0) throw new Error('a terminal still shows a session');
        if (world.witness.asked.size > 0) throw new Error('a terminal still asks for a proof');
      }),
      { numRuns: 200 },
    );
    t.pass();
  });
}

test('the card of a session decides in the end, whatever was before', (t) => {
  fc.assert(
    fc.property(commands, fc.constantFrom('hall', 'lab', 'office'), (storm, terminal) => {
      const world = new Storm({ ...DEFAULT_POLICY, lifetimeMs: 1e6 });
      for (const command of storm) world.run(command);
      const state = world.floor.get('ann');
      if (!state) return;
      world.run({ kind: 'event', session: 'ann', terminal, type: 'started', proof: 0 });
      world.run({ kind: 'card', session: 'ann', terminal });
      const asking = world.floor.get('ann');
      const shownBefore = world.floor.shownAt(terminal)?.id === 'ann';
      if (!shownBefore && (!asking || candidateOf(asking)?.place.terminal !== terminal)) {
        throw new Error('the terminal is not asked for a proof');
      }
      world.run({ kind: 'event', session: 'ann', terminal, type: 'authenticated', proof: 0 });
      if (world.floor.shownAt(terminal)?.id !== 'ann') throw new Error('the session does not show');
    }),
    { numRuns: 200 },
  );
  t.pass();
});
