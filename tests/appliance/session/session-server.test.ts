import assert from 'node:assert/strict';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { Channel } from '../../../protocol/channel.ts';
import { ByeCode, SessionWish } from '../../../protocol/generated/control.ts';
import { encodeDisplay, KeyFrameReason } from '../../../protocol/generated/display.ts';
import { encodeInput, type InputMessage } from '../../../protocol/generated/input.ts';
import { input as inputSchema } from '../../../protocol/schema/input.ts';
import { eventually } from '../../helpers/eventually.ts';
import { arbitraryMessage } from '../../protocol/arbitrary.ts';
import { ATTACH, SCREEN, SessionRig } from './session-rig.ts';

const secret = {
  client: null,
  mimeTypes: new Set(['text/plain']),
  send: () => {},
  cancel: () => {},
  onDestroy: () => () => {},
} as never;

function open(t: ExecutionContext): SessionRig {
  const rig = new SessionRig();
  t.teardown(() => rig[Symbol.dispose]());
  return rig;
}

test.serial('a caller is told what this session is', async (t) => {
  const rig = open(t);
  const caller = await rig.connect();
  t.like(await caller.hears('SessionInfo'), { sessionId: 'main', pid: process.pid });
});

test.serial(
  'an attached terminal gets frames, and the clock of detached sessions stops',
  async (t) => {
    const rig = open(t);
    const caller = await rig.connect();
    await caller.attach();
    await caller.firstFrame();
    t.deepEqual(rig.attachedChanges, [true]);
    caller.link.close(ByeCode.normal, 'bye');
    await eventually(() => {
      if (rig.attachedChanges.length < 2) throw new Error('still attached');
    });
    t.deepEqual(rig.attachedChanges, [true, false]);
  },
);

test.serial('the last terminal wins and the one before is told', async (t) => {
  const rig = open(t);
  const first = await rig.connect();
  await first.attach();
  await first.firstFrame();
  const second = await rig.connect();
  await second.attach();
  await second.firstFrame();
  t.is(await first.closed(), ByeCode.replaced);
  t.is(second.link.closed, null);
});

test.serial('a terminal that attaches twice on one link breaks the protocol', async (t) => {
  const rig = open(t);
  const caller = await rig.connect();
  caller.say(ATTACH);
  caller.say(ATTACH);
  t.is(await caller.closed(), ByeCode.protocol);
  await eventually(() => {
    if (rig.attachedChanges.at(-1) !== false) throw new Error('still attached');
  });
  t.pass();
});

test.serial(
  'a terminal that ends its display channel gets no frames and harms nobody',
  async (t) => {
    const rig = open(t);
    const caller = await rig.connect();
    caller.say(ATTACH);
    const display = await caller.link.openBidi(Channel.display);
    await caller.firstFrame();
    display.end();
    for (let turn = 0; turn < 50; turn++) {
      rig.compositor.scene.damageAll(rig.compositor.outputs.outputs[0] as never);
      rig.server.tick();
      await new Promise((resolve) => setImmediate(resolve));
    }
    t.true(caller.frames.length <= 3);
    const other = await rig.connect();
    await other.attach();
    await other.firstFrame();
    t.pass();
  },
);

test.serial('a key frame comes when it is asked for', async (t) => {
  const rig = open(t);
  const caller = await rig.connect();
  caller.say(ATTACH);
  const display = await caller.link.openBidi(Channel.display);
  await caller.firstFrame();
  const before = caller.frames.length;
  display.send(
    encodeDisplay({ type: 'KeyFrameRequest', output: 0, reason: KeyFrameReason.checksum, view: 0 }),
  );
  await eventually(() => {
    if (caller.frames.length === before) throw new Error('no frame');
  });
  t.pass();
});

