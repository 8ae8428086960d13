import test, { type ExecutionContext } from 'ava';
import { buildDriver, Driver } from './wayland-driver/driver.ts';
import { PLACE, PlainCompositor } from './wayland-driver/plain-compositor.ts';
import { SCREEN } from './wayland-fakes/bench.ts';

const RED = 0xff0000;
const GREEN = 0x00ff00;
const BLUE = 0x0000ff;
const WHITE = 0xffffff;
const BACKGROUND = 0x102030;
const QUADRANTS = 'ffff0000 ff00ff00 ff0000ff ffffffff';
const plain = (colour: string) => `${colour} ${colour} ${colour} ${colour}`;

const driver = buildDriver();
const compositor = new PlainCompositor(SCREEN);
compositor.scene.setBackground(BACKGROUND);
test.after.always(() => {
  compositor[Symbol.dispose]();
  driver.remove();
});

async function connect(t: ExecutionContext): Promise<Driver> {
  const client = new Driver(driver.path, compositor.socket);
  t.teardown(() => client.stop());
  await client.run();
  client.takeEvents();
  return client;
}

/** Colours in the middle of the quadrants of what is shown at PLACE. */
function quadrants(width: number, height: number): number[] {
  const [x, y] = [PLACE.x, PLACE.y];
  const right = x + width - 1;
  const bottom = y + height - 1;
  return [
    compositor.pixel(x, y),
    compositor.pixel(right, y),
    compositor.pixel(x, bottom),
    compositor.pixel(right, bottom),
  ];
}

async function show(client: Driver, width: number, height: number, ...more: string[]) {
  const buffer = `buffer 0 ${width} ${height} 1 ${QUADRANTS}`;
  await client.run('surface 0', buffer, 'attach 0 0', ...more, 'commit 0');
}

test.serial('a buffer is composed where its surface lies and nowhere else', async (t) => {
  const client = await connect(t);
  await show(client, 40, 30);
  t.deepEqual(quadrants(40, 30), [RED, GREEN, BLUE, WHITE]);
  t.is(compositor.pixel(PLACE.x - 1, PLACE.y), BACKGROUND);
  t.is(compositor.pixel(PLACE.x + 40, PLACE.y + 29), BACKGROUND);
  t.is(compositor.pixel(PLACE.x + 19, PLACE.y + 14), RED);
  // Composing has sent it; a round trip later the client has it.
  await client.run();
  t.deepEqual(client.takeEvents(), ['enter 0']);
});

test.serial('a client that leaves takes its surfaces along', async (t) => {
  const client = await connect(t);
  await show(client, 40, 30);
  const before = compositor.frames.length;
  await client.stop();
  while (compositor.frames.length === before) await new Promise(setImmediate);
  t.deepEqual(compositor.frames.at(-1), [PLACE.x, PLACE.y, 40, 30]);
  t.is(compositor.pixel(PLACE.x, PLACE.y), BACKGROUND);
});

// Where the client's quadrants are seen once the compositor has undone what the client did to them.
const transforms: [number, number[]][] = [
  [0, [RED, GREEN, BLUE, WHITE]],
  [1, [BLUE, RED, WHITE, GREEN]],
  [2, [WHITE, BLUE, GREEN, RED]],
  [3, [GREEN, WHITE, RED, BLUE]],
  [4, [GREEN, RED, WHITE, BLUE]],
  [5, [RED, BLUE, GREEN, WHITE]],
  [6, [BLUE, WHITE, RED, GREEN]],
  [7, [WHITE, GREEN, BLUE, RED]],
];
for (const [transform, colours] of transforms)
  test.serial(`buffer transform ${transform}`, async (t) => {
    const client = await connect(t);
    await show(client, 40, 20, `transform 0 ${transform}`);
    const [width, height] = transform % 2 === 0 ? [40, 20] : [20, 40];
    t.deepEqual(quadrants(width, height), colours);
    t.is(compositor.pixel(PLACE.x + width, PLACE.y), BACKGROUND);
    t.is(compositor.pixel(PLACE.x, PLACE.y + height), BACKGROUND);
  });

test.serial('buffer scale and viewport', async (t) => {
  const client = await connect(t);
  await show(client, 40, 20, 'scale 0 2');
  t.deepEqual(quadrants(20, 10), [RED, GREEN, BLUE, WHITE]);
  t.is(compositor.pixel(PLACE.x + 20, PLACE.y), BACKGROUND);
  await client.run('viewport 0', 'source 0 10 0 10 5', 'destination 0 30 30', 'commit 0');
  // The enlarged right top quadrant; filtering lets its neighbours reach in by a buffer pixel at the edges.
  for (const [x, y] of [
    [2, 0],
    [29, 26],
    [15, 15],
  ] as const)
    t.is(compositor.pixel(PLACE.x + x, PLACE.y + y), GREEN);
  t.is(compositor.pixel(PLACE.x + 30, PLACE.y), BACKGROUND);
});

