/** Prints what devices do, a JSON object per line; a number on standard input is a mask of LEDs, `quit` ends it. */
import { createInterface } from 'node:readline';
import { Input } from '../../../native/input/index.ts';

const settings = {
  acceleration: 0,
  profile: 'flat',
  naturalScroll: true,
  tap: true,
  leftHanded: false,
} as const;

const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
const input = new Input(
  settings,
  {
    events: (events) => events.forEach(print),
    lost: ({ call, errno }) => print({ type: 'lost', call, errno }),
    said: (line) => print({ type: 'said', line }),
  },
  [],
);
print({ type: 'ready', active: input.active, seat: input.seatName, daemon: input.daemon });
createInterface(process.stdin).on('line', (line) => {
  if (line === 'quit') {
    input[Symbol.dispose]();
    process.stdin.destroy();
    print({ type: 'closed' });
  } else {
    input.setLeds(Number(line));
    print({ type: 'lit' });
  }
});
