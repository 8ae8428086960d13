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
  const acknowledgements = new Acknowledgements(
    ({ frame, output }) => sent.push(`${frame}@${output}`),
    () => 0,
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

test('without company it goes alone, and who waited for it is answered at once from then on', async (t) => {
  const target = new EventTarget();
  let sent = 0;
  let nowUs = 0;
  const acknowledgements = new Acknowledgements(
    () => {
      sent++;
      target.dispatchEvent(new Event('sent'));
    },
    () => nowUs,
  );
  using _ = acknowledgements;
  const alone = once(target, 'sent');
  acknowledgements.arrived(100, 0);
  acknowledgements.acknowledge(ack(1, 0));
  nowUs = 700_000;
  await alone;
  for (const [index, atUs] of [720_000, 900_000, 5_000_000].entries()) {
    acknowledgements.arrived(100, atUs);
    acknowledgements.acknowledge(ack(index + 2, atUs));
    t.is(sent, index + 2);
  }
  acknowledgements.arrived(100, 20_000_000);
  acknowledgements.acknowledge(ack(5, 20_000_000));
  t.is(sent, 4);
});
