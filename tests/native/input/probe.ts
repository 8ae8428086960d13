/**
 * Prints what devices do, a JSON object per line; a number on standard input is a mask of LEDs, `quit` ends it. So does
 * the key Escape, in the middle of what is being told.
 */
import { createInterface } from 'node:readline';
import { Input } from '../../../native/input/index.ts';

const settings = {
  acceleration: 0,
  profile: 'flat',
  naturalScroll: true,
  tap: true,
  leftHanded: false,
} as const;

const ESCAPE = 1;
const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
const input = new Input(
  settings,
  {
    events: (events) => {
      for (const event of events) print(event);
      if (events.some((event) => event.type === 'key' && event.code === ESCAPE)) quit();
    },
    lost: ({ call, errno }) => print({ type: 'lost', call, errno }),
    said: (line) => print({ type: 'said', line }),
  },
  [],
);
print({ type: 'ready', active: input.active, seat: input.seatName, daemon: input.daemon });
createInterface(process.stdin).on('line', (line) => {
  if (line === 'quit') quit();
  else {
    input.setLeds(Number(line));
    print({ type: 'lit' });
  }
});

function quit(): void {
  input[Symbol.dispose]();
  process.stdin.destroy();
  print({ type: 'closed' });
}
