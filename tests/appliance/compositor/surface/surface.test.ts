import test from 'ava';
import type { SurfaceRole } from '../../../../appliance/compositor/surface/surface-role.ts';
import { attach, Bench, damageAll } from '../wayland-fakes/bench.ts';
import type { FakeResource } from '../wayland-fakes/fake-client.ts';

const role = (name: string, holdsRoleObject = false): SurfaceRole => ({
  name,
  afterCommit() {},
  onSurfaceDestroyed() {},
  holdsRoleObject: () => holdsRoleObject,
});

test('nothing is current before a commit', (t) => {
  const bench = new Bench();
  const made = bench.createSurface();
  attach(made, bench.client.createBuffer(40, 30));
  t.false(made.surface.hasBuffer);
  made.resource.request('commit');
  t.deepEqual([made.surface.width, made.surface.height], [40, 30]);
});

test('a buffer is released once it is replaced, not before', (t) => {
  const bench = new Bench();
  const made = bench.createSurface();
  const [first, second] = [bench.client.createBuffer(8, 8), bench.client.createBuffer(8, 8)];
  attach(made, first);
  made.resource.request('commit');
  t.is(first.shm.retained, 1);
  attach(made, second);
  t.deepEqual(bench.client.takeEvents(), []);
  made.resource.request('commit');
  t.deepEqual(bench.client.takeEvents(), [`${first}.release`]);
  t.deepEqual([first.shm.retained, second.shm.retained], [0, 1]);
});

test('a buffer that was attached and never committed is not busy', (t) => {
  const bench = new Bench();
  const made = bench.createSurface();
  attach(made, bench.client.createBuffer(8, 8));
  attach(made, bench.client.createBuffer(8, 8));
  made.resource.request('commit');
  t.deepEqual(bench.client.takeEvents(), []);
});

test('a single buffer committed again and again is released when it goes', (t) => {
  const bench = new Bench();
  const made = bench.createSurface();
  const buffer = bench.client.createBuffer(8, 8);
  for (let i = 0; i < 3; i++) {
    attach(made, buffer);
    made.resource.request('commit');
  }
  t.deepEqual(bench.client.takeEvents(), []);
  attach(made, null);
  made.resource.request('commit');
  t.deepEqual(bench.client.takeEvents(), [`${buffer}.release`]);
  t.is(made.surface.width, 0);
});

test('a destroyed surface gives its buffers back', (t) => {
  const bench = new Bench();
  const buffer = bench.client.createBuffer(8, 8);
  const made = bench.createSurface();
  attach(made, buffer);
  made.resource.request('commit');
  made.resource.request('destroy');
  t.deepEqual(bench.client.takeEvents(), [`${buffer}.release`]);
  t.is(buffer.shm.retained, 0);
});

test('a buffer destroyed before the commit counts as none', (t) => {
  const bench = new Bench();
  const made = bench.createMapped(8, 8);
  const buffer = bench.client.createBuffer(9, 9);
  attach(made, buffer);
  buffer.request('destroy');
  made.resource.request('commit');
  t.false(made.surface.hasBuffer);
  t.deepEqual(bench.client.errors, []);
});

test('a buffer destroyed after the commit stays readable', (t) => {
  const bench = new Bench();
  const made = bench.createSurface();
  const buffer = bench.client.createBuffer(8, 8);
  attach(made, buffer);
  made.resource.request('commit');
  buffer.request('destroy');
  t.true(made.surface.hasBuffer);
  t.is(buffer.shm.retained, 1);
  attach(made, null);
  made.resource.request('commit');
  t.is(buffer.shm.retained, 0);
});

