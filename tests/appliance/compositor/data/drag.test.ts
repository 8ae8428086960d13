import test from 'ava';
import { Stage } from '../stage.ts';
import type { WireObject } from '../wire-client.ts';

const BTN_LEFT = 0x110;
const COPY = 1;
const MOVE = 2;
const ASK = 4;
const KEY_ESC = 1;

/** A source's client with a window at 0,0 and a target's at 200,0; the button is down over the first. */
async function pressed(stage: Stage, version = 3) {
  const from = await stage.connect();
  const to = await stage.connect();
  const pointer = from.pointer();
  const windows = [from.surface(100, 100), to.surface(100, 100)] as const;
  stage.show(
    { surface: await from.serverSurface(windows[0]), x: 0, y: 0 },
    { surface: await to.serverSurface(windows[1]), x: 200, y: 0 },
  );
  stage.seat.pointerMotion(1, 50, 50);
  stage.seat.pointerButton(2, BTN_LEFT, true);
  stage.seat.pointerFrame();
  await stage.settle();
  const press = from.wire.take(pointer).find(([name]) => name === 'button');
  const serial = press?.[1] as number;
  const manager = from.wire.bind('wl_data_device_manager', 3);
  const fromDevice = from.wire.request(manager, 'get_data_device', 'new', from.seat);
  const source = from.wire.request(manager, 'create_data_source', 'new');
  const toManager = to.wire.bind('wl_data_device_manager', version);
  const toDevice = to.wire.request(toManager, 'get_data_device', 'new', to.seat);
  await stage.settle();
  return { from, to, pointer, windows, serial, fromDevice, toDevice, source, manager };
}

type Parts = Awaited<ReturnType<typeof pressed>>;

function start(parts: Parts, actions = COPY | MOVE, icon: WireObject | null = null): void {
  const { from, fromDevice, source, windows, serial } = parts;
  from.wire.request(source, 'offer', 'text/plain');
  from.wire.request(source, 'set_actions', actions);
  from.wire.request(fromDevice, 'start_drag', source, windows[0], icon, serial);
}

/** Moves over the target and gives the offer that it was told. */
async function hover(stage: Stage, { to, toDevice }: Parts): Promise<WireObject> {
  stage.seat.pointerMotion(3, 250, 40);
  stage.seat.pointerFrame();
  await stage.settle();
  const [announced, entered] = to.wire.take(toDevice);
  if (announced?.[0] !== 'data_offer' || entered?.[0] !== 'enter') throw new Error('not entered');
  return announced[1] as WireObject;
}

function release(stage: Stage): void {
  stage.seat.pointerButton(9, BTN_LEFT, false);
  stage.seat.pointerFrame();
}

test.serial('a drag that is dropped, fetched and finished', async (t) => {
  using stage = new Stage();
  const parts = await pressed(stage);
  const { from, to, pointer, fromDevice, toDevice, source, windows } = parts;
  start(parts);
  await stage.settle();
  t.deepEqual(from.wire.names(pointer), ['leave', 'frame']);
  t.deepEqual(from.wire.names(fromDevice), ['data_offer', 'enter']);
  stage.seat.pointerMotion(3, 250, 40);
  stage.seat.pointerFrame();
  stage.seat.pointerMotion(4, 251, 41);
  await stage.settle();
  t.deepEqual(from.wire.names(fromDevice), ['leave']);
  const told = to.wire.take(toDevice);
  const offer = told[0]?.[1] as WireObject;
  t.deepEqual(told[1]?.slice(2), [windows[1], 50, 40, offer]);
  t.deepEqual(told[2], ['motion', 4, 51, 41]);
  t.deepEqual(to.wire.take(offer), [
    ['offer', 'text/plain'],
    ['source_actions', COPY | MOVE],
  ]);
  from.wire.take(source);
  to.wire.request(offer, 'accept', told[1]?.[1], 'text/plain');
  to.wire.request(offer, 'set_actions', COPY | MOVE, MOVE);
  await stage.settle();
  t.deepEqual(to.wire.take(offer), [['action', MOVE]]);
  t.deepEqual(from.wire.take(source), [
    ['target', 'text/plain'],
    ['action', MOVE],
  ]);
  release(stage);
  await stage.settle();
  t.deepEqual(to.wire.take(toDevice), [['drop']]);
  t.deepEqual(from.wire.take(source), [['dnd_drop_performed']]);
  to.wire.request(offer, 'finish');
  to.wire.request(offer, 'destroy');
  await stage.settle();
  t.deepEqual(from.wire.take(source), [['dnd_finished']]);
  t.deepEqual(from.wire.names(pointer), []);
  t.deepEqual([from.wire.error, to.wire.error, ...stage.errors], [null, null]);
});

