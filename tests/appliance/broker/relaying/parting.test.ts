import test from 'ava';
import { NativeRelay } from '../../../../native/stream/relay.ts';
import { Channel } from '../../../../protocol/channel.ts';
import { viewOfUnit } from '../../../../protocol/frame-unit.ts';
import { ByeCode } from '../../../../protocol/generated/control.ts';
import { FrameKind, FrameReader } from '../../../../protocol/link/framing.ts';
import { eventually } from '../../../helpers/eventually.ts';
import type { RawLane, RawLanes } from './raw-lane.ts';
import { ended, RelayStage, type Shown } from './stage.ts';
import { acknowledgement, frame, hideCursor, inputView, key } from './traffic.ts';

const laneOf = (lanes: RawLanes, channel: Channel): RawLane => lanes.get(channel) as RawLane;
const display = (lanes: RawLanes): RawLane => laneOf(lanes, Channel.display);
const input = (lanes: RawLanes): RawLane => laneOf(lanes, Channel.input);

/** Shows the session with this view, joined: something has come through every lane, both ways. */
async function shown(stage: RelayStage, view: number): Promise<Shown> {
  const show = await stage.show(view);
  input(stage.terminal).write(Buffer.concat([inputView(view), key(view)]));
  display(stage.terminal).write(acknowledgement(view));
  display(show.lanes).write(frame(view, 1, 10));
  laneOf(show.lanes, Channel.cursor).write(hideCursor(view));
  await input(show.lanes).until(key(view));
  await display(show.lanes).until(acknowledgement(view));
  await display(stage.terminal).until(frame(view, 1, 10));
  await laneOf(stage.terminal, Channel.cursor).until(hideCursor(view));
  return show;
}

/** The views of all whole units that came to the terminal. */
function views(lane: RawLane): number[] {
  const found: number[] = [];
  const reader = new FrameReader('test', [4096, 2 ** 26, 0], (kind, unit) => {
    if (kind === FrameKind.unit) found.push(viewOfUnit(unit));
  });
  reader.push(lane.received);
  return found;
}

