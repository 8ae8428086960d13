import test from 'ava';
import { type Input, InputSender } from '../../../firmware/input/input-sender.ts';
import type { SeatOutput } from '../../../firmware/input/pointer-place.ts';
import type { Ability, InputEvent } from '../../../native/input/index.ts';
import { decodeInput } from '../../../protocol/generated/input.ts';
import { added, SeatStage } from './seat-stage.ts';

const SEQUENCES = 10_000;
const TYPES = [
  'key',
  'button',
  'pen-button',
  'motion',
  'place',
  'pen-place',
  'pen-near',
  'pen-tip',
  'scroll',
  'touch-down',
  'touch-motion',
  'touch-up',
  'touch-cancel',
  'touch-frame',
  'gesture',
  'switch',
] as const;
const ODD = [0, -0, 1, -1, 0.5, 15, 120, 1e9, -1e308, Number.NaN, Number.POSITIVE_INFINITY];
const ABILITIES: readonly Ability[] = ['keyboard', 'pointer', 'touch', 'tablet', 'switch'];

/** The same numbers for the same seed. */
class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed * 2_654_435_761 + 1;
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }

  of<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }
}

function anyEvent(chance: Chance): InputEvent {
  const number = () => chance.of(ODD);
  const yes = () => chance.below(2) === 1;
  const axis = () => (yes() ? { value: number(), v120: number() } : null);
  const kind = chance.below(24);
  const device = chance.below(6);
  if (kind === 0) return added(device, [chance.of(ABILITIES)], chance.of([null, 'DP-1', 'DP-9']));
  if (kind === 1) return { type: 'removed', device };
  if (kind === 2) return { type: 'seat', active: yes() };
  return {
    type: chance.of(TYPES),
    device,
    timeUs: number(),
    code: chance.below(800),
    pressed: yes(),
    dx: number(),
    dy: number(),
    dxRaw: number(),
    dyRaw: number(),
    x: number(),
    y: number(),
    near: yes(),
    down: yes(),
    slot: chance.below(300) - 1,
    source: chance.of(['wheel', 'finger', 'continuous']),
    vertical: axis(),
    horizontal: axis(),
    inverted: yes(),
    gesture: 'swipe',
    phase: 'update',
    fingers: 3,
    scale: number(),
    turned: number(),
    which: 'lid',
    on: yes(),
  } as unknown as InputEvent;
}

function anyOutputs(chance: Chance): SeatOutput[] {
  return Array.from({ length: chance.below(4) }, (_, index) => ({
    id: index + 1,
    x: chance.below(3000) - 1000,
    y: chance.below(3000) - 1000,
    width: chance.below(3) === 0 ? 0 : chance.below(4000),
    height: chance.below(4000),
    scale: chance.of([0.5, 1, 1.25, 2, 3]),
    name: `DP-${index + 1}`,
    transform: chance.below(9),
  }));
}

/** Whether a place is on an output; what the wire can tell of it. */
function isOn(
  outputs: readonly SeatOutput[],
  { output, x, y }: { output: number; x: number; y: number },
): boolean {
  const found = outputs.find(({ id }) => id === output);
  if (!found) return false;
  const { width, height, scale } = found;
  return (
    Number.isInteger(x) &&
    Number.isInteger(y) &&
    x >= 0 &&
    y >= 0 &&
    x <= width * scale * 256 &&
    y <= height * scale * 256
  );
}

test(`${SEQUENCES} sequences of anything make inputs that can be sent, on outputs that are there`, (t) => {
  let sent = 0;
  for (let seed = 1; seed <= SEQUENCES; seed++) {
    const chance = new Chance(seed);
    const sender = new InputSender(
      (bytes) => {
        decodeInput(bytes);
        sent++;
      },
      () => 0,
    );
    let outputs = anyOutputs(chance);
    using stage = new SeatStage(outputs);
    stage.inputs.push = (input: Input) => {
      if ('output' in input && !isOn(outputs, input))
        t.fail(`seed ${seed}: ${JSON.stringify(input)} on ${JSON.stringify(outputs)}`);
      sender.send(input);
      return 1;
    };
    for (let steps = chance.below(40); steps > 0; steps--) {
      if (chance.below(12) === 0) {
        outputs = anyOutputs(chance);
        stage.seat.setOutputs(outputs);
      }
      const batch = Array.from({ length: 1 + chance.below(5) }, () => anyEvent(chance));
      stage.do(...batch);
    }
  }
  t.true(sent > SEQUENCES);
});

test('a screen with a thousand fingers has 32', (t) => {
  using stage = new SeatStage();
  const down = (slot: number): InputEvent => ({
    type: 'touch-down',
    device: slot % 7,
    timeUs: 0,
    slot,
    x: 0,
    y: 0,
  });
  stage.do(...Array.from({ length: 1000 }, (_, slot) => down(slot)));
  const ids = stage.take().map((input) => (input.type === 'TouchDown' ? input.id : -1));
  t.deepEqual(
    ids,
    Array.from({ length: 32 }, (_, id) => id),
  );
});
