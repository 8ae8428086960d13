import test from 'ava';
import type { CursorPicture } from '../../../../appliance/compositor/seat/cursor.ts';
import { Stage } from '../stage.ts';

async function pointed(stage: Stage) {
  const actor = await stage.connect();
  const pointer = actor.pointer();
  const surface = await actor.serverSurface(actor.surface(100, 100));
  stage.show({ surface, x: 0, y: 0 });
  const pictures: CursorPicture[] = [];
  stage.cursor.onChange((picture) => pictures.push(picture));
  stage.seat.pointerMotion(1, 50, 50);
  stage.seat.pointerFrame();
  await stage.settle();
  const serial = actor.wire.take(pointer)[0]?.[1] as number;
  return { actor, pointer, pictures, serial };
}

test.serial('a cursor surface is shown with alpha, hotspot and every commit', async (t) => {
  using stage = new Stage();
  const { actor, pointer, pictures, serial } = await pointed(stage);
  const icon = actor.surface();
  actor.wire.request(pointer, 'set_cursor', serial, icon, 3, 4);
  actor.paint(icon, 8, 6, 0x80402010);
  await stage.settle();
  t.false(pictures.some(({ kind }) => kind === 'hidden'));
  const shown = pictures.at(-1);
  if (shown?.kind !== 'image') return t.fail('no image');
  t.like(shown, { width: 8, height: 6, hotspotX: 3, hotspotY: 4, scale120: 120 });
  t.is(shown.argb.length, 8 * 6 * 4);
  t.deepEqual([...shown.argb.subarray(0, 4)], [0x10, 0x20, 0x40, 0x80]);
  actor.wire.request(icon, 'offset', 1, 2);
  actor.paint(icon, 300, 300, 0xffffffff);
  await stage.settle();
  const large = pictures.at(-1);
  if (large?.kind !== 'image') return t.fail('no image');
  t.like(large, { width: 256, height: 256, hotspotX: 2, hotspotY: 2, scale120: 102 });
  t.deepEqual([...large.argb.subarray(0, 4)], [255, 255, 255, 255]);
  actor.wire.request(icon, 'destroy');
  await stage.settle();
  t.is(pictures.at(-1)?.kind, 'hidden');
  t.deepEqual(stage.errors, []);
});

test.serial('shapes by name, hidden, and the arrow where nobody else has a say', async (t) => {
  using stage = new Stage();
  const { actor, pointer, pictures, serial } = await pointed(stage);
  const manager = actor.wire.bind('wp_cursor_shape_manager_v1', 1);
  const device = actor.wire.request(manager, 'get_pointer', 'new', pointer);
  actor.wire.request(pointer, 'set_cursor', serial, null, 0, 0);
  await stage.settle();
  t.deepEqual(pictures.at(-1), { kind: 'hidden' });
  actor.wire.request(device, 'set_shape', serial, 9);
  await stage.settle();
  t.is(pictures.at(-1)?.kind, 'image');
  actor.wire.request(pointer, 'set_cursor', serial, null, 0, 0);
  await stage.settle();
  stage.seat.pointerMotion(2, 500, 500);
  await stage.settle();
  t.is(pictures.at(-1)?.kind, 'image');
  stage.cursor.setOverride('grabbing');
  stage.cursor.setOverride(null);
  actor.wire.request(device, 'set_shape', serial, 99);
  await actor.wire.roundtrip();
  t.like(actor.wire.error, { code: 1, objectId: device.id });
});

test.serial('only who has the pointer chooses, with a serial of its enter or later', async (t) => {
  using stage = new Stage();
  const { actor, pointer, pictures, serial } = await pointed(stage);
  const other = await stage.connect();
  const otherPointer = other.pointer();
  other.wire.request(otherPointer, 'set_cursor', serial, null, 0, 0);
  actor.wire.request(pointer, 'set_cursor', serial - 1, null, 0, 0);
  await stage.settle();
  t.deepEqual(
    pictures.filter(({ kind }) => kind === 'hidden'),
    [],
  );
});

test.serial('an animated cursor is paced, and asks nothing while it is not shown', async (t) => {
  using stage = new Stage();
  const { actor, pointer, serial } = await pointed(stage);
  const icon = actor.surface();
  actor.wire.request(pointer, 'set_cursor', serial, icon, 0, 0);
  const callback = actor.wire.request(icon, 'frame', 'new');
  actor.paint(icon, 8, 8);
  await stage.settle();
  const isAnswered = () => actor.wire.events.some(({ object }) => object === callback);
  const started = performance.now();
  while (!isAnswered() && performance.now() - started < 5000) await stage.settle();
  t.true(isAnswered());
  t.true(performance.now() - started < 900, "not the scene's pace for hidden surfaces");
});
