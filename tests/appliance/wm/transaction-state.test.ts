import test from 'ava';
import fc from 'fast-check';
import {
  idleTransaction,
  type TransactionEvent,
  type TransactionState,
  transition,
} from '../../../appliance/wm/transaction-state.ts';

function run(...events: TransactionEvent[]): { state: TransactionState; effects: string[] } {
  let state: TransactionState = idleTransaction;
  const effects: string[] = [];
  for (const event of events) {
    const next = transition(state, event);
    state = next.state;
    effects.push(...next.effects.map(({ type }) => type));
  }
  return { state, effects };
}

const changed = { type: 'changed', urgent: true } as const;
const dragged = { type: 'changed', urgent: false } as const;
const managed = (...serials: [number, number][]) =>
  ({ type: 'managed', serials: new Map(serials) }) as const;
const committed = (id: number, serial: number) => ({ type: 'committed', id, serial }) as const;

const table: readonly [string, TransactionEvent[], string, string[]][] = [
  ['nothing to wait for', [changed, managed()], 'idle', ['manage', 'render']],
  ['one slow window', [changed, managed([1, 5])], 'waiting', ['manage', 'armDeadline']],
  [
    'drawn in time',
    [changed, managed([1, 5]), committed(1, 4), committed(1, 5)],
    'idle',
    ['manage', 'armDeadline', 'disarmDeadline', 'render'],
  ],
  [
    'a later configure counts too, across the wrap of serials',
    [changed, managed([1, 0xffffffff]), committed(1, 3)],
    'idle',
    ['manage', 'armDeadline', 'disarmDeadline', 'render'],
  ],
  [
    'two windows are shown together',
    [changed, managed([1, 5], [2, 6]), committed(1, 5), { type: 'gone', id: 2 }],
    'idle',
    ['manage', 'armDeadline', 'disarmDeadline', 'render'],
  ],
  [
    'too slow',
    [changed, managed([1, 5]), { type: 'deadline' }],
    'idle',
    ['manage', 'armDeadline', 'late', 'render'],
  ],
  [
    'a drag waits for what it caused',
    [changed, managed([1, 5]), dragged, committed(1, 5)],
    'managing',
    ['manage', 'armDeadline', 'disarmDeadline', 'render', 'manage'],
  ],
  [
    'an urgent change does not wait, but its picture does',
    [changed, managed([1, 5]), changed, managed()],
    'waiting',
    ['manage', 'armDeadline', 'manage'],
  ],
  ['a commit out of the blue', [committed(1, 5), { type: 'gone', id: 1 }], 'idle', []],
];

for (const [name, events, phase, effects] of table) {
  test(name, (t) => {
    const result = run(...events);
    t.is(result.state.phase, phase as TransactionState['phase']);
    t.deepEqual(result.effects, effects);
  });
}

const anyEvent: fc.Arbitrary<TransactionEvent> = fc.oneof(
  fc.record({ type: fc.constant('changed' as const), urgent: fc.boolean() }),
  fc.record({
    type: fc.constant('committed' as const),
    id: fc.integer({ min: 1, max: 3 }),
    serial: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({ type: fc.constant('gone' as const), id: fc.integer({ min: 1, max: 3 }) }),
  fc.constant({ type: 'deadline' as const }),
);
const waits = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 9 })), {
  maxLength: 3,
});

test('the deadline is armed exactly while waiting, and every manage ends in a render', (t) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyEvent, waits), { maxLength: 40 }), (steps) => {
      let state: TransactionState = idleTransaction;
      let armed = false;
      let decided = false;
      const feed = (event: TransactionEvent) => {
        if (event.type === 'deadline') armed = false;
        const next = transition(state, event);
        state = next.state;
        for (const { type } of next.effects) {
          if (type === 'armDeadline') armed = true;
          if (type === 'disarmDeadline') armed = false;
          if (type === 'manage') decided = true;
          if (type === 'render') decided = false;
        }
      };
      for (const [event, serials] of steps) {
        if (event.type === 'deadline' && !armed) continue;
        feed(event);
        while (state.phase === 'managing') feed({ type: 'managed', serials: new Map(serials) });
        if (armed !== (state.phase === 'waiting')) return false;
        if (state.phase === 'idle' && decided) return false;
      }
      return true;
    }),
  );
  t.pass();
});
