/** A session on two monitors of different size, of which one comes later and goes again. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Picture } from '../../../helpers/picture.ts';
import { Server } from '../../../helpers/server.ts';
import { chapter, type Stage } from '../chapter.ts';
import { Monitor } from '../monitor.ts';
import { type OneMachine, openMachine } from '../one-machine.ts';

const COLOUR = 0x104060;
const DESKTOP = 0x20242c;
const FOOT = `foot --window-size-pixels=600x400 --override=colors.background=${COLOUR.toString(16)} cat`;
const FIRST = { width: 1280, height: 720 };
const SECOND = { width: 1024, height: 600 };

interface TwoMonitors extends OneMachine {
  readonly socket: string;
}

export const twoMonitors = chapter('two-monitors', open, { first, second, dragged, gone, again });

async function open(stage: Stage): Promise<TwoMonitors> {
  const server = await Server.start({ exec: FOOT });
  const socket = join(stage.folder, 'second.sock');
  const address = server.address.replace('127.0.0.1', '10.0.2.2');
  const words = `wayray.server=${address} wayray.pin=${server.fingerprint}`;
  const world = await openMachine(stage, {
    words,
    outputs: 2,
    extra: ['-vnc', `unix:${socket},id=second,display=video0,head=1`],
  });
  return {
    ...world,
    socket,
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      await server.stop();
    },
  };
}

/** A screen of this size with the window, or without. */
const shows =
  ({ width, height }: { width: number; height: number }, window: boolean) =>
  (picture: Picture): boolean =>
    picture.width === width &&
    picture.height === height &&
    picture.share((rgb) => rgb === DESKTOP) > 0.5 &&
    picture.share((rgb) => rgb === COLOUR) > 0.2 === window;

async function first({ screen }: TwoMonitors): Promise<void> {
  await screen.until('the session on one monitor', shows(FIRST, true));
}

async function second(world: TwoMonitors): Promise<void> {
  await plug(world);
  await world.screen.until('the desktop on the second', shows(SECOND, false), 1);
  await world.screen.until('the window on the first', shows(FIRST, true));
  assert.match(world.machine.console, /"monitor":"Virtual-2".*"x":1280/);
}

async function plug({ socket }: TwoMonitors): Promise<void> {
  using monitor = await Monitor.plug(socket);
  monitor.resize(SECOND.width, SECOND.height);
}

/** By its title bar, with the mouse, over the edge between the monitors. */
async function dragged({ machine, pointer, screen }: TwoMonitors): Promise<void> {
  const box = (await screen.look()).bounds((rgb) => rgb === COLOUR);
  if (!box) throw new Error('no window');
  const button = (down: boolean) =>
    machine.qmp.execute('input-send-event', {
      events: [{ type: 'btn', data: { button: 'left', down } }],
    });
  await pointer.point((box.x + 100) / FIRST.width, (box.y - 15) / FIRST.height);
  await button(true);
  // Against the far edge, then back: how far a mouse goes is the driver's choice.
  for (let i = 0; i < 40; i++) await pointer.push(60, 0);
  await screen.until('no window on the first', shows(FIRST, false));
  const onSecond = shows(SECOND, true);
  await screen.until(
    'the window on the second',
    async (picture) => {
      if (onSecond(picture)) return true;
      await pointer.push(-20, 0);
      return false;
    },
    1,
  );
  await button(false);
  await screen.keep('left');
  await screen.keep('right', 1);
}

async function gone({ machine, screen, socket }: TwoMonitors): Promise<void> {
  using monitor = await Monitor.plug(socket);
  monitor.unplug();
  await screen.until('the window on the first', shows(FIRST, true));
  await screen.keep('one-left');
  assert.doesNotMatch(machine.console, /no monitor/);
}

async function again(world: TwoMonitors): Promise<void> {
  await plug(world);
  await world.screen.until('the window on the second again', shows(SECOND, true), 1);
  await world.screen.keep('right-again', 1);
}
