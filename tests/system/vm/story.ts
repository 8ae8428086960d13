/**
 * What a person sees of a terminal that boots, in a virtual machine: pictures through native/drm, the page without a
 * server, a session. Its screens are left in images/build/vm/screens to be looked at. Nothing timed is asserted.
 */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { buildVm, type VmImage } from '../../../images/vm/build.ts';
import { Server } from '../../helpers/server.ts';
import { Machine } from './machine.ts';

const SCREENS = fileURLToPath(new URL('../../../images/build/vm/screens', import.meta.url));
const PICTURE = fileURLToPath(new URL('picture-on-screen.ts', import.meta.url));
const BOOT_MS = 180_000;
const LOOK_MS = 500;
const FOOT =
  'foot --override=colors.background=104060 sh -c "echo WayRay on the screen; sleep infinity"';

interface Screen {
  readonly width: number;
  readonly height: number;
  /** 0xrrggbb */
  at(x: number, y: number): number;
  /** Of all pixels, how many have this colour. */
  share(colour: number): number;
}

async function screenOf(machine: Machine, name: string): Promise<Screen> {
  const file = await machine.screendump(name);
  const { data, info } = await sharp(file)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const at = (x: number, y: number) => data.readUIntBE((y * width + x) * 3, 3);
  const share = (colour: number) => {
    let count = 0;
    for (let i = 0; i < data.length; i += 3) count += data.readUIntBE(i, 3) === colour ? 1 : 0;
    return count / (width * height);
  };
  return { width, height, at, share };
}

/** Looks again and again until the screen is as it should be. */
async function until(
  machine: Machine,
  name: string,
  right: (screen: Screen) => boolean,
): Promise<Screen> {
  const endMs = performance.now() + BOOT_MS;
  for (;;) {
    const screen = await screenOf(machine, name);
    if (right(screen)) return screen;
    if (performance.now() > endMs)
      throw new Error(`${name}: not what it should be; console: …${machine.console.slice(-2000)}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function pictures(image: VmImage, legacy: boolean): Promise<void> {
  const name = legacy ? 'picture-legacy' : 'picture';
  const append = `wayray.run=picture${legacy ? ' wayray.legacy' : ''}`;
  await using machine = await Machine.start({ image, folder: SCREENS, append });
  await machine.says(/"shown":"1280x720"/, BOOT_MS);
  assert.match(machine.console, new RegExp(`"atomic":${!legacy}`));
  const screen = await screenOf(machine, name);
  assert.deepEqual([screen.width, screen.height], [1280, 720]);
  // Of both buffers: a square for each flip, and what was drawn before the first.
  for (const x of [130, 230, 330, 430, 530]) assert.equal(screen.at(x, 130), 0xffffff, `x ${x}`);
  assert.equal(screen.at(640, 360), 0x7f7f60);
  assert.equal(screen.at(0, 719), 0x00fe60);
  const call = legacy ? 'DRM_IOCTL_MODE_SETCRTC' : 'DRM_IOCTL_MODE_ATOMIC';
  using monitor = await machine.monitor();
  monitor.resize(1024, 768);
  await machine.says(/"asleep":true/, BOOT_MS);
  await until(machine, `${name}-asleep`, ({ share }) => share(0xffffff) === 0);
  monitor.resize(1280, 720);
  const [, refused] = await machine.says(/"awake":true,(.*)\}/, BOOT_MS);
  assert.equal(
    refused,
    `"isMaster":false,"refused":{"call":"${call}","errno":13},"afterwards":true`,
  );
  await until(machine, `${name}-awake`, ({ at }) => at(130, 130) === 0xffffff);
}

async function noServer(image: VmImage): Promise<void> {
  await using machine = await Machine.start({
    image,
    folder: SCREENS,
    append: 'wayray.server=10.0.2.2:1',
  });
  await machine.says(/no session yet/, BOOT_MS);
  const screen = await until(machine, 'no-server', ({ share }) => share(0xf2f4f8) > 0.001);
  assert.ok(screen.share(0x20242c) > 0.9, 'a page, and nothing else');
}

async function session(image: VmImage): Promise<void> {
  const server = await Server.start({ exec: FOOT });
  try {
    const append = `wayray.server=${server.address.replace('127.0.0.1', '10.0.2.2')} wayray.pin=${server.fingerprint}`;
    await using machine = await Machine.start({ image, folder: SCREENS, append });
    const screen = await until(machine, 'session', ({ share }) => share(0x104060) > 0.2);
    assert.deepEqual([screen.width, screen.height], [1280, 720]);
    using monitor = await machine.monitor();
    monitor.resize(1024, 768);
    await until(
      machine,
      'session-on-a-smaller-monitor',
      ({ width, height, share }) => width === 1024 && height === 768 && share(0x104060) > 0.3,
    );
    monitor.unplug();
    await machine.says(/no monitor/, BOOT_MS);
    monitor.resize(1280, 720);
    await until(
      machine,
      'session-on-the-monitor-again',
      ({ width, share }) => width === 1280 && share(0x104060) > 0.2,
    );
  } finally {
    await server.stop();
  }
}

const steps = {
  picture: (image: VmImage) => pictures(image, false),
  legacy: (image: VmImage) => pictures(image, true),
  noServer,
  session,
};

rmSync(SCREENS, { recursive: true, force: true });
mkdirSync(SCREENS, { recursive: true });
const image = await buildVm([{ name: 'picture', source: PICTURE }]);
const wanted = process.argv.slice(2);
for (const [name, step] of Object.entries(steps)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const beganMs = performance.now();
  await step(image);
  console.log(`vm: ${name} good after ${Math.round((performance.now() - beganMs) / 1000)} s`);
}
