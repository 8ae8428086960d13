import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { Input, InputError, type InputEvent, seatDaemons } from '../../../native/input/index.ts';
import { scratchFolder } from '../../helpers/scratch.ts';
import { EV, type MockDevice, SYN_DROPPED } from './mock-devices.ts';
import { canMock, MockKernel } from './mock-kernel.ts';
import * as seat from './mock-seat.ts';
import { CODE } from './mock-seat.ts';

const probe = fileURLToPath(new URL('probe.ts', import.meta.url));
const mocked = canMock ? test : test.skip;
const settings = {
  acceleration: 0,
  profile: null,
  naturalScroll: false,
  tap: true,
  leftHanded: false,
};
const deaf = { events: () => {}, lost: () => {}, said: () => {} };

type Said = { readonly type: 'said'; readonly line: string };
type Told<Type extends string, Each = InputEvent | Said> = Each extends { type: infer Types }
  ? Type extends Types
    ? Each
    : never
  : never;

/** Real libinput and libudev, in a program that finds these devices. */
class Stage {
  readonly kernel: MockKernel;
  readonly #program: ReturnType<MockKernel['run']>;

  private constructor(kernel: MockKernel) {
    this.kernel = kernel;
    this.#program = kernel.run(probe);
  }

  static async start(...devices: MockDevice[]): Promise<Stage> {
    const stage = new Stage(await MockKernel.start(devices));
    await stage.told('ready');
    return stage;
  }

  /** Of the program, once it has ended. */
  get status(): Promise<number | null> {
    return this.#program.status;
  }

  tell(line: string): void {
    this.#program.input.write(`${line}\n`);
  }

  /** Waits for the program to say this. */
  async told<Type extends string>(type: Type): Promise<Told<Type>> {
    const line = await this.#program.lines.next((it) => it.startsWith(`{"type":"${type}"`));
    return JSON.parse(line);
  }

  /** How often it has said this, and nobody asked. */
  untold(type: string): number {
    return this.#program.lines.unread.filter((line) => line.startsWith(`{"type":"${type}"`)).length;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kernel[Symbol.asyncDispose]();
  }
}

mocked(
  'devices are found with what they can do; what udev does not call an input device is none',
  async (t) => {
    await using stage = await Stage.start(
      seat.keyboard,
      seat.mouse,
      seat.touchpad,
      seat.touchscreen,
      seat.tablet,
      seat.lid,
      seat.accelerometer,
    );
    const found: Record<string, [readonly string[], string | null]> = {};
    for (let i = 0; i < 6; i++) {
      const { device } = await stage.told('added');
      found[device.name] = [device.abilities, device.output];
    }
    t.deepEqual(found, {
      'Mock Keyboard': [['keyboard'], null],
      'Mock Mouse': [['pointer'], null],
      'Mock Touchpad': [['pointer', 'gesture'], null],
      'Mock Touchscreen': [['touch'], 'DP-2'],
      'Mock Tablet': [['tablet'], null],
      'Mock Lid Switch': [['switch'], null],
    });
    stage.tell('quit');
    await stage.told('closed');
    t.is(stage.untold('added'), 0);
  },
);

mocked('keys come as they are, and go up when their keyboard is pulled', async (t) => {
  await using stage = await Stage.start(seat.keyboard);
  await stage.kernel.say(seat.keyboard, [[EV.key, CODE.keyA, 1]]);
  const { device, code, pressed } = await stage.told('key');
  t.deepEqual({ code, pressed }, { code: CODE.keyA, pressed: true });
  await stage.kernel.say(seat.keyboard, [[EV.key, CODE.keyPower, 1]]);
  t.is((await stage.told('key')).code, CODE.keyPower);
  await stage.kernel.unplug(seat.keyboard);
  const released = [await stage.told('key'), await stage.told('key')];
  t.deepEqual(
    new Set(released.map((key) => `${key.code} ${key.pressed}`)),
    new Set(['30 false', '116 false']),
  );
  t.is((await stage.told('removed')).device, device);
});

mocked(
  'a keyboard that comes later types, and shows the lights that were set before',
  async (t) => {
    await using stage = await Stage.start(seat.mouse);
    await stage.told('added');
    stage.tell('2');
    await stage.told('lit');
    await stage.kernel.plug(seat.keyboard);
    t.is((await stage.told('added')).device.name, 'Mock Keyboard');
    // struct input_event: Num Lock 0, Caps Lock 1, Scroll Lock 2
    const lights = lightsIn(await stage.kernel.written(seat.keyboard));
    t.deepEqual(lights, { 0: 0, 1: 1, 2: 0 });
    stage.tell('5');
    t.deepEqual(lightsIn(await stage.kernel.written(seat.keyboard)), { 0: 1, 1: 0, 2: 1 });
    await stage.kernel.say(seat.keyboard, [[EV.key, CODE.keyA, 1]]);
    t.is((await stage.told('key')).code, CODE.keyA);
  },
);

