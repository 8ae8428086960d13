import test from 'ava';
import { Acknowledgements } from '../../../firmware/connection/acknowledgements.ts';
import type { FrameAck } from '../../../protocol/generated/display.ts';

const ack = (frame: number, output = 0, view = 1): FrameAck => ({
  type: 'FrameAck',
  frame,
  output,
  receivedUs: 1000,
  presentedUs: 1010,
  decodeUs: 4,
  view,
});

function recorded() {
  const sent: string[] = [];
  const acknowledgements = new Acknowledgements(({ frame, output }, step) =>
    sent.push(`${step ? 'step ' : ''}${frame}@${output}`),
  );
  return { acknowledgements, sent };
}

test('that of a relaxed step waits for the next input, once', (t) => {
  const { acknowledgements, sent } = recorded();
  acknowledgements.acknowledge(ack(1), true);
  t.deepEqual(sent, []);
  t.is(acknowledgements.take()?.frame, 1);
  t.is(acknowledgements.take(), null);
});

test('a later relaxed step covers the one before', (t) => {
  const { acknowledgements, sent } = recorded();
  acknowledgements.acknowledge(ack(1), true);
  acknowledgements.acknowledge(ack(2), true);
  t.is(acknowledgements.take()?.frame, 2);
  t.deepEqual(sent, []);
});

test('others go at once, on the way that their frame came', (t) => {
  const { acknowledgements, sent } = recorded();
  acknowledgements.acknowledge(ack(1), undefined);
  acknowledgements.acknowledge(ack(2), true);
  acknowledgements.acknowledge(ack(3), false);
  t.deepEqual(sent, ['1@0', 'step 3@0']);
  t.is(acknowledgements.take(), null, 'it is covered');
});

test('what waits for another output goes too, what waits for another view does not', (t) => {
  const { acknowledgements, sent } = recorded();
  acknowledgements.acknowledge(ack(1, 0), true);
  acknowledgements.acknowledge(ack(7, 1), undefined);
  t.deepEqual(sent, ['step 1@0', '7@1']);
  acknowledgements.acknowledge(ack(8, 1), true);
  acknowledgements.acknowledge(ack(1, 0, 2), undefined);
  t.deepEqual(sent.slice(2), ['1@0']);
});
