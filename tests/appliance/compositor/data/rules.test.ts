import test from 'ava';
import {
  agreeOnAction,
  isActionMask,
  isPreferredAction,
} from '../../../../appliance/compositor/data/dnd-actions.ts';
import { MimeTypes } from '../../../../appliance/compositor/data/mime-types.ts';

const [NONE, COPY, MOVE, ASK] = [0, 1, 2, 4];

test('both sides agree on the preferred action, else the mildest', (t) => {
  const table = [
    [COPY | MOVE, COPY | MOVE, MOVE, MOVE],
    [COPY, COPY | MOVE, MOVE, COPY],
    [MOVE | ASK, MOVE | ASK, NONE, MOVE],
    [MOVE, COPY, COPY, NONE],
    [NONE, COPY, COPY, NONE],
    [ASK, ASK | COPY, COPY, ASK],
  ] as const;
  for (const [source, target, preferred, wanted] of table) {
    t.is(agreeOnAction(source, target, preferred), wanted, `${source} ${target} ${preferred}`);
  }
});

test('masks and preferences that make sense', (t) => {
  t.true([0, 1, 7].every(isActionMask));
  t.false([8, -1, 0x80000001].some(isActionMask));
  t.true(isPreferredAction(NONE, NONE));
  t.true(isPreferredAction(MOVE, MOVE | COPY));
  t.false(isPreferredAction(MOVE, COPY));
  t.false(isPreferredAction(COPY | MOVE, COPY | MOVE));
});

test('the types of a source are bounded and each there once', (t) => {
  const types = new MimeTypes();
  for (let i = 0; i < 10_000; i++) types.add(`type/${i}`);
  types.add('type/1');
  t.is([...types].length, 512);
  const longer = new MimeTypes();
  longer.add('x'.repeat(2000));
  t.false(longer.has('x'.repeat(2000)));
});
