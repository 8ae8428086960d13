import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import type { Output } from '../../../../appliance/compositor/output/output.ts';
import { PixelImage } from '../../../../native/pixels/index.ts';
import { attach, Bench, damageAll, SCREEN } from '../wayland-fakes/bench.ts';
import type { FakeResource } from '../wayland-fakes/fake-client.ts';

const XRGB = 1;
const STRIDE = 15;

function drawn(bench: Bench): number[][] {
  const { list } = bench.scene.displayList(bench.output);
  const out: number[][] = [];
  for (let i = 0; i < list.length; i += STRIDE) out.push([...list.subarray(i, i + STRIDE)]);
  return out;
}

test('a commit damages its own pixels and changes nothing else in the display list', (t) => {
  const bench = new Bench();
  const made = bench.createMapped(100, 80, XRGB);
  bench.show({ surface: made.surface, x: 30, y: 40 });
  bench.settle();
  const { list, sources } = bench.scene.displayList(bench.output);
  const buffer = bench.client.createBuffer(100, 80, XRGB);
  attach(made, buffer);
  made.resource.request('damageBuffer', 10, 10, 5, 5);
  made.resource.request('damage', 90, 70, 50, 50);
  made.resource.request('commit');
  t.deepEqual(bench.damage(), [
    [120, 110, 10, 10],
    [40, 50, 5, 5],
  ]);
  t.is(bench.scene.displayList(bench.output).list, list);
  t.true(sources.includes(buffer.shm.source));
});

test('the first picture damages everything', (t) => {
  t.deepEqual(new Bench().damage(), [[0, 0, 800, 600]]);
});

test('moving damages both places and hints at a copy', (t) => {
  const bench = new Bench();
  const { surface } = bench.createMapped(100, 100, XRGB);
  bench.show({ surface, x: 0, y: 0 });
  bench.settle();
  bench.show({ surface, x: 300, y: 550 });
  t.deepEqual(bench.damage(), [
    [0, 0, 100, 100],
    [300, 550, 100, 50],
  ]);
  t.deepEqual([...bench.scene.takeCopies(bench.output)], [0, 0, 300, 550, 100, 50]);
  bench.settle();
  t.deepEqual([...bench.scene.takeCopies(bench.output)], []);
});

test('two moves before a frame are one hint from where the terminal has it', (t) => {
  const bench = new Bench();
  const { surface } = bench.createMapped(100, 100, XRGB);
  bench.show({ surface, x: 0, y: 0 });
  bench.settle();
  bench.show({ surface, x: 10, y: 0 });
  bench.scene.arrange();
  bench.show({ surface, x: 20, y: 5 });
  t.deepEqual([...bench.scene.takeCopies(bench.output)], [0, 0, 20, 5, 100, 100]);
});

test('raising damages the raised one alone', (t) => {
  const bench = new Bench();
  const [a, b] = [bench.createMapped(50, 50), bench.createMapped(60, 60)];
  const place = (made: typeof a) => ({ surface: made.surface, x: 0, y: 0 });
  bench.show(place(a), place(b));
  bench.settle();
  bench.show(place(b), place(a));
  t.is(bench.damage().length, 1);
});

test('what is behind something opaque is neither drawn nor damaged, and comes back', (t) => {
  const bench = new Bench();
  const [below, above] = [bench.createMapped(50, 50), bench.createMapped(100, 100, XRGB)];
  const behind = { surface: below.surface, x: 20, y: 20 };
  bench.show(behind, { surface: above.surface, x: 0, y: 0 });
  bench.settle();
  t.is(drawn(bench).length, 2, 'background and the upper one');
  damageAll(below);
  below.resource.request('commit');
  t.deepEqual(bench.damage(), []);
  bench.show(behind, { surface: above.surface, x: 400, y: 0 });
  t.is(drawn(bench).length, 3);
  t.true(bench.damage().some(([x, y, w, h]) => x === 0 && y === 0 && w === 100 && h === 100));
});

