import test from 'ava';
import {
  type IdleListener,
  IdleTimers,
} from '../../../../appliance/compositor/idle/idle-timers.ts';
import type { ExtIdleNotificationV1 } from '../../../../protocol/wayland/generated/idle-notify.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { PanelBench } from '../layer/panel-bench.ts';
import type { FakeResource } from '../wayland-fakes/fake-client.ts';

const now = () => performance.now();

class Probe implements IdleListener {
  readonly timeoutMs: number;
  readonly heard: string[] = [];
  readonly atMs: number[] = [];
  constructor(timeoutMs: number) {
    this.timeoutMs = timeoutMs;
  }
  idled(): void {
    this.heard.push('idled');
    this.atMs.push(now());
  }
  resumed(): void {
    this.heard.push('resumed');
  }
  async hears(...expected: string[]): Promise<void> {
    await eventually(() => {
      if (this.heard.join() !== expected.join()) throw new Error(`heard ${this.heard}`);
    });
  }
}

test('each is told after its own time, and once', async (t) => {
  using timers = new IdleTimers(now);
  const [soon, late] = [new Probe(20), new Probe(120)];
  const startMs = now();
  timers.add(soon);
  timers.add(late);
  await late.hears('idled');
  t.deepEqual(soon.heard, ['idled']);
  t.true((soon.atMs[0] ?? 0) - startMs >= 19);
  t.true((late.atMs[0] ?? 0) - startMs >= 119);
  timers.activity();
  timers.activity();
  t.deepEqual(late.heard, ['idled', 'resumed']);
  await soon.hears('idled', 'resumed', 'idled');
});

test('activity puts it off', async (t) => {
  let clockMs = 0;
  let looks = 0;
  const clock = () => {
    looks++;
    return clockMs;
  };
  using timers = new IdleTimers(clock);
  const probe = new Probe(60);
  timers.add(probe);
  clockMs = 50;
  timers.activity();
  const before = looks;
  clockMs = 109;
  await eventually(() => {
    if (looks === before) throw new Error('it is not due yet');
  });
  t.deepEqual(probe.heard, []);
  clockMs = 110;
  await probe.hears('idled');
});

test('while held nobody is idle; afterwards the time begins anew', async (t) => {
  using timers = new IdleTimers(now);
  const probe = new Probe(20);
  timers.add(probe);
  await probe.hears('idled');
  timers.setHeld(true);
  t.deepEqual(probe.heard, ['idled', 'resumed']);
  const [late, other] = [new Probe(1), new Probe(1)];
  timers.add(late);
  using free = new IdleTimers(now);
  free.add(other);
  await other.hears('idled');
  t.deepEqual(late.heard, []);
  timers.setHeld(false);
  await late.hears('idled');
  await probe.hears('idled', 'resumed', 'idled');
});

test('a removed one hears nothing, and a time longer than any timer does not fire at once', async (t) => {
  using timers = new IdleTimers(now);
  const [gone, never, other] = [new Probe(5), new Probe(0xffffffff), new Probe(30)];
  for (const probe of [gone, never, other]) timers.add(probe);
  timers.remove(gone);
  await other.hears('idled');
  t.deepEqual([gone.heard, never.heard], [[], []]);
});

function notification(bench: PanelBench, timeoutMs: number): FakeResource {
  const notifier = bench.display.bind<FakeResource>(bench.client, 'ext_idle_notifier_v1');
  const id = bench.client.create<ExtIdleNotificationV1>('ext_idle_notification_v1');
  notifier.request('getIdleNotification', id, timeoutMs, null);
  return id;
}

test('clients hear of it; a window that is seen inhibits it, a hidden one does not', async (t) => {
  using bench = new PanelBench();
  const heard = (id: FakeResource, events: string[]) =>
    eventually(() => {
      if (bench.eventsOf(id).join() !== events.join()) throw new Error(`${bench.eventsOf(id)}`);
    });
  const watch = notification(bench, 30);
  await heard(watch, ['idled']);
  bench.seat.pointerMotion(0, 10, 10);
  t.deepEqual(bench.eventsOf(watch), ['idled', 'resumed']);
  await heard(watch, ['idled', 'resumed', 'idled']);

  const film = bench.mapToplevel();
  const manager = bench.display.bind<FakeResource>(bench.client, 'zwp_idle_inhibit_manager_v1');
  const inhibitor = bench.client.create<FakeResource>('zwp_idle_inhibitor_v1');
  manager.request('createInhibitor', inhibitor, film.resource);
  await eventually(() => {
    if (!bench.idle.inhibitors.active) throw new Error('not inhibited');
  });
  await heard(watch, ['idled', 'resumed', 'idled', 'resumed']);

  bench.batch(() => film.toplevel.request('setMinimized'));
  await eventually(() => {
    if (bench.idle.inhibitors.active) throw new Error('still inhibited');
  });
  await heard(watch, ['idled', 'resumed', 'idled', 'resumed', 'idled']);
  inhibitor.request('destroy');
  t.true(bench.idle.inhibitors.isEmpty);
  t.deepEqual(bench.errors, []);
});