const impossible: readonly [string, Partial<typeof SCREEN>[]][] = [
  ['no width', [{ widthPx: 0 }]],
  ['more pixels than a frame may have', [{ widthPx: 16_384, heightPx: 16_384 }]],
  [
    'more pixels than all screens may have',
    [0, 1, 2, 3].map((id) => ({ id, widthPx: 5000, heightPx: 4400 })),
  ],
  ['the same id twice', [{}, {}]],
  ['a scale of nothing', [{ scale120: 0 }]],
];
for (const [what, screens] of impossible) {
  test.serial(`screens with ${what} end the link, not the session`, async (t) => {
    const rig = open(t);
    const caller = await rig.connect();
    const outputs = screens.map((screen) => ({ ...SCREEN, ...screen }));
    caller.say({ ...ATTACH, outputs });
    t.is(await caller.closed(), ByeCode.protocol);
    const other = await rig.connect();
    await other.attach();
    await other.firstFrame();
  });
}

test.serial('an unknown keyboard layout leaves the present one', async (t) => {
  const rig = open(t);
  const caller = await rig.connect();
  const keyboard = { ...ATTACH.keyboard, layout: 'no-such-layout' };
  caller.say({ ...ATTACH, keyboard });
  await caller.link.openBidi(Channel.display);
  await caller.firstFrame();
  t.is(caller.link.closed, null);
});

const PLAIN = encodeInput({ type: 'PointerFrame' });

