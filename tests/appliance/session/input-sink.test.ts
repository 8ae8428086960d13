import test from 'ava';
import type { OutputLayout } from '../../../appliance/compositor/output/layout.ts';
import type { Seat } from '../../../appliance/compositor/seat/seat.ts';
import { InputSink } from '../../../appliance/session/input-sink.ts';
import { encodeInput } from '../../../protocol/generated/input.ts';

const VIEW = 7;
const times = { receivedUs: 1, presentUs: 1, decodeUs: 0 };
const view = encodeInput({ type: 'InputView', view: VIEW });
const shown = encodeInput({ type: 'Shown', frame: 3, output: 0, view: VIEW, ...times });

function key(sequence: number, pressed: boolean): Uint8Array {
  return encodeInput({ type: 'Key', sequence, timeUs: 0, code: 30, pressed });
}

function rig() {
  const seen: string[] = [];
  const seat = {
    key: (_timeMs: number, _code: number, pressed: boolean) => seen.push(pressed ? 'down' : 'up'),
  };
  const sink = new InputSink(
    ...([seat as unknown as Seat, {} as OutputLayout, () => 0, VIEW, null] as const),
    ({ frame }) => seen.push(`shown ${frame}`),
  );
  return { seen, sink };
}

test('what happened at once is input first, and acknowledgements after it', (t) => {
  const { seen, sink } = rig();
  sink.receive(view);
  sink.receive(encodeInput({ type: 'Together', messages: [shown, key(1, true), key(2, false)] }));
  t.deepEqual(seen, ['down', 'up', 'shown 3']);
  t.is(sink.sequence, 2);
});

test('input for another view is dropped', (t) => {
  const { seen, sink } = rig();
  sink.receive(key(1, true));
  sink.receive(shown);
  t.deepEqual(seen, ['shown 3']);
});

test('within one another they are refused', (t) => {
  const { sink } = rig();
  const inner = encodeInput({ type: 'Together', messages: [] });
  for (const message of [inner, view])
    t.throws(() => sink.receive(encodeInput({ type: 'Together', messages: [message] })), {
      name: 'ProtocolError',
    });
});
