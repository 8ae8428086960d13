import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { CursorTheme } from '../../../../appliance/compositor/seat/cursor-theme.ts';

function onePixel(fill: number): Buffer {
  const table = [0x72756358, 16, 0x10000, 1, 0xfffd0002, 24, 28];
  const picture = [36, 0xfffd0002, 24, 1, 1, 1, 0, 0, 0, fill];
  return Buffer.from(Uint32Array.from([...table, ...picture]).buffer);
}

function makeThemes(t: { teardown(fn: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'wayray-theme-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const files: [string, string | Buffer][] = [
    ['mine/index.theme', '[Icon Theme]\nInherits=parent,../evil\n'],
    ['parent/index.theme', '[Icon Theme]\nInherits=mine\n'],
    ['mine/cursors/left_ptr', onePixel(0xff000001)],
    ['mine/cursors/help', 'not a cursor'],
    ['parent/cursors/help', onePixel(0xff000002)],
    ['parent/cursors/xterm', onePixel(0xff000003)],
  ];
  for (const [path, content] of files) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  symlinkSync('left_ptr', join(folder, 'mine/cursors/default'));
  return folder;
}

test('finds shapes by CSS and old names, through inherited themes and past broken files', (t) => {
  const theme = new CursorTheme({ name: 'mine', folders: [makeThemes(t)] });
  const first = (shape: string) => theme.image(shape, 120).argb[0];
  t.is(first('default'), 1);
  t.is(first('help'), 2);
  t.is(first('text'), 3);
  t.is(first('zoom-in'), 1);
  t.is(theme.image('text', 120), theme.image('text', 120));
});

test('draws an arrow where there is no theme', (t) => {
  for (const name of ['none', '../../etc', '']) {
    const theme = new CursorTheme({ name, folders: ['/nonexistent'] });
    const { width, height, argb, hotspotX } = theme.image('default', 240);
    t.deepEqual([width, height, hotspotX], [24, 36, 0]);
    t.deepEqual([...argb.subarray(0, 4)], [0, 0, 0, 255]);
    t.true(argb.includes(255) && argb.some((byte, at) => at % 4 === 3 && byte === 0));
  }
});
