import { queryObjects } from 'node:v8';
import test from 'ava';
import { OutputView } from '../../../appliance/compositor/scene/output-view.ts';
import { OutputStream } from '../../../appliance/encode/output-stream.ts';
import { AttachedTerminal } from '../../../appliance/session/attached-terminal.ts';
import { CursorSender } from '../../../appliance/session/cursor-sender.ts';
import { Encoder, Framebuffer } from '../../../native/pixels/index.ts';
import { Channel } from '../../../protocol/channel.ts';
import { ByeCode, type OutputInfo } from '../../../protocol/generated/control.ts';
import { encodeInput } from '../../../protocol/generated/input.ts';
import { Lane } from '../../../protocol/link/lane.ts';
import { eventually } from '../../helpers/eventually.ts';
import { ATTACH, SCREEN, SessionRig } from './session-rig.ts';

const CYCLES = 24;

/** What is made for a terminal, and how much of it a session without one may hold: the shelf keeps two canvases. */
const HELD: readonly (readonly [abstract new (...args: never[]) => object, number])[] = [
  [AttachedTerminal, 0],
  [CursorSender, 0],
  [OutputStream, 0],
  [Lane, 0],
  [Framebuffer, 2],
  [Encoder, 2],
  [OutputView, 1],
];

/** Sizes and scales alternate; every third terminal has a second screen. */
function screens(cycle: number): OutputInfo[] {
  const scale120 = [120, 180, 240][cycle % 3] ?? 120;
  const first = { ...SCREEN, widthPx: 320 + 40 * (cycle % 4), scale120 };
  const second = { ...SCREEN, id: 1, name: 'TEST-2', x: 1000 };
  return cycle % 3 === 0 ? [first, second] : [first];
}

async function comeAndGo(rig: SessionRig, cycle: number): Promise<void> {
  const caller = await rig.connect();
  if (cycle % 2 === 0) caller.say({ type: 'LockSession' });
  const { input } = await caller.attach({ ...ATTACH, outputs: screens(cycle) });
  caller.say({ type: 'UnlockSession' });
  await caller.firstFrame();
  input.send(encodeInput({ type: 'Key', sequence: 1, timeUs: 0, code: 30, pressed: true }));
  rig.compositor.cursor.setOverride(cycle % 2 === 0 ? 'move' : 'text');
  caller.link.close(ByeCode.normal, 'bye');
  await eventually(() => {
    if (rig.server.attached) throw new Error('still attached');
  });
}

/** Each look collects garbage, which is slow; ends of links that were just closed come in a moment. */
async function nothingHeld(): Promise<void> {
  for (const [kind, allowed] of HELD) {
    await eventually(() => {
      const count = queryObjects(kind, { format: 'count' });
      if (count > allowed) throw new Error(`${kind.name}: ${count} instead of ${allowed}`);
    });
  }
}

test.serial('terminals that come and go leave nothing of theirs behind', async (t) => {
  const rig = new SessionRig();
  t.teardown(() => rig[Symbol.dispose]());
  await rig.openClient();
  for (let cycle = 0; cycle < CYCLES; cycle++) await comeAndGo(rig, cycle);
  await t.notThrowsAsync(nothingHeld());
});

test.serial('channels of a terminal that was detached meanwhile are not served', async (t) => {
  const rig = new SessionRig();
  t.teardown(() => rig[Symbol.dispose]());
  const caller = await rig.connect();
  caller.say(ATTACH);
  await caller.hears('SessionInfo');
  caller.say({ type: 'Detach', reason: 0 });
  let ended = 0;
  for (const channel of [Channel.cursor, Channel.display]) {
    const stream = await caller.link.openBidi(channel);
    stream.onClose(() => ended++);
  }
  await eventually(() => {
    if (ended < 2) throw new Error(`${ended} of 2 channels have ended`);
  });
  t.is(caller.frames.length, 0);
});
