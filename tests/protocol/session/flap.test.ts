import test from 'ava';
import fc from 'fast-check';
import {
  EMPTY_READER,
  type ReaderEffect,
  type ReaderState,
  readerTransition,
  SETTLE_MS,
} from '../../../protocol/session/flap.ts';

/** A reader with a clock: lets its timer run out at its time. */
class Reader {
  state: ReaderState = EMPTY_READER;
  nowMs = 0;
  dueMs: number | null = null;
  readonly said: { atMs: number; effect: ReaderEffect }[] = [];

  at(atMs: number, card: string | null): this {
    while (this.dueMs !== null && this.dueMs <= atMs) this.fire();
    this.nowMs = atMs;
    this.#take(card === null ? { type: 'removed', atMs } : { type: 'inserted', token: card, atMs });
    return this;
  }

  fire(): void {
    if (this.dueMs === null) throw new Error('no timer runs');
    this.nowMs = this.dueMs;
    this.dueMs = null;
    this.#take({ type: 'timerFired', atMs: this.nowMs });
  }

  #take(event: Parameters<typeof readerTransition>[1]): void {
    const { state, effects } = readerTransition(this.state, event);
    this.state = state;
    for (const effect of effects) {
      if (effect.type === 'startTimer') {
        if (this.dueMs !== null) throw new Error('the timer was started twice');
        this.dueMs = this.nowMs + effect.afterMs;
      } else if (effect.type === 'stopTimer') {
        if (this.dueMs === null) throw new Error('no timer to stop');
        this.dueMs = null;
      } else this.said.push({ atMs: this.nowMs, effect });
    }
  }

  get heard(): string[] {
    return this.said.map(({ atMs, effect }) => `${atMs} ${effect.type}`);
  }
}

test('an ordinary card is reported at once, in and out', (t) => {
  const reader = new Reader().at(10, 'a').at(5000, null).at(9000, 'a');
  t.deepEqual(reader.heard, ['10 inserted', '5000 removed', '9000 inserted']);
  t.is(reader.dueMs, null);
});

test('a bad contact ends in one removal and one insertion', (t) => {
  const reader = new Reader().at(0, 'a');
  for (let ms = 1000; ms < 2000; ms += 50) reader.at(ms, null).at(ms + 20, 'a');
  reader.fire();
  t.deepEqual(reader.heard, ['0 inserted', '1000 removed', `${1950 + SETTLE_MS} inserted`]);
});

test('a card that is out in the end stays out', (t) => {
  const reader = new Reader().at(0, 'a').at(100, null).at(200, 'a').at(250, null);
  t.deepEqual(reader.heard, ['0 inserted', '100 removed']);
  t.is(reader.dueMs, null);
});

test('another card without a removal in between: the first one is reported gone', (t) => {
  const reader = new Reader().at(0, 'a').at(1000, 'b');
  reader.fire();
  t.deepEqual(reader.heard, ['0 inserted', '1000 removed', '1300 inserted']);
  t.deepEqual(reader.said.at(-1)?.effect, { type: 'inserted', token: 'b' });
});

test('reports repeat nothing and late timers do nothing', (t) => {
  const reader = new Reader().at(0, 'a').at(1, 'a');
  t.deepEqual(reader.heard, ['0 inserted']);
  t.deepEqual(readerTransition(EMPTY_READER, { type: 'removed', atMs: 5 }).effects, []);
  t.deepEqual(readerTransition(EMPTY_READER, { type: 'timerFired', atMs: 5 }).effects, []);
});

test('whatever a reader does: it settles on the truth, removals are never late, insertions never storm', (t) => {
  const steps = fc.array(
    fc.record({ afterMs: fc.nat(700), card: fc.constantFrom('a', 'b', null) }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, (changes) => {
      const reader = new Reader();
      let lying: string | null = null;
      for (const { afterMs, card } of changes) {
        reader.at(reader.nowMs + afterMs, card);
        lying = card;
        const { reported } = reader.state;
        if (reported !== null && reported !== lying) throw new Error('a removal is late');
      }
      if (reader.dueMs !== null) reader.fire();
      if (reader.dueMs !== null) throw new Error('the timer does not come to rest');
      if (reader.state.reported !== lying) throw new Error('it does not settle on the truth');
      const inserted = reader.said.filter(({ effect }) => effect.type === 'inserted');
      for (const [index, { atMs }] of inserted.entries()) {
        const before = inserted[index - 1];
        if (before && atMs - before.atMs < SETTLE_MS) throw new Error('insertions storm');
      }
    }),
    { numRuns: 500 },
  );
  t.pass();
});
