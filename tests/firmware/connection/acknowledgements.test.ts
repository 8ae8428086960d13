import { once } from 'node:events';
import test from 'ava';
import { Acknowledgements } from '../../../firmware/connection/acknowledgements.ts';
import type { FrameAck } from '../../../protocol/generated/display.ts';

const ack = (frame: number, receivedUs: number, output = 0): FrameAck => ({
  type: 'FrameAck',
  frame,
  output,
  receivedUs,
  presentedUs: receivedUs + 10,
  view: 1,
});

function recorded() {
  const sent: string[] = [];
  const acknowledgements = new Acknowledgements(({ frame, output }) =>
    sent.push(`${frame}@${output}`),
  );
  const frame = (number: number, bytes: number, atUs: number, output = 0): void => {
    acknowledgements.arrived(bytes, atUs);
    acknowledgements.acknowledge(ack(number, atUs, output));
  };
  return { acknowledgements, sent, frame };
}

test('a small frame after a pause waits for the next input', (t) => {
  const { acknowledgements, sent, frame } = recorded();
  using _ = acknowledgements;
  frame(1, 100, 0);
  t.deepEqual(sent, []);
  acknowledgements.flush();
  acknowledgements.flush();
  t.deepEqual(sent, ['1@0']);
});

test('a second frame is acknowledged at once, and covers the first', (t) => {
  const { acknowledgements, sent, frame } = recorded();
  using _ = acknowledgements;
  frame(1, 100, 0);
  frame(2, 100, 200_000);
  t.deepEqual(sent, ['2@0']);
  acknowledgements.flush();
  t.deepEqual(sent, ['2@0']);
});

test('frames that follow each other, and big ones, are acknowledged at once', (t) => {
  const { acknowledgements, sent, frame } = recorded();
  using _ = acknowledgements;
  frame(1, 5000, 0);
  frame(2, 100, 16_000);
  frame(3, 100, 32_000);
  t.deepEqual(sent, ['1@0', '2@0', '3@0']);
});

test('what waits for another output goes too', (t) => {
  const { acknowledgements, sent, frame } = recorded();
  using _ = acknowledgements;
  frame(1, 100, 0);
  frame(7, 100, 100_000, 1);
  t.deepEqual(sent, ['1@0', '7@1']);
});

test('a frame that is drawn after the next came does not wait', (t) => {
  const { acknowledgements, sent } = recorded();
  using _ = acknowledgements;
  acknowledgements.arrived(100, 0);
  acknowledgements.arrived(100, 1000);
  acknowledgements.acknowledge(ack(1, 0));
  acknowledgements.acknowledge(ack(2, 1000));
  t.deepEqual(sent, ['1@0', '2@0']);
});

test('without company it goes alone', async (t) => {
  const target = new EventTarget();
  const acknowledgements = new Acknowledgements(() => target.dispatchEvent(new Event('sent')));
  using _ = acknowledgements;
  const sent = once(target, 'sent');
  acknowledgements.arrived(100, 0);
  acknowledgements.acknowledge(ack(1, 0));
  await t.notThrowsAsync(sent);
});
