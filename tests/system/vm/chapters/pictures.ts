/** What native/drm shows, changes and refuses, without any of the terminal's own display in between. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { Program } from '../../../../images/root/assemble.ts';
import { chapter, type Stage } from '../chapter.ts';
import { type OneMachine, openMachine } from '../one-machine.ts';

const RUN = 'picture';
export const PICTURE: Program = {
  name: RUN,
  source: fileURLToPath(new URL('../picture-on-screen.ts', import.meta.url)),
};

export const pictures = picturesChapter('pictures', false);
export const legacyPictures = picturesChapter('legacy-pictures', true);

function picturesChapter(name: string, legacy: boolean) {
  const words = `wayray.run=${RUN}${legacy ? ' wayray.legacy' : ''}`;
  const open = (stage: Stage) => openMachine(stage, { words });
  return chapter(name, open, {
    drawn: (world) => drawn(world, legacy),
    asleep,
    awake: (world) => awake(world, legacy),
  });
}

async function drawn({ machine, screen }: OneMachine, legacy: boolean): Promise<void> {
  await machine.says(/"shown":"1280x720"/);
  assert.match(machine.console, new RegExp(`"atomic":${!legacy}`));
  const picture = await screen.look();
  await screen.keep('drawn');
  assert.deepEqual([picture.width, picture.height], [1280, 720]);
  // Of both buffers: a square for each flip, and what was drawn before the first.
  for (const x of [130, 230, 330, 430, 530]) assert.equal(picture.at(x, 130), 0xffffff, `x ${x}`);
  assert.equal(picture.at(640, 360), 0x7f7f60);
  assert.equal(picture.at(0, 719), 0x00fe60);
  await machine.cursorIs(
    'where it was put',
    ({ x, y, image }) => x === 300 && y === 300 && image > 0,
  );
}

async function asleep({ machine, screen }: OneMachine): Promise<void> {
  using monitor = await machine.monitor();
  monitor.resize(1024, 768);
  await machine.says(/"asleep":true/);
  await screen.until('the dark', (picture) => picture.share((rgb) => rgb === 0xffffff) === 0);
}

async function awake({ machine, screen }: OneMachine, legacy: boolean): Promise<void> {
  const call = legacy ? 'DRM_IOCTL_MODE_SETCRTC' : 'DRM_IOCTL_MODE_ATOMIC';
  using monitor = await machine.monitor();
  monitor.resize(1280, 720);
  const [, refused] = await machine.says(/"awake":true,(.*)\}/);
  assert.equal(
    refused,
    `"isMaster":false,"refused":{"call":"${call}","errno":13},"afterwards":true`,
  );
  await screen.until('the picture', (picture) => picture.at(130, 130) === 0xffffff);
}
