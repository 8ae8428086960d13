import test, { type ExecutionContext } from 'ava';
import { DISPLAY_DEFAULTS, type MonitorConfig } from '../../../firmware/config/display.ts';
import { INPUT_DEFAULTS } from '../../../firmware/config/input.ts';
import { KmsDisplay } from '../../../firmware/display/kms-display.ts';
import { NativePicture } from '../../../firmware/display/native-picture.ts';
import type { Seat, SeatDeps, SeatDevice, SeatOutput } from '../../../firmware/input/seat.ts';
import { makePage } from '../../../firmware/screens/page.ts';
import { DeviceError } from '../../../native/drm/index.ts';
import { openLog } from '../../../protocol/node/log.ts';
import { eventually } from '../../helpers/eventually.ts';
import { connector, FakeCards } from './fake-card.ts';

const GROUND = 0x20242c;
const KEYBOARD: SeatDevice = { name: 'keyboard', kinds: ['keyboard'] };

interface Given {
  readonly cards?: Partial<FakeCards>;
  readonly monitors?: readonly MonitorConfig[];
  readonly devices?: readonly SeatDevice[];
  readonly offAfterMinutes?: number;
}

function setUp(
  t: ExecutionContext,
  { cards: given = {}, monitors = [], devices = [KEYBOARD], offAfterMinutes = 10 }: Given = {},
) {
  const cards = Object.assign(new FakeCards(), { connectors: [connector(1, 640, 480)], ...given });
  const seat: { deps: SeatDeps | null; outputs: readonly SeatOutput[]; leds: number } = {
    deps: null,
    outputs: [],
    leds: 0,
  };
  const told: string[] = [];
  const display = new KmsDisplay({
    size: { width: 1280, height: 800 },
    scale: null,
    display: { ...DISPLAY_DEFAULTS, monitors, offAfterMinutes },
    input: INPUT_DEFAULTS,
    log: openLog({ name: 'test', level: 'silent', readable: false }),
    cards,
    events: {
      input: ({ type }) => told.push(type),
      releaseAll: () => told.push('releaseAll'),
      resized: () => told.push('resized'),
      closed: () => told.push('closed'),
    },
    openSeat: (deps) => {
      seat.deps = deps;
      return {
        devices,
        setOutputs: (outputs: readonly SeatOutput[]) => {
          seat.outputs = outputs;
        },
        setLeds: (mask: number) => {
          seat.leds = mask;
        },
        openDevice: () => null,
        [Symbol.dispose]: () => {},
      } as unknown as Seat;
    },
  });
  t.teardown(() => display.close());
  return { cards, seat, told, display };
}

/** A session's picture of one colour. */
function painted(width: number, height: number, colour: number): NativePicture {
  const picture = new NativePicture(width, height);
  picture.framebuffer.fill(colour);
  return picture;
}

/** A failed assertion would count, even one that is tried again. */
const until = (met: () => boolean) =>
  eventually(() => {
    if (!met()) throw new Error(`not seen: ${met}`);
  });

const sizes = (display: KmsDisplay) =>
  display.outputs.map(({ id, widthPx, heightPx, x }) => [id, widthPx, heightPx, x]);
const NOW = new Int32Array(0);

test('two monitors show their own pictures, and a page covers both', async (t) => {
  const { cards, display, seat } = setUp(t, {
    cards: { connectors: [connector(1, 640, 480), connector(2, 800, 600)] },
  });
  t.deepEqual(sizes(display), [
    [1, 640, 480, 0],
    [2, 800, 600, 640],
  ]);
  t.deepEqual(
    seat.outputs.map(({ id, x }) => [id, x]),
    [
      [1, 0],
      [2, 640],
    ],
  );
  const [left, right] = cards.heads;
  let presented = 0;
  display.present(1, painted(640, 480, 0x112233), NOW, () => (presented += 1));
  display.present(2, painted(800, 600, 0x445566), NOW, () => (presented += 1));
  display.present(9, painted(800, 600, 0x445566), NOW, () => (presented += 1));
  t.deepEqual([left?.colour, right?.colour, presented], [0x112233, 0x445566, 3]);
  display.showPage(makePage('insertCard'));
  await display.look();
  t.deepEqual([left?.colour, right?.colour], [GROUND, GROUND]);
  display.showPage(null);
  t.deepEqual([left?.colour, right?.colour], [0x112233, 0x445566]);
  display.blank();
  t.deepEqual([left?.colour, right?.colour], [0, 0]);
  t.true(
    cards.heads.every(({ buffers }) => buffers.every(({ pixels }) => pixels.every((b) => b === 0))),
  );
});

