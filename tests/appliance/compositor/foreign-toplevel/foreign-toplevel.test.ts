import test from 'ava';
import { PanelBench } from '../layer/panel-bench.ts';
import { SCREEN } from '../wayland-fakes/bench.ts';
import type { FakeResource } from '../wayland-fakes/fake-client.ts';

type State = 'maximized' | 'minimized' | 'activated' | 'fullscreen';
const STATES: readonly State[] = ['maximized', 'minimized', 'activated', 'fullscreen'];

/** What a task bar has been told, gathered from its events. */
class TaskBar {
  readonly bench: PanelBench;
  readonly manager: FakeResource;
  readonly handles: FakeResource[] = [];

  constructor(bench: PanelBench, version = 3) {
    this.bench = bench;
    const { client } = bench;
    const create = client.createResource;
    client.createResource = (spec, at) => {
      const made = create.call(client, spec, at);
      if (spec.name === 'zwlr_foreign_toplevel_handle_v1') this.handles.push(made);
      return made;
    };
    this.manager = bench.display.bind(client, 'zwlr_foreign_toplevel_manager_v1', version);
  }

  handle(index: number): FakeResource {
    const handle = this.handles[index];
    if (!handle) throw new Error(`no window ${index}`);
    return handle;
  }

  last(index: number, event: string): string | undefined {
    return this.bench
      .eventsOf(this.handle(index))
      .findLast((sent) => sent === event || sent.startsWith(`${event} `))
      ?.slice(event.length + 1);
  }

  states(index: number): State[] {
    const values = (this.last(index, 'state') ?? '').split(',').filter((value) => value !== '');
    return values.map((value) => STATES[Number(value)] as State);
  }
}

test('a task bar learns of the windows that are there, and of those that come and go', (t) => {
  using bench = new PanelBench();
  const first = bench.createToplevel();
  first.toplevel.request('setTitle', 'First');
  first.toplevel.request('setAppId', 'org.first');
  bench.map(first, 200, 100);
  const output = bench.bindOutput();
  const bar = new TaskBar(bench);
  t.deepEqual(bench.eventsOf(bar.handle(0)), [
    'title First',
    'app_id org.first',
    `output_enter ${output}`,
    'state 2',
    'done',
  ]);
  const second = bench.mapToplevel();
  t.deepEqual(bar.states(0), []);
  t.deepEqual(bar.states(1), ['activated']);
  bench.batch(() => first.toplevel.request('setTitle', 'Renamed'));
  t.is(bar.last(0, 'title'), 'Renamed');
  bench.batch(() => second.toplevel.request('destroy'));
  t.is(bench.eventsOf(bar.handle(1)).at(-1), 'closed');
  t.deepEqual(bar.states(0), ['activated']);
  // a handle without a window may still be asked for things
  bar.handle(1).request('setMaximized');
  bar.handle(1).request('close');
  t.deepEqual(bench.errors, []);
});

test('its wishes go to the window policy', (t) => {
  using bench = new PanelBench();
  const window = bench.mapToplevel();
  const bar = new TaskBar(bench);
  const handle = bar.handle(0);
  const drawn = (width: number, height: number) => {
    bench.ack(window);
    bench.draw(window, width, height);
  };
  bench.batch(() => handle.request('setMaximized'));
  drawn(800, 600);
  t.deepEqual(bar.states(0), ['maximized', 'activated']);
  bench.batch(() => handle.request('unsetMaximized'));
  drawn(200, 100);
  t.deepEqual(bar.states(0), ['activated']);
  bench.batch(() => handle.request('setFullscreen', null));
  drawn(800, 600);
  t.deepEqual(bar.states(0), ['activated', 'fullscreen']);
  bench.batch(() => handle.request('unsetFullscreen'));
  bench.batch(() => handle.request('setMinimized'));
  drawn(200, 100);
  t.deepEqual(bar.states(0), ['minimized']);
  t.is(bench.positionOf(window.surface), null);
  bench.batch(() => handle.request('activate', null));
  t.deepEqual(bar.states(0), ['activated']);
  bench.batch(() => handle.request('close'));
  t.is(bench.eventsOf(window.toplevel).at(-1), 'close');
});

test('dialogs name their parent, screens that a window is on are told also when they are bound late', (t) => {
  using bench = new PanelBench();
  bench.outputs.apply([SCREEN, { ...SCREEN, id: 2, x: 800 }]);
  const parent = bench.mapToplevel();
  const dialog = bench.createToplevel();
  dialog.toplevel.request('setParent', parent.toplevel);
  bench.map(dialog, 50, 50);
  const bar = new TaskBar(bench);
  t.is(bar.last(1, 'parent'), String(bar.handle(0)));
  const second = bench.client.create('wl_output');
  t.is(bar.last(0, 'output_enter'), undefined);
  bench.shell.placeWindow(parent.surface, { x: 900, y: 100 });
  bench.outputs.byId(2)?.bind(second as never);
  bench.mapToplevel();
  t.deepEqual(bench.errors, []);
});

test('after stop the manager ends, its handles go on', (t) => {
  using bench = new PanelBench();
  const window = bench.mapToplevel();
  const bar = new TaskBar(bench);
  bar.manager.request('stop');
  t.deepEqual(bench.eventsOf(bar.manager).at(-1), 'finished');
  t.true(bar.manager.destroyed);
  bench.mapToplevel();
  t.is(bar.handles.length, 1, 'no new ones');
  bench.batch(() => window.toplevel.request('destroy'));
  t.is(bench.eventsOf(bar.handle(0)).at(-1), 'closed');
});

test('error: a negative rectangle', (t) => {
  using bench = new PanelBench();
  const window = bench.mapToplevel();
  const bar = new TaskBar(bench);
  bar.handle(0).request('setRectangle', window.resource, 0, 0, -1, 5);
  t.deepEqual(bench.errors, ['zwlr_foreign_toplevel_handle_v1 0']);
});

test('the plain list: one identifier per window for everybody, another when it is mapped again', (t) => {
  using bench = new PanelBench();
  const window = bench.createToplevel();
  window.toplevel.request('setTitle', 'Editor');
  bench.map(window, 200, 100);
  const list = bench.display.bind<FakeResource>(bench.client, 'ext_foreign_toplevel_list_v1');
  bench.display.bind(bench.client, 'ext_foreign_toplevel_list_v1');
  const identifiers = () =>
    bench.client.events.flatMap((event) => /\.identifier (\S+)$/.exec(event)?.[1] ?? []);
  const [one, two] = identifiers();
  t.regex(one ?? '', /^[0-9a-f]{32}$/);
  t.is(one, two);
  t.true(bench.client.events.some((event) => event.endsWith('.title Editor')));
  bench.batch(() => {
    window.resource.request('attach', null, 0, 0);
    window.resource.request('commit');
  });
  t.is(bench.client.events.filter((event) => event.endsWith('.closed')).length, 2);
  bench.map(window, 200, 100);
  t.not(identifiers().at(-1), one);
  list.request('stop');
  t.is(bench.eventsOf(list).at(-1), 'finished');
  list.request('destroy');
  t.deepEqual(bench.errors, []);
});