for (const native of [true, false]) {
  const how = native ? 'joined natively' : 'through JavaScript';

  test(`parting within a frame leaves the terminal’s frames whole, ${how}`, async (t) => {
    await using stage = await RelayStage.open(native);
    const first = await shown(stage, 1);
    const long = frame(1, 2, 500_000);
    display(first.lanes).write(long.subarray(0, 300_000));
    await eventually(() => {
      if (display(first.lanes).socket.writableLength > 0) throw new Error('not read yet');
    });
    first.relay[Symbol.dispose]();
    display(first.lanes).write(Buffer.concat([long.subarray(300_000), frame(1, 3, 10)]));
    const second = await shown(stage, 2);
    display(second.lanes).write(frame(2, 9, 200_000));
    await display(stage.terminal).until(frame(2, 9, 200_000));
    t.deepEqual(views(display(stage.terminal)), [1, 2, 2]);
  });

  test(`nothing of a session passes after parting, though it is there, ${how}`, async (t) => {
    await using stage = await RelayStage.open(native);
    const first = await shown(stage, 1);
    display(first.lanes).write(Buffer.concat(Array.from({ length: 50 }, (_, n) => frame(1, n, 9))));
    first.relay[Symbol.dispose]();
    await shown(stage, 2);
    t.deepEqual(views(display(stage.terminal)), [1, 2]);
  });

  test(`a message that parting cut goes to whom it is meant for, whole, ${how}`, async (t) => {
    await using stage = await RelayStage.open(native);
    const first = await shown(stage, 1);
    const [view, press] = [inputView(2), key(77)];
    input(stage.terminal).write(Buffer.concat([key(5), view.subarray(0, 2)]));
    await input(first.lanes).until(key(5));
    const opening = stage.show(2);
    input(stage.terminal).write(Buffer.concat([view.subarray(2), press.subarray(0, 3)]));
    const second = await opening;
    input(stage.terminal).write(press.subarray(3));
    await input(second.lanes).until(press);
    t.deepEqual(input(second.lanes).received, Buffer.concat([view, press]));
    t.deepEqual(input(first.lanes).received, Buffer.concat([inputView(1), key(1), key(5)]));
  });

  test(`input for the view before goes to nobody, ${how}`, async (t) => {
    await using stage = await RelayStage.open(native);
    await shown(stage, 1);
    const second = await stage.show(2);
    input(stage.terminal).write(Buffer.concat([key(3), inputView(2), key(4)]));
    await input(second.lanes).until(key(4));
    t.deepEqual(input(second.lanes).received, Buffer.concat([inputView(2), key(4)]));
  });

  test(`a terminal’s channel that ends, ends for the session; the others go on, ${how}`, async (t) => {
    await using stage = await RelayStage.open(native);
    const { lanes } = await shown(stage, 1);
    laneOf(stage.terminal, Channel.cursor).socket.end();
    await eventually(() => {
      if (!laneOf(lanes, Channel.cursor).closed) throw new Error('still open');
    });
    input(stage.terminal).write(key(6));
    await input(lanes).until(key(6));
    t.is(stage.link.closed, null);
  });

  test(`a session that closes in the middle of a frame leaves the terminal’s link, ${how}`, async (t) => {
    await using stage = await RelayStage.open(native);
    const { lanes, link, relay } = await shown(stage, 1);
    const gone = ended(link);
    display(lanes).write(frame(1, 2, 100_000).subarray(0, 5000));
    for (const { socket } of lanes.values()) socket.end();
    t.is((await gone).code, ByeCode.lost);
    relay[Symbol.dispose]();
    await shown(stage, 2);
    t.deepEqual(views(display(stage.terminal)), [1, 2]);
  });

  test(`a session that does not read loses its link and the terminal keeps its own, ${how}`, async (t) => {
    await using stage = await RelayStage.open(native);
    const { lanes, link } = await shown(stage, 1);
    const closed = ended(link);
    input(lanes).socket.pause();
    input(stage.terminal).write(Buffer.concat(new Array(800_000).fill(key(1))));
    const { code, reason } = await closed;
    t.is(code, ByeCode.overflow);
    t.regex(reason, /^the peer does not read: \d+ bytes wait on input$/);
    t.is(stage.link.closed, null);
  });

  test(`frames wait in the session while the terminal does not read them, ${how}`, async (t) => {
    await using stage = await RelayStage.open(native);
    const { lanes, link } = await shown(stage, 1);
    const [to, from] = [display(stage.terminal), display(lanes)];
    to.socket.pause();
    const frames = Array.from({ length: 8 }, (_, number) => frame(1, number, 700_000));
    for (const bytes of frames) from.write(bytes);
    const heldHere = async (): Promise<number> => {
      await new Promise((resolve) => setImmediate(resolve));
      return stage.link.stats().unackedBytes;
    };
    await eventually(async () => {
      if ((await heldHere()) < 400_000) throw new Error('nothing waits');
    });
    await t.throwsAsync(
      eventually(() => {
        if (from.socket.writableLength > 0) throw new Error('it waits');
      }, 300),
    );
    t.true((await heldHere()) < 2_000_000, `${await heldHere()} bytes wait`);
    t.is(stage.link.closed, null);
    to.socket.resume();
    await to.until(frames[7] as Buffer);
    t.is(views(to).length, 9);
    t.is(link.closed, null);
  });

  test(`cursors wait in the session while the terminal does not read them, ${how}`, async (t) => {
    await using stage = await RelayStage.open(native);
    const { lanes } = await shown(stage, 1);
    const [to, from] = [laneOf(stage.terminal, Channel.cursor), laneOf(lanes, Channel.cursor)];
    to.socket.pause();
    const hide = hideCursor(1);
    const many = Buffer.concat(new Array(600_000).fill(hide));
    from.write(many);
    await t.throwsAsync(
      eventually(() => {
        if (from.socket.writableLength > 0) throw new Error('it waits');
      }, 300),
    );
    t.is(stage.link.closed, null);
    to.socket.resume();
    const all = hide.length + many.length;
    await eventually(() => {
      if (to.received.length < all) throw new Error(`${to.received.length} of ${all} bytes`);
    });
  });

  test(`the first frame is told once, ${how}`, async (t) => {
    await using stage = await RelayStage.open(native);
    let pictured = 0;
    const { lanes } = await stage.show(1, () => pictured++);
    display(lanes).write(Buffer.concat([frame(2, 1, 10), frame(1, 2, 10), frame(1, 3, 10)]));
    await display(stage.terminal).until(frame(1, 3, 10));
    display(lanes).write(frame(1, 4, 10));
    await display(stage.terminal).until(frame(1, 4, 10));
    t.is(pictured, 1);
    t.deepEqual(views(display(stage.terminal)), [1, 1, 1]);
  });
}