test.serial('senseless sizes and places disturb nobody', async (t) => {
  const client = await connect(t);
  await show(client, 40, 20, 'viewport 0', 'destination 0 2147483647 2147483647');
  t.is(compositor.pixel(SCREEN.widthPx - 1, SCREEN.heightPx - 1), RED);
  await client.run('destination 0 40 20', 'surface 1', 'subsurface 1 0', 'desync 1');
  await client.run('position 1 -2147483648 2147483647', 'attach 1 0', 'commit 1', 'commit 0');
  await client.run('viewport 1', 'destination 1 2147483647 2147483647', 'commit 1');
  await client.run('position 1 -2147483638 -5', 'commit 0');
  t.is(compositor.pixel(PLACE.x, PLACE.y), GREEN, 'the far end of the enormous subsurface');
  client.send(`buffer 1 40000 1 1 ${QUADRANTS}`, 'attach 0 1', 'commit 0');
  await client.ended();
  t.deepEqual(client.takeEvents().at(-1), 'error wl_surface 2');
});

test.serial('only what the client damaged is composed', async (t) => {
  const client = await connect(t);
  await show(client, 40, 30);
  const buffer = `buffer 1 40 30 1 ${plain('ff123456')}`;
  await client.run(buffer, 'attach 0 1', 'damage 0 3 4 5 6', 'commit 0');
  t.deepEqual(compositor.frames.at(-1), [PLACE.x + 3, PLACE.y + 4, 5, 6]);
  t.is(compositor.pixel(PLACE.x + 3, PLACE.y + 4), 0x123456);
  t.is(compositor.pixel(PLACE.x + 8, PLACE.y + 4), RED);
});

test.serial('buffers come back when they are replaced, frames are answered', async (t) => {
  const client = await connect(t);
  await show(client, 40, 30, 'frame 0');
  await client.until('frame 0');
  client.takeEvents();
  await client.run(`buffer 1 40 30 1 ${QUADRANTS}`, 'attach 0 1', 'frame 0', 'commit 0');
  await client.until('frame 0');
  t.deepEqual(client.takeEvents(), ['release 0']);
  await client.run('attach 0 -1', 'commit 0');
  t.deepEqual(client.takeEvents(), ['release 1', 'leave 0']);
});

test.serial('pixels of a destroyed buffer stay', async (t) => {
  const client = await connect(t);
  await show(client, 40, 30);
  await client.run('destroy-buffer 0');
  compositor.scene.damageAll(compositor.output);
  compositor.frame();
  t.deepEqual(quadrants(40, 30), [RED, GREEN, BLUE, WHITE]);
});

test.serial('translucent subsurfaces above and below, synchronised and not', async (t) => {
  const client = await connect(t);
  await show(client, 40, 30);
  await client.run(
    'surface 1',
    'subsurface 1 0',
    'position 1 30 0',
    `buffer 1 20 30 0 ${plain('80008000')}`,
    'attach 1 1',
    'commit 1',
  );
  t.is(compositor.pixel(PLACE.x + 35, PLACE.y), GREEN);
  await client.run('commit 0');
  t.is(compositor.pixel(PLACE.x + 35, PLACE.y), 0x00ff00);
  t.is(compositor.pixel(PLACE.x + 45, PLACE.y) & 0xff0000, 0x080000, 'half of the background');
  await client.run('below 1 0', 'desync 1', 'commit 0');
  const next = `buffer 2 20 30 1 ${plain('ff445566')}`;
  await client.run(next, 'attach 1 2', 'damage 1 0 0 20 30', 'commit 1');
  t.is(compositor.pixel(PLACE.x + 35, PLACE.y), GREEN, 'it is below now');
  t.is(compositor.pixel(PLACE.x + 45, PLACE.y), 0x445566);
});

test.serial('a client that truncates its pool loses its own connection only', async (t) => {
  const witness = await connect(t);
  const client = await connect(t);
  const bad = `buffer 0 400 300 0 ${plain('ffabcdef')}`;
  client.send('surface 0', bad, 'truncate 0 12', 'attach 0 0', 'damage 0 0 0 400 300', 'commit 0');
  await client.ended();
  t.deepEqual(client.takeEvents(), ['error wl_buffer 2']);
  await show(witness, 40, 30);
  t.deepEqual(quadrants(40, 30), [RED, GREEN, BLUE, WHITE]);
});

test.serial('protocol errors reach the client', async (t) => {
  const client = await connect(t);
  client.send('surface 0', 'scale 0 0');
  await client.ended();
  t.deepEqual(client.takeEvents(), ['error wl_surface 0']);
});
