import test from 'ava';
import type { ArrivedFrame } from '../../firmware/connection/attachment.ts';
import { Desktop } from '../helpers/desktop.ts';
import { boxOf, carry, FOUR, footOf } from '../helpers/four-outputs.ts';
import { type Box, centre, type Picture } from '../helpers/picture.ts';

const COLOURS = [0x102030, 0x304010, 0x401030, 0x103a3a] as const;
const four = (index: number) => FOUR[index] as (typeof FOUR)[number];
const scaled = (box: Box | null, scale: number): Box | null =>
  box && {
    x: box.x / scale,
    y: box.y / scale,
    width: box.width / scale,
    height: box.height / scale,
  };

/** A window of its own colour on each output, 400x200 in the middle of 800x600. */
async function onEach(desk: Desktop): Promise<void> {
  let opensOn = 0;
  for (const index of [3, 2, 1, 0]) {
    const colour = COLOURS[index] as number;
    desk.run('foot', footOf(colour, '400x200', `read-${index}`));
    const width = 400 * four(opensOn).scale;
    const seen = await desk.untilOn(
      opensOn,
      'a window',
      (now) => boxOf(now, colour)?.width === width,
    );
    await desk.settled();
    const from = { output: opensOn, ...centre(boxOf(seen, colour) as Box) };
    const { scale } = four(index);
    await carry(desk, from, { output: index, x: 400 * scale, y: 300 * scale });
    await shows(desk, index, colour, scale);
    opensOn = index;
  }
}

/** Until that output has the whole window, with as many pixels as its scale asks for. */
async function shows(
  desk: Desktop,
  output: number,
  colour: number,
  scale: number,
): Promise<Box | null> {
  const seen = await desk.untilOn(output, `${colour.toString(16)} on ${output}`, (now) => {
    const box = boxOf(now, colour);
    return box?.width === 400 * scale && box.height === 200 * scale;
  });
  return boxOf(seen, colour);
}

const idOf = (desk: Desktop, name: string): number =>
  desk.outputs.find((output) => output.name === name)?.id ?? -1;

async function places(desk: Desktop): Promise<(Box | null)[]> {
  await desk.settled();
  return Promise.all(
    FOUR.map(async ({ name, scale }, index) =>
      scaled(boxOf(await desk.see(idOf(desk, name)), COLOURS[index] as number), scale),
    ),
  );
}

/** Resolves once each output has its own window where that was. */
async function isAgain(desk: Desktop, before: readonly (Box | null)[]): Promise<void> {
  for (const [index, { name, scale }] of FOUR.entries()) {
    const colour = COLOURS[index] as number;
    await desk.untilOn(idOf(desk, name), `its window on ${name}`, (now) => {
      const box = scaled(boxOf(now, colour), scale);
      const was = before[index];
      return box?.x === was?.x && box?.y === was?.y && box?.width === was?.width;
    });
  }
}

test.serial('outputs that go and come take their windows along and bring them back', async (t) => {
  const desk = await Desktop.open(t, { outputs: FOUR });
  await onEach(desk);
  const before = await places(desk);
  t.true(
    before.every((box) => box?.width === 400),
    JSON.stringify(before),
  );
  for (const index of [1, 2, 3]) {
    const { name } = four(index);
    desk.unplug(idOf(desk, name));
    await shows(desk, 0, COLOURS[index] as number, 1);
    desk.type(`without ${name}\n`);
    desk.plug(four(index));
    await isAgain(desk, before);
  }
  // The primary one: another is that for as long.
  desk.unplug(idOf(desk, 'main'));
  await shows(desk, idOf(desk, 'right'), COLOURS[0], 1.25);
  desk.plug(four(0));
  await isAgain(desk, before);
  t.deepEqual(
    desk.outputs.map(({ name }) => name),
    FOUR.map(({ name }) => name),
  );
  // A dock: three at once, and back in another order.
  for (const name of ['right', 'below', 'corner']) desk.unplug(idOf(desk, name));
  await shows(desk, idOf(desk, 'main'), COLOURS[1], 1);
  await desk.settled();
  await desk.save('hotplug-one-left', undefined, idOf(desk, 'main'));
  for (const index of [3, 1, 2]) desk.plug(four(index));
  await isAgain(desk, before);
  t.deepEqual(await places(desk), before);
});

