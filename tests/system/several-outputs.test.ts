import { mkdirSync } from 'node:fs';
import test from 'ava';
import sharp from 'sharp';
import { Desktop } from '../helpers/desktop.ts';
import type { Box, Picture } from '../helpers/picture.ts';
import { repository } from '../helpers/program.ts';
import { Server } from '../helpers/server.ts';
import { runTerminal } from '../helpers/terminal.ts';

const PAGE = 0x102030;
const OTHER = 0x304010;
const foot = (colour: number) => [
  '-o',
  `colors.background=${colour.toString(16)}`,
  '-o',
  'pad=0x0',
];
const FOOT = [...foot(PAGE), '--window-size-pixels=400x300'];
const page = (picture: Picture | null): Box | null =>
  picture?.bounds((rgb) => rgb === PAGE) ?? null;
const covers = (box: Box | null, width: number, height: number): boolean =>
  box !== null && box.width === width && box.height === height;

/** Left and right of different size and scale; a window is taken to the right one by its title bar. */
async function onTheRight(desk: Desktop): Promise<void> {
  await desk.open('foot', [...FOOT, 'sh', '-c', 'exec cat >read']);
  const box = page(desk.look());
  if (!box) throw new Error('no window');
  desk.move({ x: box.x + 100, y: box.y - 15 });
  desk.button('left', true);
  await desk.settled();
  // Over the edge in steps, as a hand does.
  for (const x of [box.x + 120, 999]) desk.move({ x, y: 300 });
  for (const x of [30, 300, 500]) desk.move({ x, y: 400 }, 1);
  await desk.settled();
  desk.button('left', false);
}

test.serial(
  'a window is moved to an output of another size and scale, and typed into there',
  async (t) => {
    const desk = await Desktop.open(t, {
      outputs: [
        { width: 1000, height: 700 },
        { width: 1500, height: 1050, scale: 1.5 },
      ],
    });
    await onTheRight(desk);
    const there = await desk.untilOn(1, 'the window at its size', (now) =>
      covers(page(now), 600, 450),
    );
    t.is(page(await desk.see(0)), null);
    t.deepEqual([there.width, there.height], [1500, 1050]);
    desk.type('typed on the right\n');
    t.deepEqual(await desk.lines('read'), ['typed on the right']);
    await desk.settled();
    await desk.save('two-outputs-left');
    await desk.save('two-outputs-right', undefined, 1);
  },
);

test.serial('windows of an output that goes are kept, and are back there when it is', async (t) => {
  const right = { width: 1500, height: 1050, scale: 1.5 };
  const desk = await Desktop.open(t, { outputs: [{ width: 1000, height: 700 }, right] });
  await onTheRight(desk);
  await desk.untilOn(1, 'the window on the right', (now) => covers(page(now), 600, 450));
  desk.unplug(1);
  await desk.untilOn(0, 'the window on the left', (now) => covers(page(now), 400, 300));
  desk.type('kept\n');
  t.deepEqual(await desk.lines('read'), ['kept']);
  desk.plug(right);
  await desk.untilOn(2, 'the window on the right again', (now) => covers(page(now), 600, 450));
  await desk.settled();
  t.is(page(await desk.see(0)), null);
  await desk.save('two-outputs-right-again', undefined, 2);
});

for (const [transform, turn] of [
  [1, '90'],
  [2, '180'],
  [3, '270'],
] as const) {
  test.serial(
    `a monitor that stands turned by ${turn} degrees shows an upright picture`,
    async (t) => {
      const desk = await Desktop.open(t, { outputs: [{ width: 1000, height: 700, transform }] });
      const client = desk.run('foot', [...FOOT, 'sh', '-c', 'exec cat >read']);
      const [width, height] = transform === 2 ? [1000, 700] : [700, 1000];
      const seen = await desk.untilOn(0, 'the window', (now) => covers(page(now), 400, 300));
      t.deepEqual([seen.width, seen.height], [width, height]);
      const box = page(seen) ?? seen.whole;
      t.is(box.x, (width - 400) / 2);
      // What is pointed at counts in the upright picture, too: the button that closes the window.
      await desk.settled();
      await desk.save(`turned-${turn}`);
      desk.click({ x: box.x + box.width - 18, y: box.y - 16 });
      await client.ended();
      t.pass();
    },
  );
}

test.serial('wrclient takes pictures of all its outputs', async (t) => {
  const server = await Server.start({
    exec: `foot ${foot(OTHER).join(' ')} --maximized`,
    size: '800x600',
  });
  try {
    const folder = `${repository}/tests/system/build`;
    mkdirSync(folder, { recursive: true });
    const file = `${folder}/outputs.png`;
    const script = [
      { type: 'motion', x: 10, y: 10, output: 1 },
      { type: 'plug', output: '320x200' },
      { type: 'settle' },
    ];
    const args = ['--output', '800x600', '--output', '640x480@2,90', '--screenshot', file];
    const { status, stderr } = await runTerminal(server, { script, arguments: args });
    t.is(status, 0, stderr);
    const size = async (name: string) => {
      const { width, height } = await sharp(`${folder}/${name}.png`).metadata();
      return [width, height];
    };
    t.deepEqual(await size('outputs'), [800, 600]);
    t.deepEqual(await size('outputs-WAYRAY-2'), [480, 640]);
    t.deepEqual(await size('outputs-WAYRAY-3'), [320, 200]);
  } finally {
    await server.stop();
  }
});

test.serial(
  'wrclient has four outputs of different scale, which change while it runs',
  async (t) => {
    const exec = `foot ${foot(OTHER).join(' ')} --maximized`;
    const server = await Server.start({ exec, size: '800x600' });
    try {
      const folder = `${repository}/tests/system/build`;
      mkdirSync(folder, { recursive: true });
      const script = [
        { type: 'settle' },
        { type: 'unplug', output: 1 },
        { type: 'change', output: 2, to: '1500x1050@1.5,75Hz' },
        { type: 'plug', output: '1000x750@1.25,75Hz,name=right' },
        { type: 'unplug', output: 0 },
        { type: 'settle' },
        { type: 'plug', output: '1000x700+0+0,60Hz,name=main' },
        { type: 'settle' },
      ];
      const outputs = [
        '1000x700+0+0,60Hz,name=main',
        '1000x750@1.25,75Hz,name=right',
        '1200x900@1.5+0+700,30Hz,name=below',
        '1600x1200@2,144Hz,name=corner',
      ].flatMap((output) => ['--output', output]);
      const file = `${folder}/wrclient.png`;
      const args = [...outputs, '--screenshot', file];
      const { status, stderr } = await runTerminal(server, { script, arguments: args });
      t.is(status, 0, stderr);
      const shot = async (name: string) => {
        const image = sharp(`${folder}/${name}.png`).removeAlpha().raw();
        const { data, info } = await image.toBuffer({ resolveWithObject: true });
        const at = 3 * (info.width * (info.height >> 1) + (info.width >> 1));
        return [info.width, info.height, data.readUIntBE(at, 3) === OTHER];
      };
      // The first one to be seen is the primary one again, and has its window back.
      t.deepEqual(await shot('wrclient'), [1000, 700, true]);
      t.deepEqual(await shot('wrclient-right'), [1000, 750, false]);
      t.deepEqual(await shot('wrclient-below'), [1500, 1050, false]);
      t.deepEqual(await shot('wrclient-corner'), [1600, 1200, false]);
    } finally {
      await server.stop();
    }
  },
);
