import test from 'ava';
import { StepRules } from '../../../appliance/session/step-rules.ts';
import type { FrameUpdate } from '../../../protocol/generated/display.ts';

const header = (frame: number, fields: Partial<FrameUpdate> = {}): FrameUpdate => ({
  type: 'FrameUpdate',
  frame,
  output: 0,
  key: false,
  payloadCompressed: false,
  lossy: false,
  payloadFine: false,
  inputSequence: 0,
  widthPx: 640,
  heightPx: 480,
  checksum: 1,
  regions: new Int32Array(0),
  view: 1,
  videos: [],
  ...fields,
});

/** A key frame was sent and acknowledged. */
function begun() {
  const clock = { ms: 0 };
  const rules = new StepRules(() => clock.ms);
  const way = (frame: number, bytes = 10, fields: Partial<FrameUpdate> = {}) => {
    const chosen = rules.choose(header(frame, fields), bytes, true);
    return chosen.kind === 'whole' ? 'whole' : chosen.relaxed ? 'relaxed' : 'step';
  };
  const first = way(1, 10, { key: true });
  return { clock, rules, way, first };
}

test('frames are whole until a whole one is acknowledged, then steps', (t) => {
  const { rules, way, first } = begun();
  t.is(first, 'whole');
  t.is(way(2), 'whole');
  rules.acknowledged(0, 1);
  t.is(way(3), 'whole', 'the second is on its way');
  rules.acknowledged(0, 3);
  t.is(way(4), 'step');
});

test('a whole frame of another output is waited for, too', (t) => {
  const { rules, way } = begun();
  t.is(way(1, 10, { key: true, output: 1 }), 'whole');
  rules.acknowledged(0, 1);
  t.is(way(2), 'whole');
  rules.acknowledged(1, 1);
  rules.acknowledged(0, 2);
  t.is(way(3), 'step');
});

test('only a lone frame is relaxed, and only while the terminal says something now and then', (t) => {
  const { clock, rules, way } = begun();
  rules.acknowledged(0, 1);
  clock.ms = 500;
  t.is(way(2), 'relaxed');
  clock.ms = 516;
  t.is(way(3), 'step');
  clock.ms = 1100;
  t.is(way(4), 'relaxed');
  clock.ms = 15_100;
  t.is(way(5), 'step');
  clock.ms = 15_101;
  rules.acknowledged(0, 5);
  clock.ms = 15_400;
  t.is(way(6), 'relaxed');
});

test('a big frame is whole, and a channel that is closed takes none', (t) => {
  const { rules, way } = begun();
  rules.acknowledged(0, 1);
  t.is(rules.choose(header(2), 10, false).kind, 'whole');
  rules.acknowledged(0, 2);
  t.is(way(3, 2049), 'whole');
});