test('a page that is shown when pictures are overwritten is there afterwards', async (t) => {
  const { cards, display } = setUp(t);
  const [head] = cards.heads;
  display.present(1, painted(640, 480, 0x112233), NOW, () => {});
  display.showPage(makePage('cardRemoved'));
  await display.look();
  display.blank();
  display.showPage(makePage('cardRemoved'));
  await display.look();
  t.is(head?.colour, GROUND);
});

test('the pointer is on the monitor where it is, and on none over a page', (t) => {
  const { cards, display, seat } = setUp(t, {
    cards: { connectors: [connector(1, 640, 480), connector(2, 800, 600)] },
  });
  const [left, right] = cards.heads;
  for (const id of [1, 2]) display.present(id, painted(8, 8, 1), NOW, () => {});
  const pixels = new Uint8Array(24 * 24 * 4);
  const about = { id: 1, widthPx: 24, heightPx: 24, hotspotX: 0, hotspotY: 0, scale120: 120 };
  display.setCursor({ type: 'CursorImage', ...about, pixels, view: 0 });
  t.is(left?.pointer, '320,240');
  seat.deps?.moved(2, 10, 20);
  t.deepEqual([left?.pointer, right?.pointer], [null, '10,20']);
  display.showPage(makePage('insertCard'));
  t.is(right?.pointer, null);
});

test('a monitor that comes is used, one that goes leaves nothing', async (t) => {
  const { cards, display, told } = setUp(t);
  display.present(1, painted(640, 480, 0x111111), NOW, () => {});
  cards.connectors.push(connector(2, 800, 600));
  cards.changed();
  await until(() => told.length === 1);
  display.present(2, painted(800, 600, 0x222222), NOW, () => {});
  t.deepEqual(
    cards.heads.map(({ colour }) => colour),
    [0x111111, 0x222222],
  );
  cards.connectors.shift();
  cards.changed();
  await until(() => told.length === 2);
  t.deepEqual(sizes(display), [[2, 800, 600, 0]]);
  t.deepEqual(
    cards.heads.map(({ colour }) => colour),
    [0x222222],
  );
  cards.connectors.pop();
  cards.changed();
  await until(() => cards.heads.length === 0);
  t.deepEqual(sizes(display), [[2, 800, 600, 0]], 'the session keeps the size that it has');
});

test('a monitor whose cable carries no picture any more is lit anew, and left alone afterwards', async (t) => {
  const { cards, display, told } = setUp(t);
  display.present(1, painted(640, 480, 0x111111), NOW, () => {});
  const [before] = cards.heads;
  cards.connectors = [{ ...connector(1, 640, 480), linkBad: true }];
  cards.changed();
  await until(() => before?.state === 'closed');
  const [after] = cards.heads;
  t.is(after?.colour, 0x111111);
  cards.connectors = [connector(1, 640, 480), connector(2, 640, 480)];
  cards.changed();
  await until(() => cards.heads.length === 2);
  t.is(after?.state, 'on');
  t.is(told.length, 1, 'the session hears of the second monitor alone');
});

test('a graphics card may come later than the terminal, and go', async (t) => {
  const { cards, display, told } = setUp(t, { cards: { present: false } });
  t.deepEqual(sizes(display), [[0, 1280, 800, 0]]);
  display.showPage(makePage('insertCard'));
  cards.present = true;
  cards.changed();
  await until(() => cards.heads[0]?.colour === GROUND);
  t.deepEqual(told, ['resized']);
  cards.present = false;
  cards.opened[0]?.events.lost(new DeviceError('read', 19, 'No such device'));
  t.true(cards.opened[0]?.closed);
  cards.present = true;
  cards.changed();
  await until(() => cards.heads[0]?.colour === GROUND);
  t.is(cards.opened.length, 2);
  t.false(told.includes('closed'));
});