test('an opaque region hides like an opaque format', (t) => {
  const bench = new Bench();
  const [below, above] = [bench.createMapped(50, 50), bench.createMapped(100, 100)];
  bench.show({ surface: below.surface, x: 20, y: 20 }, { surface: above.surface, x: 0, y: 0 });
  t.is(drawn(bench).length, 3);
  above.resource.request('setOpaqueRegion', bench.createRegion([10, 10, 80, 80]));
  above.resource.request('commit');
  t.is(drawn(bench).length, 2);
});

test('a frame takes the callbacks of what it shows', (t) => {
  const bench = new Bench();
  const made = bench.createMapped(50, 50);
  bench.show({ surface: made.surface, x: 0, y: 0 });
  bench.settle();
  const callback = bench.requestFrame(made);
  let announced = 0;
  bench.scene.onDamage(() => announced++);
  made.resource.request('commit');
  t.is(announced, 1);
  t.true(bench.scene.needsFrame(bench.output), 'a callback without damage needs a frame too');
  t.deepEqual(bench.damage(), []);
  const frame = bench.scene.frameTaken(bench.output);
  t.false(frame.empty);
  t.deepEqual(bench.client.takeEvents(), []);
  frame.sendFrameCallbacks(77);
  frame.sendFrameCallbacks(78);
  t.deepEqual(bench.client.takeEvents(), [`${callback}.done 77`]);
  t.true(callback.destroyed);
  t.true(bench.scene.frameTaken(bench.output).empty);
});

test('on two outputs the one that shows most of a surface takes its callbacks', (t) => {
  const right = { ...SCREEN, id: 2, name: 'TEST-2', x: 800, scale120: 240 };
  const bench = new Bench([SCREEN, right]);
  const [first, second] = bench.outputs.outputs as [Output, Output];
  const made = bench.createMapped(100, 100);
  for (const [x, main, other] of [
    [760, second, first],
    [740, first, second],
  ] as const) {
    bench.show({ surface: made.surface, x, y: 0 });
    const callback = bench.requestFrame(made);
    made.resource.request('commit');
    t.true(bench.scene.frameTaken(other).empty);
    const frame = bench.scene.frameTaken(main);
    t.false(frame.empty);
    frame.sendFrameCallbacks(1);
    t.true(callback.destroyed);
  }
});

test('each new arrangement is told, also while no frame is taken', (t) => {
  const bench = new Bench();
  const made = bench.createMapped(50, 50);
  let told = 0;
  bench.scene.onArrangement(() => told++);
  bench.show({ surface: made.surface, x: 0, y: 0 });
  bench.show({ surface: made.surface, x: 9, y: 0 });
  attach(made, bench.client.createBuffer(60, 60));
  made.resource.request('commit');
  t.is(told, 3);
  attach(made, bench.client.createBuffer(60, 60));
  made.resource.request('commit');
  t.is(told, 3, 'new content in the same place is no news');
  made.resource.request('setInputRegion', bench.createRegion());
  made.resource.request('commit');
  t.is(told, 4, 'input goes elsewhere');
});

test('a hidden application gets its callbacks slowly', async (t) => {
  const bench = new Bench();
  const [below, above] = [bench.createMapped(50, 50), bench.createMapped(100, 100, XRGB)];
  bench.show({ surface: below.surface, x: 0, y: 0 }, { surface: above.surface, x: 0, y: 0 });
  bench.settle();
  const callback = bench.requestFrame(below);
  below.resource.request('commit');
  t.true(bench.scene.frameTaken(bench.output).empty);
  const keepAlive = setInterval(() => {}, 1000);
  t.teardown(() => clearInterval(keepAlive));
  await new Promise<void>((resolve) => callback.onDestroy(resolve));
  t.deepEqual(bench.client.takeEvents(), [`${callback}.done 1234`]);
});

test('each hidden application waits as long, also one that hides while others wait', async (t) => {
  const bench = new Bench();
  const windows = [bench.createMapped(50, 50), bench.createMapped(50, 50)];
  bench.settle();
  const keepAlive = setInterval(() => {}, 1000);
  t.teardown(() => clearInterval(keepAlive));
  const answers = windows.map(async (window, index) => {
    // The subject is time itself: the second asks while the first waits.
    await setTimeout(index * 400);
    const callback = bench.requestFrame(window);
    const asked = performance.now();
    window.resource.request('commit');
    await new Promise<void>((resolve) => callback.onDestroy(resolve));
    return performance.now() - asked;
  });
  for (const waited of await Promise.all(answers)) t.true(waited >= 999, `${waited} ms`);
});