test.serial('what nobody accepts is cancelled', async (t) => {
  using stage = new Stage();
  const parts = await pressed(stage);
  start(parts);
  await hover(stage, parts);
  release(stage);
  await stage.settle();
  t.deepEqual(parts.to.wire.take(parts.toDevice), [['leave']]);
  t.is(parts.from.wire.names(parts.source).at(-1), 'cancelled');
  t.is(stage.seat.dragOrigin, null);
});

test.serial('Escape, releaseAll and the end of the source cancel a drag', async (t) => {
  for (const end of ['escape', 'releaseAll', 'destroy', 'disconnect']) {
    using stage = new Stage();
    const parts = await pressed(stage);
    start(parts);
    await hover(stage, parts);
    if (end === 'escape') stage.seat.key(5, KEY_ESC, true);
    if (end === 'releaseAll') stage.seat.releaseAll();
    if (end === 'destroy') parts.from.wire.request(parts.source, 'destroy');
    if (end === 'disconnect') {
      parts.from.wire.destroy();
      await parts.from.wire.closed;
    }
    await stage.settle();
    t.deepEqual(parts.to.wire.take(parts.toDevice), [['leave']], end);
    t.is(stage.seat.dragOrigin, null, end);
    t.is(stage.seat.interceptors.length, 0, end);
    t.deepEqual(stage.errors, [], end);
  }
});

test.serial('a target that asks its user finishes with what was chosen', async (t) => {
  using stage = new Stage();
  const parts = await pressed(stage);
  const { from, to, source } = parts;
  start(parts, COPY | MOVE | ASK);
  const offer = await hover(stage, parts);
  to.wire.request(offer, 'accept', 0, 'text/plain');
  to.wire.request(offer, 'set_actions', COPY | MOVE | ASK, ASK);
  await stage.settle();
  release(stage);
  await stage.settle();
  to.wire.request(offer, 'set_actions', MOVE, MOVE);
  to.wire.request(offer, 'finish');
  await stage.settle();
  t.deepEqual(from.wire.take(source).slice(-3), [
    ['dnd_drop_performed'],
    ['action', MOVE],
    ['dnd_finished'],
  ]);
  t.is(to.wire.error, null);
});

test.serial('an old target copies and finishes by destroying the offer', async (t) => {
  using stage = new Stage();
  const parts = await pressed(stage, 1);
  const { from, to, source } = parts;
  start(parts);
  const offer = await hover(stage, parts);
  t.deepEqual(to.wire.take(offer), [['offer', 'text/plain']]);
  to.wire.request(offer, 'accept', 0, 'text/plain');
  await stage.settle();
  release(stage);
  await stage.settle();
  to.wire.request(offer, 'destroy');
  await stage.settle();
  t.deepEqual(from.wire.names(source).slice(-2), ['dnd_drop_performed', 'dnd_finished']);
});

test.serial('errors are posted where the specification demands them', async (t) => {
  const cases: [string, (offer: WireObject, parts: Parts) => void, number][] = [
    ['finish before the drop', (offer, { to }) => to.wire.request(offer, 'finish'), 0],
    ['unknown action', (offer, { to }) => to.wire.request(offer, 'set_actions', 64, 0), 1],
    ['two preferred', (offer, { to }) => to.wire.request(offer, 'set_actions', 3, 3), 2],
    ['preferred not in mask', (offer, { to }) => to.wire.request(offer, 'set_actions', 1, 2), 2],
  ];
  for (const [name, act, code] of cases) {
    using stage = new Stage();
    const parts = await pressed(stage);
    start(parts);
    act(await hover(stage, parts), parts);
    await parts.to.wire.roundtrip();
    t.is(parts.to.wire.error?.code, code, name);
  }
});