test('a screen that another program has is asked for until it is free', async (t) => {
  const { cards, display } = setUp(t, { cards: { taken: true } });
  let presented = 0;
  display.present(1, painted(640, 480, 0x123456), NOW, () => (presented += 1));
  t.is(presented, 1, 'the session goes on');
  t.is(cards.heads[0]?.colour, null);
  cards.taken = false;
  await until(() => cards.heads[0]?.colour === 0x123456);
  t.is(cards.opened.length, 2);
});

test('a seat that is given to somebody else and back', (t) => {
  const { cards, display, seat, told } = setUp(t);
  display.present(1, painted(640, 480, 0x0000ff), NOW, () => {});
  seat.deps?.seatChanged?.(false);
  cards.taken = true;
  display.present(1, painted(640, 480, 0x00ff00), NOW, () => {});
  t.is(cards.opened.length, 1);
  cards.taken = false;
  seat.deps?.releaseAll();
  t.deepEqual(told, ['releaseAll']);
  seat.deps?.seatChanged?.(true);
  t.is(cards.heads[0]?.colour, 0x00ff00);
});

test('a graphics card of a seat daemon that is lost is opened anew', (t) => {
  const { cards, display, seat } = setUp(t);
  display.present(1, painted(640, 480, 0x0000ff), NOW, () => {});
  seat.deps?.lost?.();
  t.deepEqual(
    cards.opened.map(({ closed }) => closed),
    [true, false],
  );
  t.is(cards.heads[0]?.colour, 0x0000ff);
  // When there is one again, by way of it.
  seat.deps?.returned?.();
  t.deepEqual(
    cards.opened.map(({ closed }) => closed),
    [true, true, false],
  );
  t.is(cards.heads[0]?.colour, 0x0000ff);
});

test('keyboard lights go to the seat, and what is typed to the terminal', (t) => {
  const { display, seat, told } = setUp(t);
  display.setLeds(2);
  t.is(seat.leds, 2);
  seat.deps?.input({ type: 'Key', code: 30, pressed: true });
  t.deepEqual(told, ['Key']);
});

test('without any input device the pages say so', async (t) => {
  const { cards, display, seat } = setUp(t, { devices: [] });
  display.showPage(makePage('insertCard'));
  await display.look();
  const foot = () => cards.heads[0]?.at(0, 470);
  t.is(foot(), GROUND);
  await until(() => foot() !== GROUND);
  seat.deps?.devicesChanged([KEYBOARD]);
  await until(() => foot() === GROUND);
});

test('a monitor that stands turned has its pages turned', async (t) => {
  const turned = { enabled: true, mode: null, scale: 2, rotate: 90, place: null } as const;
  const { display, seat } = setUp(t, { monitors: [{ match: 'DP-1', ...turned }] });
  t.like(display.outputs[0], { widthPx: 640, heightPx: 480, transform: 1 });
  t.like(seat.outputs[0], { width: 240, height: 320, scale: 2 });
  display.showPage(makePage('insertCard'));
  t.like(await display.look(), { width: 480, height: 640 });
});

test('monitors go off at a page, and on for somebody or something new', async (t) => {
  const { cards, display, seat } = setUp(t, { offAfterMinutes: 0.003 });
  const [head] = cards.heads;
  const asleep = () => until(() => head?.state === 'asleep');
  display.showPage(makePage('insertCard'));
  await asleep();
  display.showPage(makePage('noServer'));
  display.showPage(makePage('insertCard'));
  await display.look();
  t.is(head?.state, 'asleep', 'what is said of the connection comes and goes');
  seat.deps?.input({ type: 'Key', code: 30, pressed: true });
  t.is(head?.state, 'on');
  await asleep();
  display.showPage(makePage('readingCard'));
  t.is(head?.state, 'on');
  await asleep();
  display.showPage(null);
  display.present(1, painted(640, 480, 0x00ff00), NOW, () => {});
  t.is(head?.colour, 0x00ff00);
});