const wrongRequests: [string, (made: { resource: FakeResource }, bench: Bench) => void, number][] =
  [
    ['scale 0', ({ resource }) => resource.request('setBufferScale', 0), 0],
    ['scale -1', ({ resource }) => resource.request('setBufferScale', -1), 0],
    ['transform 8', ({ resource }) => resource.request('setBufferTransform', 8), 1],
    ['transform -1', ({ resource }) => resource.request('setBufferTransform', -1), 1],
    [
      'size not a multiple of the scale',
      ({ resource }, bench) => {
        resource.request('attach', bench.client.createBuffer(9, 8), 0, 0);
        resource.request('setBufferScale', 2);
        resource.request('commit');
      },
      2,
    ],
    ['attach with an offset', ({ resource }) => resource.request('attach', null, 1, 0), 3],
  ];
for (const [name, act, code] of wrongRequests)
  test(`error: ${name}`, (t) => {
    const bench = new Bench();
    act(bench.createSurface(), bench);
    t.deepEqual(bench.client.errors, [{ on: 'wl_surface', code }]);
  });

test('attach takes an offset up to version 4, which the next commit applies', (t) => {
  const bench = new Bench();
  const made = bench.createSurface(4);
  made.resource.request('attach', bench.client.createBuffer(8, 8), 3, -2);
  made.resource.request('commit');
  t.deepEqual([made.surface.current.dx, made.surface.current.dy], [3, -2]);
  made.resource.request('commit');
  t.deepEqual([made.surface.current.dx, made.surface.current.dy], [0, 0]);
  t.deepEqual(bench.client.errors, []);
});

test('the name of a role sticks, its object may be another', (t) => {
  const bench = new Bench();
  const { surface, resource } = bench.createSurface();
  const conflict = { resource, code: 7 };
  const window = role('window');
  t.true(surface.assignRole(window, conflict));
  t.false(surface.assignRole(role('window'), conflict), 'it has a role object');
  surface.clearRole(window);
  t.true(surface.assignRole(role('window'), conflict));
  surface.clearRole(surface.role as SurfaceRole);
  t.false(surface.assignRole(role('popup'), conflict));
  t.deepEqual(bench.client.errors, [
    { on: 'wl_surface', code: 7 },
    { on: 'wl_surface', code: 7 },
  ]);
});

test('a surface may not go before its role object', (t) => {
  const bench = new Bench();
  const { surface, resource } = bench.createSurface();
  surface.assignRole(role('window', true), { resource, code: 7 });
  resource.request('destroy');
  t.deepEqual(bench.client.errors, [{ on: 'wl_surface', code: 4 }]);
});

test('a client that goes at once is no error', (t) => {
  const bench = new Bench();
  const { surface, resource } = bench.createMapped(8, 8);
  surface.assignRole(role('window', true), { resource, code: 7 });
  bench.show({ surface, x: 0, y: 0 });
  bench.settle();
  bench.client.destroy();
  t.deepEqual(bench.client.errors, []);
  t.true(bench.damage().length > 0);
});

test('input region: none is everything, an empty one nothing, the value of the moment counts', (t) => {
  const bench = new Bench();
  const made = bench.createMapped(20, 20);
  t.true(made.surface.acceptsInput(19.5, 0));
  t.false(made.surface.acceptsInput(20, 0));
  const region = bench.createRegion([0, 0, 5, 5]);
  made.resource.request('setInputRegion', region);
  region.request('add', 10, 10, 5, 5);
  t.true(made.surface.acceptsInput(12, 12), 'not committed yet');
  made.resource.request('commit');
  t.true(made.surface.acceptsInput(4, 4));
  t.false(made.surface.acceptsInput(12, 12));
  made.resource.request('setInputRegion', bench.createRegion());
  made.resource.request('commit');
  t.false(made.surface.acceptsInput(4, 4));
  made.resource.request('setInputRegion', null);
  made.resource.request('commit');
  t.true(made.surface.acceptsInput(12, 12));
});