test.serial('an output gets another size, scale and turn under its window', async (t) => {
  const desk = await Desktop.open(t, { outputs: FOUR });
  await onEach(desk);
  const before = await places(desk);
  desk.change(2, { width: 1400, height: 1050, scale: 1.75, refreshHz: 30 });
  await shows(desk, 2, COLOURS[2], 1.75);
  desk.change(2, { width: 800, height: 600 });
  await shows(desk, 2, COLOURS[2], 1);
  desk.change(2, { width: 1050, height: 1400, scale: 1.75, transform: 1 });
  const turned = await desk.untilOn(2, 'it upright', (now) => now.width === 1400);
  t.is(turned.height, 1050);
  await shows(desk, 2, COLOURS[2], 1.75);
  await desk.settled();
  await desk.save('hotplug-turned', undefined, 2);
  // Too small for any window: it is made to fit.
  desk.change(2, { width: 320, height: 240 });
  await desk.untilOn(2, 'as much as fits', (now) => (boxOf(now, COLOURS[2])?.width ?? 999) <= 320);
  desk.change(2, four(2));
  await isAgain(desk, before);
  t.deepEqual(await places(desk), before);
});

/** Rectangles of a frame, and where copies come from. */
function rectsOf({ header: { regions } }: ArrivedFrame): { box: Box; encoding: number }[] {
  const rects: { box: Box; encoding: number }[] = [];
  for (let i = 0; i + 6 < regions.length; i += 7) {
    const [encoding = 0, x = 0, y = 0, width = 0, height = 0, a = 0, b = 0] = regions.slice(
      i,
      i + 7,
    );
    rects.push({ encoding, box: { x, y, width, height } });
    if (encoding === 1) rects.push({ encoding, box: { x: a, y: b, width, height } });
  }
  return rects;
}

const COPY = 1;
const VIDEO = 5;
const MPV = ['--no-config', '--vo=wlshm', '--no-audio', '--osc=no', '--osd-level=0'];
const FILM =
  'av://lavfi:mandelbrot=size=1280x720:rate=25:start_scale=0.3,gblur=sigma=1.5,noise=c0s=3:c0f=t';

test.serial('copies and video end at the edges of outputs', async (t) => {
  const frames: ArrivedFrame[] = [];
  const desk = await Desktop.open(t, { outputs: FOUR, onFrame: (frame) => frames.push(frame) });
  const uses = (encoding: number, output: number): boolean =>
    frames.some(
      (frame) =>
        frame.header.output === output && rectsOf(frame).some((rect) => rect.encoding === encoding),
    );
  await desk.open('foot', footOf(COLOURS[0], '400x200', 'read'));
  desk.type('words that move\n');
  await desk.settled();
  const { x, y } = centre(boxOf(desk.look(), COLOURS[0]) as Box);
  desk.hold('Alt');
  desk.move({ x: x + 100, y });
  desk.button('left', true);
  // A hand that waits for each picture, over the edge and on.
  for (let at = x + 130; at < 1000; at += 30) {
    desk.move({ x: at, y });
    await desk.settled();
  }
  for (let at = 5; at < 500; at += 40) {
    desk.move({ x: at, y: y * 1.25 }, 1);
    await desk.settled();
  }
  desk.button('left', false);
  desk.release('Alt');
  await shows(desk, 1, COLOURS[0], 1.25);
  t.true(uses(COPY, 0) && uses(COPY, 1), 'moves are copies on both');
  const before = (await desk.see(1)) as Picture;
  const player = desk.run('mpv', [...MPV, '--input-terminal=no', FILM]);
  const seen = await desk.untilOn(1, 'the film', (now) => now.changedShare(before) > 0.1);
  const grip = centre(seen.changedSince(before) as Box);
  await carry(desk, { output: 1, x: grip.x + 125, y: grip.y }, { output: 1, x: 125, y: 375 });
  await desk.untilOn(0, 'video on both', () => uses(VIDEO, 0) && uses(VIDEO, 1));
  await desk.save('film-span-left');
  await desk.save('film-span-right', undefined, 1);
  // Paused, both halves are exact: settled() has compared them with what the session composed.
  desk.type(' ');
  await desk.settled();
  for (const output of [0, 1])
    t.false(frames.findLast(({ header }) => header.output === output)?.header.lossy);
  await player.stop();
  for (const frame of frames) {
    const { width, height } = four(frame.header.output);
    for (const { box } of rectsOf(frame))
      if (box.x < 0 || box.y < 0 || box.x + box.width > width || box.y + box.height > height)
        t.fail(`${JSON.stringify(box)} on output ${frame.header.output}`);
  }
});