test.serial('a drag needs a press that lasts, on its own surface', async (t) => {
  using stage = new Stage();
  const parts = await pressed(stage);
  const { from, fromDevice, source } = parts;
  const forged = { ...parts, serial: parts.serial + 7 };
  start(forged);
  await stage.settle();
  t.deepEqual(from.wire.take(fromDevice), []);
  t.deepEqual(from.wire.take(source), [['cancelled']]);
  release(stage);
  await stage.settle();
  const late = from.wire.request(parts.manager, 'create_data_source', 'new');
  from.wire.request(fromDevice, 'start_drag', late, parts.windows[0], null, parts.serial);
  await stage.settle();
  t.deepEqual(from.wire.take(late), [['cancelled']]);
});

test.serial('the icon follows the pointer in its own layer and goes with the drag', async (t) => {
  using stage = new Stage();
  const parts = await pressed(stage);
  const { from } = parts;
  const icon = from.surface(16, 16);
  start(parts, COPY, icon);
  from.wire.request(icon, 'offset', -8, -4);
  from.wire.request(icon, 'commit');
  await stage.settle();
  stage.seat.pointerMotion(3, 250, 40);
  t.like(stage.scene.items('drag'), [{ kind: 'surface', x: 242, y: 36 }]);
  stage.seat.releaseAll();
  t.deepEqual(stage.scene.items('drag'), []);
  const surface = await from.serverSurface(icon);
  t.is(surface.role, null);
});

test.serial('a window cannot be an icon', async (t) => {
  using stage = new Stage();
  const parts = await pressed(stage);
  const { from, fromDevice, windows, serial, source } = parts;
  const cursor = from.surface(16, 16);
  from.wire.request(parts.pointer, 'set_cursor', 0, cursor, 0, 0);
  from.wire.request(fromDevice, 'start_drag', source, windows[0], cursor, serial);
  await from.wire.roundtrip();
  t.is(from.wire.error?.code, 0);
  t.is(from.wire.error?.objectId, fromDevice.id);
});

test.serial('a grab that takes over cancels the drag and stays', async (t) => {
  using stage = new Stage();
  const parts = await pressed(stage);
  start(parts);
  await hover(stage, parts);
  const moves: number[] = [];
  stage.seat.startPointerGrab({ motion: (_time, x) => moves.push(x), button() {}, cancel() {} });
  stage.seat.pointerMotion(5, 300, 300);
  await stage.settle();
  t.deepEqual(moves, [300]);
  t.is(stage.seat.dragOrigin, null);
  t.is(parts.from.wire.names(parts.source).at(-1), 'cancelled');
});

test.serial('a finger drags as well', async (t) => {
  using stage = new Stage();
  const parts = await pressed(stage);
  const { from, to, toDevice } = parts;
  const touch = from.touch();
  await stage.settle();
  stage.seat.touchDown(4, 3, 20, 20);
  stage.seat.touchFrame();
  await stage.settle();
  const serial = from.wire.take(touch)[0]?.[1] as number;
  start({ ...parts, serial });
  await stage.settle();
  t.deepEqual(from.wire.names(touch), ['cancel']);
  stage.seat.touchMotion(5, 3, 250, 40);
  await stage.settle();
  const told = to.wire.take(toDevice);
  to.wire.request(told[0]?.[1] as WireObject, 'accept', 0, 'text/plain');
  to.wire.request(told[0]?.[1] as WireObject, 'set_actions', COPY, COPY);
  await stage.settle();
  stage.seat.touchUp(6, 3);
  await stage.settle();
  t.deepEqual(to.wire.take(toDevice), [['drop']]);
});