test('presentation: a newer commit discards, a taken frame presents on its outputs', (t) => {
  const bench = new Bench();
  const presentation = bench.display.bind<FakeResource>(bench.client, 'wp_presentation');
  const wlOutput = bench.display.bind<FakeResource>(bench.client, 'wl_output');
  const made = bench.createMapped(8, 8, 1);
  bench.show({ surface: made.surface, x: 0, y: 0 });
  bench.settle();
  const ask = () => {
    const feedback = bench.client.create<FakeResource>('wp_presentation_feedback');
    presentation.request('feedback', made.resource, feedback);
    damageAll(made);
    made.resource.request('commit');
    return feedback;
  };
  const first = ask();
  const second = ask();
  t.deepEqual(bench.client.takeEvents(), [`${first}.discarded`]);
  bench.scene.takeDamage(bench.output);
  const frame = bench.scene.frameTaken(bench.output);
  frame.presented((5n << 32n) * 1_000_000_000n + 7n, 16_666_667, 2 ** 32 + 3);
  t.deepEqual(bench.client.takeEvents(), [
    `${second}.sync_output ${wlOutput}`,
    `${second}.presented 5 0 7 16666667 1 3 0`,
  ]);
});

test('thousands of unanswered callbacks end the client', (t) => {
  const bench = new Bench();
  const made = bench.createSurface();
  for (let i = 0; i < 5000; i++) bench.requestFrame(made);
  t.true(bench.client.outOfMemory);
});

test('the same over many commits that nothing shows', (t) => {
  const bench = new Bench();
  const made = bench.createSurface();
  for (let i = 0; i < 5000; i++) {
    bench.requestFrame(made);
    made.resource.request('commit');
  }
  t.true(bench.client.outOfMemory);
});

test('viewport errors', (t) => {
  const bench = new Bench();
  const viewporter = bench.display.bind<FakeResource>(bench.client, 'wp_viewporter');
  const made = bench.createMapped(200, 100);
  const viewport = bench.client.create<FakeResource>('wp_viewport');
  const errors = () => bench.client.errors.splice(0);
  viewporter.request('getViewport', viewport, made.resource);
  viewporter.request('getViewport', bench.client.create('wp_viewport'), made.resource);
  t.deepEqual(errors(), [{ on: 'wp_viewporter', code: 0 }]);
  for (const [x, y, width, height] of [
    [0, 0, -1, 0],
    [0, 0, 1, 0],
    [-1, 0, 0, 0],
    [-0.5, 0, 1, 1],
  ]) {
    viewport.request('setSource', x, y, width, height);
    t.deepEqual(errors(), [{ on: 'wp_viewport', code: 0 }]);
  }
  viewport.request('setDestination', 1, 0);
  t.deepEqual(errors(), [{ on: 'wp_viewport', code: 0 }]);
  viewport.request('setSource', 0, 0, 23.25, 100);
  made.resource.request('commit');
  t.deepEqual(errors(), [{ on: 'wp_viewport', code: 1 }]);
  viewport.request('setSource', 50, 0, 50.5, 50);
  viewport.request('setDestination', 9, 9);
  made.resource.request('setBufferScale', 2);
  made.resource.request('commit');
  t.deepEqual(errors(), [{ on: 'wp_viewport', code: 2 }]);
  made.resource.request('destroy');
  viewport.request('setDestination', 10, 10);
  t.deepEqual(errors(), [{ on: 'wp_viewport', code: 3 }]);
  viewport.request('destroy');
  t.deepEqual(errors(), []);
});

test('a viewport resizes without a new buffer and goes with the commit after its end', (t) => {
  const bench = new Bench();
  const viewporter = bench.display.bind<FakeResource>(bench.client, 'wp_viewporter');
  const made = bench.createMapped(100, 100);
  const viewport = bench.client.create<FakeResource>('wp_viewport');
  viewporter.request('getViewport', viewport, made.resource);
  viewport.request('setDestination', 83, 20);
  made.resource.request('commit');
  t.deepEqual([made.surface.width, made.surface.height], [83, 20]);
  viewport.request('destroy');
  t.is(made.surface.width, 83);
  made.resource.request('commit');
  t.is(made.surface.width, 100);
});
