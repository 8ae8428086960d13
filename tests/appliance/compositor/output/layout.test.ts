import test from 'ava';
import type { OutputConfig } from '../../../../appliance/compositor/output/output-config.ts';
import { Bench, SCREEN } from '../wayland-fakes/bench.ts';
import type { FakeResource } from '../wayland-fakes/fake-client.ts';

test('wl_output tells what its version knows', (t) => {
  const bench = new Bench([{ ...SCREEN, scale120: 180, transform: 1, x: 5 }]);
  const output = bench.display.bind<FakeResource>(bench.client, 'wl_output', 4);
  t.deepEqual(bench.client.takeEvents(), [
    `${output}.geometry 5 0 300 200 0 Make Model 1`,
    `${output}.mode 3 800 600 60000`,
    `${output}.scale 2`,
    `${output}.name TEST-1`,
    `${output}.description Make Model (TEST-1)`,
    `${output}.done`,
  ]);
  const old = bench.display.bind<FakeResource>(bench.client, 'wl_output', 1);
  t.deepEqual(
    bench.client.takeEvents().map((event) => event.split(' ')[0]),
    [`${old}.geometry`, `${old}.mode`],
  );
});

test('xdg_output tells the logical size and follows a change', (t) => {
  const bench = new Bench([{ ...SCREEN, scale120: 180 }]);
  const manager = bench.display.bind<FakeResource>(bench.client, 'zxdg_output_manager_v1');
  const output = bench.display.bind<FakeResource>(bench.client, 'wl_output');
  const xdg = bench.client.create<FakeResource>('zxdg_output_v1', 3);
  bench.client.takeEvents();
  manager.request('getXdgOutput', xdg, output);
  t.deepEqual(bench.client.takeEvents(), [
    `${xdg}.logical_position 0 0`,
    `${xdg}.logical_size 533 400`,
    `${xdg}.name TEST-1`,
    `${xdg}.description Make Model (TEST-1)`,
    `${output}.done`,
  ]);
  bench.outputs.apply([{ ...SCREEN, widthPx: 1000 }]);
  const events = bench.client.takeEvents();
  t.deepEqual(events.slice(0, 2), [`${xdg}.logical_position 0 0`, `${xdg}.logical_size 1000 600`]);
  t.is(events.at(-1), `${output}.done`);
  bench.outputs.apply([{ ...SCREEN, widthPx: 1000 }]);
  t.deepEqual(bench.client.takeEvents(), [], 'the same once more is no change');
});

test('an object of an unplugged output does nothing and hurts nobody', (t) => {
  const bench = new Bench([SCREEN, { ...SCREEN, id: 2, x: 800 }]);
  const manager = bench.display.bind<FakeResource>(bench.client, 'zxdg_output_manager_v1');
  const output = bench.display.bind<FakeResource>(bench.client, 'wl_output');
  bench.outputs.apply([SCREEN]);
  bench.client.takeEvents();
  manager.request('getXdgOutput', bench.client.create('zxdg_output_v1'), output);
  output.request('release');
  t.deepEqual(bench.client.takeEvents(), []);
});

test('a changed size damages the whole picture and nothing beyond it', (t) => {
  const bench = new Bench();
  bench.settle();
  bench.outputs.apply([{ ...SCREEN, widthPx: 640, heightPx: 480 }]);
  t.deepEqual(bench.damage(), [[0, 0, 640, 480]]);
  t.deepEqual(bench.output.usable, { x: 0, y: 0, width: 640, height: 480 });
});

test('points: which output shows them, and the nearest one that is shown', (t) => {
  const { outputs } = new Bench([SCREEN, { ...SCREEN, id: 2, x: 800, y: 100 }]);
  t.is(outputs.outputAt(799.9, 0)?.id, 1);
  t.is(outputs.outputAt(800, 150)?.id, 2);
  t.is(outputs.outputAt(800, 50), null);
  t.deepEqual(outputs.clamp(-5, 20), { x: 0, y: 20 });
  t.deepEqual(outputs.clamp(900, 50), { x: 900, y: 100 });
  t.true(outputs.clamp(5000, 300).x < 1600);
});

test('windows are aligned to whole physical pixels', (t) => {
  const { output } = new Bench([{ ...SCREEN, scale120: 150, x: 7 }]);
  for (const x of [7, 8, 100.3, 333]) {
    const aligned = output.align(x, x);
    const px = (aligned.x - 7) * 1.25;
    t.true(Math.abs(px - Math.round(px)) < 1e-9);
    t.true(Math.abs(aligned.x - x) <= 0.4);
  }
});

const wrong: [string, Partial<OutputConfig>][] = [
  ['no width', { widthPx: 0 }],
  ['enormous', { heightPx: 1e9 }],
  ['not a number', { widthPx: Number.NaN }],
  ['no scale', { scale120: 0 }],
  ['transform', { transform: 8 }],
];
for (const [name, change] of wrong)
  test(`refused and nothing changed: ${name}`, (t) => {
    const { outputs } = new Bench();
    t.throws(
      () =>
        outputs.apply([
          { ...SCREEN, id: 9 },
          { ...SCREEN, ...change },
        ]),
      {
        instanceOf: RangeError,
      },
    );
    t.deepEqual(
      outputs.outputs.map((output) => output.id),
      [1],
    );
  });

test('refused: none, two with one id', (t) => {
  const { outputs } = new Bench();
  t.throws(() => outputs.apply([]), { instanceOf: RangeError });
  t.throws(() => outputs.apply([SCREEN, SCREEN]), { instanceOf: RangeError });
});
