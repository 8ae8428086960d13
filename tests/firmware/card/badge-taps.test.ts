import test from 'ava';
import fc from 'fast-check';
import {
  NO_BADGE,
  type TapEvent,
  type TapState,
  tapTransition,
} from '../../../firmware/card/badge-taps.ts';

const seen = (id: string, isShown = true): TapEvent => ({ type: 'seen', id, isShown });
const gone: TapEvent = { type: 'gone' };
const lost: TapEvent = { type: 'lost' };

/** What follows, as one word each. */
function play(leaves: 'tap' | 'absence', events: readonly TapEvent[]): string {
  let state: TapState = NO_BADGE;
  const told: string[] = [];
  for (const event of events) {
    const step = tapTransition(state, event, leaves);
    state = step.state;
    for (const effect of step.effects) told.push(effect.type === 'insert' ? `+${effect.id}` : '-');
  }
  return told.join(' ');
}

const stories: [string, 'tap' | 'absence', TapEvent[], string][] = [
  ['a tap brings, a second one takes', 'tap', [seen('a'), gone, seen('a'), gone], '+a -'],
  ['a badge that is held there is one tap', 'tap', [seen('a'), seen('a'), seen('a'), gone], '+a'],
  ['another badge takes the place', 'tap', [seen('a'), gone, seen('b')], '+a - +b'],
  ['another badge at once', 'tap', [seen('a'), seen('b'), gone, seen('b')], '+a - +b -'],
  ['three taps', 'tap', [seen('a'), gone, seen('a'), gone, seen('a')], '+a - +a'],
  ['a session that is elsewhere comes back', 'tap', [seen('a'), gone, seen('a', false)], '+a - +a'],
  ['an unplugged reader takes it', 'tap', [seen('a'), gone, lost, seen('a', false)], '+a - +a'],
  ['lying there brings, leaving takes', 'absence', [seen('a'), seen('a'), gone], '+a -'],
  ['another one lies there', 'absence', [seen('a'), seen('b'), gone], '+a - +b -'],
  ['nothing was there', 'absence', [gone, lost], ''],
];
for (const [title, leaves, events, told] of stories)
  test(`${leaves}: ${title}`, (t) => t.is(play(leaves, events), told));

test('every insertion is followed by its removal before the next', (t) => {
  const id = fc.constantFrom('a', 'b', 'c');
  const event = fc.oneof(
    fc.record({ type: fc.constant('seen' as const), id, isShown: fc.boolean() }),
    fc.constant(gone),
    fc.constant(lost),
  );
  const leaves = fc.constantFrom('tap' as const, 'absence' as const);
  fc.assert(
    fc.property(leaves, fc.array(event, { maxLength: 40 }), (how, events) => {
      const told = play(how, [...events, lost]);
      t.regex(told, /^(?:\+[abc] -(?: |$))*$/);
    }),
    { numRuns: 10_000 },
  );
});