test('enter and leave follow the outputs, also those bound or unplugged later', (t) => {
  const second = { ...SCREEN, id: 2, name: 'TEST-2', x: 800, scale120: 240 };
  const bench = new Bench([SCREEN]);
  const wlOutput = bench.display.bind<FakeResource>(bench.client, 'wl_output');
  const made = bench.createMapped(50, 50);
  bench.client.takeEvents();
  bench.show({ surface: made.surface, x: 10, y: 10 });
  bench.scene.arrange();
  t.deepEqual(bench.client.takeEvents(), [`${made.resource}.enter ${wlOutput}`]);
  bench.outputs.apply([SCREEN, second]);
  bench.show({ surface: made.surface, x: 790, y: 10 });
  bench.scene.arrange();
  t.deepEqual(bench.client.takeEvents(), [`${made.resource}.preferred_buffer_scale 2`]);
  const late = bench.display.bind<FakeResource>(bench.client, 'wl_output');
  t.true(bench.client.takeEvents().includes(`${made.resource}.enter ${late}`));
  bench.outputs.apply([SCREEN]);
  bench.scene.arrange();
  t.deepEqual(bench.client.takeEvents(), [
    `${made.resource}.leave ${late}`,
    `${made.resource}.preferred_buffer_scale 1`,
  ]);
  bench.scene.setItems('windows', []);
  bench.scene.arrange();
  t.deepEqual(bench.client.takeEvents(), [`${made.resource}.leave ${wlOutput}`]);
});

test('fractional scales: exact pixels, preferred scale, damage rounded outward', (t) => {
  const bench = new Bench([{ ...SCREEN, scale120: 180 }]);
  const manager = bench.display.bind<FakeResource>(bench.client, 'wp_fractional_scale_manager_v1');
  const viewporter = bench.display.bind<FakeResource>(bench.client, 'wp_viewporter');
  const made = bench.createSurface();
  const fractional = bench.client.create<FakeResource>('wp_fractional_scale_v1');
  manager.request('getFractionalScale', fractional, made.resource);
  t.true(bench.client.takeEvents().includes(`${fractional}.preferred_scale 180`));
  const viewport = bench.client.create<FakeResource>('wp_viewport');
  viewporter.request('getViewport', viewport, made.resource);
  viewport.request('setDestination', 101, 101);
  attach(made, bench.client.createBuffer(152, 152, XRGB));
  made.resource.request('commit');
  bench.show({ surface: made.surface, x: 11, y: 11 });
  const item = drawn(bench)[1] as number[];
  t.deepEqual(item.slice(2, 10), [17, 17, 152, 152, 0, 0, 152, 152]);
  t.is(item[14], 0, 'one to one is not filtered');
  bench.settle();
  made.resource.request('damageBuffer', 10, 10, 1, 1);
  made.resource.request('commit');
  const [[x, y, w, h] = []] = bench.damage() as [number[]];
  t.true((x as number) <= 27 && (y as number) <= 27 && (w as number) <= 3 && (h as number) <= 3);
});

test('a turned screen: display list, damage and hints are in its own order', (t) => {
  const bench = new Bench([{ ...SCREEN, transform: 1 }]);
  t.is(bench.output.logical.width, 600);
  const { surface } = bench.createMapped(100, 200, XRGB);
  bench.show({ surface, x: 0, y: 0 });
  bench.settle();
  // Counter-clockwise: the upright left top corner is at the bottom left of the picture in memory.
  const item = drawn(bench)[1] as number[];
  t.deepEqual(item.slice(2, 6), [0, 500, 200, 100]);
  t.is(item[10], 3);
  bench.show({ surface, x: 50, y: 0 });
  t.deepEqual(bench.damage(), [
    [0, 500, 200, 100],
    [0, 450, 200, 100],
  ]);
  t.deepEqual([...bench.scene.takeCopies(bench.output)], [0, 500, 0, 450, 200, 100]);
});