test.serial('no input of a hostile terminal disturbs the session or its clients', async (t) => {
  const rig = open(t);
  const client = await rig.openClient();
  const caller = await rig.connect();
  const { input } = await caller.attach();
  await caller.firstFrame();
  const any = fc.oneof(...inputSchema.messages.map(arbitraryMessage));
  // What Together carries is decoded like any other message, so it must be some.
  const sent = any.map((message) =>
    (message as InputMessage).type === 'Together' ? { ...message, messages: [PLAIN] } : message,
  );
  const messages = fc.array(sent, { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(messages, async (batch) => {
      for (const message of batch) input.send(encodeInput(message as InputMessage));
      await client.roundtrip();
      t.is(client.error, null);
      t.is(caller.link.closed, null);
    }),
    { numRuns: 150 },
  );
});

test.serial('the pointer is drawn anew when the scale of its screen changes', async (t) => {
  const rig = open(t);
  const caller = await rig.connect();
  await caller.attach();
  await caller.firstFrame();
  const sizes: number[] = [];
  rig.compositor.cursor.onChange((picture) => {
    if (picture.kind === 'image') sizes.push(picture.scale120);
  });
  caller.say({ type: 'OutputsConfigure', outputs: [{ ...SCREEN, scale120: 240 }] });
  await eventually(() => {
    if (sizes.length === 0) throw new Error('the pointer is as before');
  });
  t.true((sizes[0] ?? 0) > 120);
});

test.serial('garbage on the input channel ends that link alone', async (t) => {
  const rig = open(t);
  const caller = await rig.connect();
  const { input } = await caller.attach();
  input.send(Uint8Array.of(1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff));
  t.is(await caller.closed(), ByeCode.protocol);
});

test.serial('keys that a lost terminal held are released', async (t) => {
  const rig = open(t);
  const client = await rig.openClient();
  const caller = await rig.connect();
  const { input } = await caller.attach();
  const stamp = { sequence: 1, timeUs: 1 };
  input.send(encodeInput({ type: 'Key', ...stamp, code: 30, pressed: true }));
  const keys = () => client.events.filter(({ name }) => name === 'key').map(({ args }) => args[3]);
  await eventually(async () => {
    await client.roundtrip();
    if (keys().length < 1) throw new Error('no press');
  });
  caller.link.close(ByeCode.normal, 'gone');
  await eventually(async () => {
    await client.roundtrip();
    if (keys().length < 2) throw new Error('no release');
  });
  t.deepEqual(keys(), [1, 0]);
});

test.serial('the end of the session is told to everybody who is connected', async (t) => {
  const rig = new SessionRig();
  const caller = await rig.connect();
  await caller.hears('SessionInfo');
  rig[Symbol.dispose]();
  t.is(await caller.closed(), ByeCode.shutdown);
});

test.serial(
  'a locked session shows a terminal one colour, gets no input, and is back when unlocked',
  async (t) => {
    const rig = open(t);
    const { wire } = await rig.openWindow();
    const broker = await rig.connect();
    broker.say({ type: 'LockSession' });
    broker.say({ type: 'LockSession' });
    await eventually(() => assert(rig.compositor.lock.held));
    t.like(await (await rig.connect()).hears('SessionInfo'), { locked: true });

    const terminal = await rig.connect();
    const { input } = await terminal.attach();
    await terminal.firstFrame();
    t.true((terminal.frames[0]?.length ?? 0) < 500, 'a frame of one colour');
    const events = () => wire.events.filter(({ name }) => name === 'key').length;
    const stamp = { sequence: 1, timeUs: 1 };
    input.send(encodeInput({ type: 'Key', ...stamp, code: 30, pressed: true }));
    await broker.hears('Activity');
    await wire.roundtrip();
    t.is(events(), 0);

    broker.say({ type: 'UnlockSession' });
    await eventually(() => {
      if (terminal.frames.length < 2) throw new Error('no picture of the session');
    });
    t.false(rig.compositor.lock.locked);
    input.send(encodeInput({ type: 'Key', ...stamp, code: 31, pressed: true }));
    await eventually(async () => {
      await wire.roundtrip();
      assert(events() === 1);
    });
  },
);

test.serial('watchers hear of activity once in a while, terminals do not', async (t) => {
  const rig = open(t);
  const watchers = [await rig.connect(), await rig.connect()];
  const terminal = await rig.connect();
  const { input } = await terminal.attach();
  await terminal.firstFrame();
  for (let code = 30; code < 40; code++) {
    const stamp = { sequence: code, timeUs: 1 };
    input.send(encodeInput({ type: 'Key', ...stamp, code, pressed: true }));
  }
  for (const watcher of watchers) await watcher.hears('Activity');
  t.true(rig.server.request(SessionWish.lock));
  for (const watcher of watchers) {
    t.like(await watcher.hears('SessionRequest'), { wish: SessionWish.lock });
    t.is(watcher.heard.filter(({ type }) => type === 'Activity').length, 1);
  }
  t.false(terminal.heard.some(({ type }) => type === 'Activity' || type === 'SessionRequest'));
  for (const watcher of watchers) watcher.link.close(ByeCode.normal, 'bye');
  await eventually(() => assert(!rig.server.request(SessionWish.lock)));
  t.pass();
});

test.serial('what is selected is told to nobody while the session is locked', async (t) => {
  const rig = open(t);
  const { wire } = await rig.openWindow();
  const manager = wire.bind('wl_data_device_manager', 3);
  const device = wire.request(manager, 'get_data_device', 'new', wire.bind('wl_seat', 9));
  await wire.roundtrip();
  wire.take(device);
  rig.compositor.lock.hold();
  rig.compositor.selections.setServerSelection('clipboard', secret);
  rig.compositor.selections.setServerSelection('primary', secret);
  const late = await rig.openClient();
  const primary = late.bind('zwp_primary_selection_device_manager_v1', 1);
  const lateDevice = late.request(primary, 'get_device', 'new', late.bind('wl_seat', 9));
  await late.roundtrip();
  await wire.roundtrip();
  t.deepEqual(late.take(lateDevice), []);
  t.false(wire.take(device).some(([name]) => name === 'data_offer'));
  rig.compositor.lock.release();
  await eventually(async () => {
    await late.roundtrip();
    assert(late.take(lateDevice).some(([name]) => name === 'data_offer'));
  });
});

test.serial(
  'a locked session shows the arrow, whatever pointer an application chose',
  async (t) => {
    const rig = open(t);
    const { wire } = await rig.openWindow();
    const pointer = wire.request(wire.bind('wl_seat', 9), 'get_pointer', 'new');
    await wire.roundtrip();
    rig.compositor.seat.pointerMotion(0, 160, 100);
    await wire.roundtrip();
    const enter = wire.take(pointer).find(([name]) => name === 'enter');
    wire.request(pointer, 'set_cursor', enter?.[1], null, 0, 0);
    await eventually(async () => {
      await wire.roundtrip();
      assert(rig.compositor.cursor.current.kind === 'hidden');
    });
    rig.compositor.lock.hold();
    await eventually(() => assert(rig.compositor.cursor.current.kind === 'image'));
    wire.request(pointer, 'set_cursor', enter?.[1], null, 0, 0);
    await wire.roundtrip();
    await new Promise((resolve) => setImmediate(resolve));
    t.is(rig.compositor.cursor.current.kind, 'image');
  },
);
