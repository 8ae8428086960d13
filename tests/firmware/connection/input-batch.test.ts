import test from 'ava';
import { InputBatch } from '../../../firmware/connection/input-batch.ts';
import { decodeInput } from '../../../protocol/generated/input.ts';

const message = (...bytes: number[]): Uint8Array => Uint8Array.from([1, ...bytes]);

function recorded(together: boolean) {
  const sent: number[][][] = [];
  const batch = new InputBatch((bytes) => {
    const whole = decodeInputOrRaw(bytes);
    sent.push(whole.map((each) => [...each]));
  });
  batch.together = together;
  return { batch, sent };
}

function decodeInputOrRaw(bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes[0] !== 15) return [bytes];
  const decoded = decodeInput(bytes);
  return decoded.type === 'Together' ? decoded.messages : [];
}

test('what happens in one turn goes together at its end', async (t) => {
  const { batch, sent } = recorded(true);
  batch.add(message(1));
  batch.add(message(2));
  t.deepEqual(sent, []);
  await Promise.resolve();
  t.deepEqual(sent, [
    [
      [1, 1],
      [1, 2],
    ],
  ]);
  batch.add(message(3));
  await Promise.resolve();
  t.deepEqual(sent[1], [[1, 3]], 'one alone needs nothing around it');
});

test('to a session that knows no batches everything goes at once', (t) => {
  const { batch, sent } = recorded(false);
  batch.add(message(1));
  batch.add(message(2));
  t.deepEqual(sent, [[[1, 1]], [[1, 2]]]);
});

test('a batch has a bound, and a long message goes alone, in its turn', async (t) => {
  const { batch, sent } = recorded(true);
  for (let i = 0; i < 13; i++) batch.add(message(i));
  t.deepEqual(
    sent.map((list) => list.length),
    [12],
  );
  batch.add(message(...new Array<number>(64).fill(9)));
  t.deepEqual(
    sent.map((list) => list.length),
    [12, 1, 1],
  );
  t.deepEqual(sent[1], [[1, 12]]);
  await Promise.resolve();
  t.is(sent.length, 3);
});

test('it can be flushed before the turn ends', async (t) => {
  const { batch, sent } = recorded(true);
  batch.add(message(1));
  batch.flush();
  batch.flush();
  await Promise.resolve();
  t.deepEqual(sent, [[[1, 1]]]);
});