test('hit test: topmost surface that takes input, owned items, never a drag icon', (t) => {
  const bench = new Bench();
  const [window, icon] = [bench.createMapped(100, 100), bench.createMapped(20, 20)];
  bench.show({ surface: window.surface, x: 10, y: 10 });
  const bar = { kind: 'solid', x: 10, y: 0, width: 100, height: 10, colour: 0xff000000 } as const;
  bench.scene.setItems('top', [{ ...bar, owner: 'bar' }]);
  bench.scene.setItems('overlay', [{ ...bar, x: 0, width: 800 }]);
  bench.scene.setItems('drag', [{ kind: 'surface', surface: icon.surface, x: 15, y: 15 }]);
  const hit = bench.scene.hitTest(20, 20);
  t.is(hit?.surface, window.surface);
  t.deepEqual([hit?.x, hit?.y], [10, 10]);
  t.is(bench.scene.hitTest(20, 5)?.item.owner, 'bar');
  t.is(bench.scene.hitTest(500, 5), null);
});

test('one image in two places: what stays is not damaged when the other one moves', (t) => {
  const bench = new Bench();
  const image = new PixelImage(20, 20, new Uint8Array(20 * 20 * 4));
  const at = (x: number) => ({ kind: 'image', image, x, y: 0, width: 20, height: 20 }) as const;
  bench.scene.setItems('windows', [at(0), at(100), at(200)]);
  bench.settle();
  bench.scene.setItems('windows', [at(0), at(100), at(300)]);
  t.deepEqual(bench.damage(), [
    [200, 0, 20, 20],
    [300, 0, 20, 20],
  ]);
});

test('a transparent solid takes input and draws nothing', (t) => {
  const bench = new Bench();
  const rim = {
    kind: 'solid',
    x: 5,
    y: 5,
    width: 50,
    height: 50,
    colour: 0,
    owner: 'rim',
  } as const;
  bench.settle();
  bench.scene.setItems('windows', [rim]);
  t.is(bench.scene.hitTest(6, 6)?.item.owner, 'rim');
  t.is(drawn(bench).length, 1);
  t.deepEqual(bench.damage(), []);
});

test('a colour buffer is drawn as a solid', (t) => {
  const bench = new Bench();
  const manager = bench.display.bind<FakeResource>(
    bench.client,
    'wp_single_pixel_buffer_manager_v1',
  );
  const buffer = bench.client.create<FakeResource & { shm: null }>('wl_buffer');
  buffer.shm = null;
  manager.request('createU32RgbaBuffer', buffer, 0x80000000, 0, 0xffffffff, 0xffffffff);
  const made = bench.createSurface();
  attach(made, buffer);
  made.resource.request('commit');
  bench.show({ surface: made.surface, x: 0, y: 0 });
  const item = drawn(bench)[1] as number[];
  t.is(item[0], 0);
  t.is(item[12], 0xff8000ff);
  attach(made, null);
  made.resource.request('commit');
  t.true(bench.client.takeEvents().includes(`${buffer}.release`));
});

test('one small commit costs microseconds', (t) => {
  const bench = new Bench();
  const windows = Array.from({ length: 20 }, () => bench.createMapped(200, 200));
  bench.show(...windows.map(({ surface }, i) => ({ surface, x: i * 20, y: i * 15 })));
  bench.settle();
  const top = windows[19] as (typeof windows)[number];
  const buffers = [bench.client.createBuffer(200, 200), bench.client.createBuffer(200, 200)];
  const commits = 20_000;
  const run = () => {
    const start = process.hrtime.bigint();
    for (let i = 0; i < commits; i++) {
      attach(top, buffers[i & 1]);
      top.resource.request('damageBuffer', i % 150, 10, 8, 16);
      top.resource.request('commit');
      bench.scene.takeDamage(bench.output);
      bench.client.events.length = 0;
    }
    return Number(process.hrtime.bigint() - start) / commits / 1000;
  };
  const bestUs = Math.min(run(), run(), run());
  t.log(`${bestUs.toFixed(2)} us per commit with its damage taken`);
  t.true(bestUs < 50, `${bestUs} us`);
});