mocked('a mouse moves, clicks and scrolls in its settings', async (t) => {
  await using stage = await Stage.start(seat.mouse);
  await stage.kernel.say(seat.mouse, [
    [EV.rel, CODE.relX, 5],
    [EV.rel, CODE.relY, -3],
  ]);
  const { dx, dy, dxRaw, dyRaw } = await stage.told('motion');
  t.deepEqual({ dx, dy, dxRaw, dyRaw }, { dx: 5, dy: -3, dxRaw: 5, dyRaw: -3 });
  await stage.kernel.say(seat.mouse, [[EV.key, CODE.btnLeft, 1]]);
  t.like(await stage.told('button'), { code: CODE.btnLeft, pressed: true });
  await stage.kernel.say(seat.mouse, [
    [EV.rel, CODE.relWheel, -1],
    [EV.rel, CODE.relWheelHighRes, -120],
  ]);
  t.like(await stage.told('scroll'), {
    source: 'wheel',
    vertical: { value: -15, v120: -120 },
    horizontal: null,
    inverted: true,
  });
});

mocked('absolute pointers and touch screens tell parts of their width and height', async (t) => {
  await using stage = await Stage.start(seat.absoluteMouse, seat.touchscreen);
  await stage.kernel.say(seat.absoluteMouse, [
    [EV.abs, CODE.absX, 16384],
    [EV.abs, CODE.absY, 8192],
  ]);
  t.like(await stage.told('place'), { x: 0.5, y: 0.25 });
  const finger = (slot: number, x: number) =>
    [
      [EV.abs, CODE.mtSlot, slot],
      [EV.abs, CODE.mtTrackingId, slot + 1],
      [EV.abs, CODE.mtX, x],
      [EV.abs, CODE.mtY, 250],
    ] as const;
  await stage.kernel.say(seat.touchscreen, [
    ...finger(0, 500),
    ...finger(1, 750),
    [EV.key, CODE.btnTouch, 1],
  ]);
  t.like(await stage.told('touch-down'), { slot: 0, x: 0.5, y: 0.25 });
  t.like(await stage.told('touch-down'), { slot: 1, x: 0.75 });
  await stage.told('touch-frame');
  await stage.kernel.unplug(seat.touchscreen);
  const slots = [(await stage.told('touch-cancel')).slot, (await stage.told('touch-cancel')).slot];
  t.deepEqual(slots.sort(), [0, 1]);
});

mocked('a touchpad moves the pointer', async (t) => {
  await using stage = await Stage.start(seat.touchpad);
  const touch = (x: number, first: boolean) =>
    stage.kernel.say(seat.touchpad, [
      [EV.abs, CODE.mtSlot, 0],
      ...(first ? ([[EV.abs, CODE.mtTrackingId, 1]] as const) : []),
      [EV.abs, CODE.mtX, x],
      [EV.abs, CODE.mtY, 1200],
      [EV.abs, CODE.absX, x],
      ...(first
        ? ([
            [EV.key, CODE.btnTouch, 1],
            [EV.key, 0x145, 1],
          ] as const)
        : []),
    ]);
  await touch(1000, true);
  for (let x = 1050; x < 2000; x += 50) await touch(x, false);
  const { dx, dy } = await stage.told('motion');
  t.true(dx > 0 && dy === 0);
});

mocked('a pen points, touches and has buttons', async (t) => {
  await using stage = await Stage.start(seat.tablet);
  await stage.kernel.say(seat.tablet, [
    [EV.key, CODE.btnToolPen, 1],
    [EV.abs, CODE.absX, 5000],
    [EV.abs, CODE.absY, 2500],
  ]);
  t.like(await stage.told('pen-near'), { near: true, x: 0.5, y: 0.25 });
  await stage.kernel.say(seat.tablet, [
    [EV.abs, CODE.absPressure, 800],
    [EV.key, CODE.btnTouch, 1],
  ]);
  t.like(await stage.told('pen-tip'), { down: true });
  await stage.kernel.say(seat.tablet, [[EV.key, CODE.btnStylus, 1]]);
  t.like(await stage.told('pen-button'), { code: CODE.btnStylus, pressed: true });
});

mocked('a lid closes', async (t) => {
  await using stage = await Stage.start(seat.lid);
  await stage.kernel.say(seat.lid, [[EV.sw, CODE.swLid, 1]]);
  t.like(await stage.told('switch'), { which: 'lid', on: true });
});