test.serial(
  'over TLS the lanes are joined too, and frames and keys pass and part as they should',
  async (t) => {
    const { join } = NativeRelay;
    let joined = 0;
    NativeRelay.join = (...args) => {
      const relay = join(...args);
      if (relay) joined++;
      return relay;
    };
    t.teardown(() => {
      NativeRelay.join = join;
    });
    await using stage = await RelayStage.open(true, {}, true);
    const first = await shown(stage, 1);
    t.is(joined, 3);
    const long = frame(1, 2, 3_000_000);
    display(first.lanes).write(long);
    await display(stage.terminal).until(long);
    display(first.lanes).write(long.subarray(0, 2_000_000));
    input(stage.terminal).write(Buffer.concat([key(8), inputView(2).subarray(0, 1)]));
    await input(first.lanes).until(key(8));
    const opening = stage.show(2);
    input(stage.terminal).write(Buffer.concat([inputView(2).subarray(1), key(9)]));
    const second = await opening;
    await input(second.lanes).until(key(9));
    display(second.lanes).write(frame(2, 3, 70_000));
    await display(stage.terminal).until(frame(2, 3, 70_000));
    t.deepEqual(views(display(stage.terminal)), [1, 1, 2]);
  },
);

test('what parts the lanes when the first frame is told, parts them for the frame after it', async (t) => {
  await using stage = await RelayStage.open(true);
  const first = await stage.show(1, () => first.relay[Symbol.dispose]());
  display(first.lanes).write(frame(1, 1, 10));
  await display(stage.terminal).until(frame(1, 1, 10));
  display(first.lanes).write(frame(1, 2, 10));
  await shown(stage, 2);
  t.deepEqual(views(display(stage.terminal)), [1, 2]);
});

test.serial('a link whose lanes are joined is heard of through them', async (t) => {
  await using stage = await RelayStage.open(true, { heartbeatMs: 100, silenceMs: 400 });
  const { lanes, link } = await shown(stage, 1);
  // The far ends say nothing on their control lanes: without the others they would be given up.
  const talk = setInterval(() => {
    display(lanes).write(frame(1, 5, 10));
    input(stage.terminal).write(key(1));
  }, 100);
  const first = await Promise.race([
    ended(link),
    ended(stage.link),
    new Promise((resolve) => setTimeout(resolve, 1500, 'both are open')),
  ]);
  clearInterval(talk);
  t.is(first, 'both are open');
});

test.serial(
  'a session that hangs is found by the next word that passes, and not before',
  async (t) => {
    await using stage = await RelayStage.open(true, { heartbeatMs: 100, silenceMs: 1000 });
    const { lanes, link } = await shown(stage, 1);
    // The last word is the session's: nothing is to be answered.
    display(lanes).write(frame(1, 2, 10));
    await display(stage.terminal).until(frame(1, 2, 10));
    const asked = ended(link).then(({ code }) => code);
    const resting = new Promise((resolve) => setTimeout(resolve, 2000, 'nobody asks'));
    t.is(await Promise.race([asked, resting]), 'nobody asks');
    input(stage.terminal).write(key(1));
    t.is(await asked, ByeCode.timeout);
  },
);
