import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { environmentBlock } from '../../../images/terminal/boot-partition.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const hasGrub = spawnSync('grub-editenv', ['--version']).status === 0;
const withGrub = hasGrub ? test : test.skip;

withGrub("GRUB's own tool reads and writes the note of slots", (t) => {
  using scratch = scratchFolder();
  const file = join(scratch.path, 'grubenv');
  writeFileSync(file, environmentBlock({ slot: 'a' }));
  const edit = (...words: string[]) =>
    spawnSync('grub-editenv', [file, ...words], { encoding: 'utf8' });
  t.is(edit('list').stdout, 'slot=a\n');
  edit('set', 'slot=b', 'tries=3');
  t.is(readFileSync(file, 'utf8'), environmentBlock({ slot: 'b', tries: '3' }));
});

const checks = spawnSync('grub-script-check', ['--version']).status === 0 ? test : test.skip;

checks('grub.cfg is a script that GRUB understands', (t) => {
  const file = new URL('../../../images/terminal/grub.cfg', import.meta.url).pathname;
  const { status, stderr } = spawnSync('grub-script-check', [file], { encoding: 'utf8' });
  t.is(status, 0, stderr);
});