mocked('after events that the kernel dropped, the keyboard is asked what is down', async (t) => {
  await using stage = await Stage.start(seat.keyboard);
  await stage.kernel.say(seat.keyboard, [[EV.key, CODE.keyA, 1]]);
  t.true((await stage.told('key')).pressed);
  // Its EVIOCGKEY says that nothing is.
  await stage.kernel.say(seat.keyboard, [[EV.syn, SYN_DROPPED, 0]]);
  await stage.kernel.say(seat.keyboard, []);
  t.like(await stage.told('key'), { code: CODE.keyA, pressed: false });
  t.regex((await stage.told('said')).line, /Mock Keyboard: SYN_DROPPED event/);
});

mocked('what libinput complains about is told', async (t) => {
  await using stage = await Stage.start(seat.mouse);
  const notch = [
    [EV.rel, CODE.relWheel, -1],
    [EV.rel, CODE.relWheelHighRes, -120],
  ] as const;
  await stage.kernel.say(seat.mouse, notch, 5000);
  const { line } = await stage.told('said');
  t.regex(line, /^client bug: timer event2 .*: scheduled expiry is in the past \(-\d+ms\)/);
});

mocked('it ends in the middle of what devices do', async (t) => {
  await using stage = await Stage.start(seat.keyboard);
  await stage.kernel.say(seat.keyboard, [
    [EV.key, CODE.escape, 1],
    [EV.key, CODE.keyA, 1],
  ]);
  await stage.told('closed');
  // Nothing else holds the program: it ends when nothing of the devices is left.
  t.is(await stage.status, 0);
});

test('where nothing is connected there is nothing, and it ends twice', (t) => {
  const input = new Input(settings, { ...deaf, events: () => t.fail() }, []);
  t.true(input.active);
  t.is(input.seatName, 'seat0');
  t.is(input.daemon, null);
  input.setLeds(7);
  input[Symbol.dispose]();
  input[Symbol.dispose]();
  const error = t.throws(() => input.setLeds(0), { instanceOf: InputError });
  t.is(error?.call, 'closed');
});

test('of a hundred that ended no descriptor is left', (t) => {
  const descriptors = () => readdirSync('/proc/self/fd').length;
  using _first = new Input(settings, deaf, []);
  const before = descriptors();
  for (let i = 0; i < 100; i++) {
    using _input = new Input(settings, deaf, []);
  }
  t.is(descriptors(), before);
});

test('a seat daemon that gives no seat is done without', (t) => {
  const said: string[] = [];
  process.env['SEATD_SOCK'] = '/nonexistent/seatd.sock';
  using input = new Input(settings, { ...deaf, said: (line) => said.push(line) }, ['seatd']);
  delete process.env['SEATD_SOCK'];
  t.is(input.daemon, null);
  t.regex(said[0] ?? '', /^seatd gives no seat: libseat_open_seat: /);
  t.is(process.env['LIBSEAT_BACKEND'], undefined);
  t.throws(() => input.openDevice('/dev/dri/card0'), { instanceOf: InputError });
});

test('settings that cannot be are refused', (t) => {
  for (const wrong of [{ acceleration: 2 }, { acceleration: Number.NaN }, { profile: 'fast' }])
    t.throws(() => new Input({ ...settings, ...(wrong as object) }, deaf, []), {
      instanceOf: RangeError,
    });
});

test('seat daemons are found by their sockets', (t) => {
  using folder = scratchFolder();
  const nowhere = { seatd: '/nonexistent/seatd', logind: '/nonexistent/logind' };
  const both = { seatd: folder.path, logind: folder.path };
  t.deepEqual(seatDaemons({}, nowhere), []);
  t.deepEqual(seatDaemons({ SEATD_SOCK: folder.path }, nowhere), ['seatd']);
  t.deepEqual(seatDaemons({}, both), ['seatd', 'logind']);
  t.deepEqual(seatDaemons({ LIBSEAT_BACKEND: 'logind' }, both), ['logind']);
  t.deepEqual(seatDaemons({ LIBSEAT_BACKEND: 'builtin' }, both), []);
});

/** @returns by LED code what it was set to */
function lightsIn(hex: string): Record<number, number> {
  const bytes = Buffer.from(hex, 'hex');
  const lights: Record<number, number> = {};
  for (let at = 0; at + 24 <= bytes.length; at += 24)
    if (bytes.readUInt16LE(at + 16) === EV.led)
      lights[bytes.readUInt16LE(at + 18)] = bytes.readInt32LE(at + 20);
  return lights;
}
