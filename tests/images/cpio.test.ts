import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { cpioOf } from '../../images/cpio.ts';
import { scratchFolder } from '../helpers/scratch.ts';

const hasBusybox = spawnSync('busybox', ['cpio', '--help']).status === 0;
const unpacked = hasBusybox ? test : test.skip;

unpacked('an archive is unpacked to what was packed', (t) => {
  using scratch = scratchFolder();
  const from = join(scratch.path, 'from');
  mkdirSync(join(from, 'bin'), { recursive: true });
  writeFileSync(join(from, 'init'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(from, 'bin/data'), Buffer.alloc(4097, 7));
  writeFileSync(join(from, 'empty'), '');
  symlinkSync('bin/data', join(from, 'link'));
  const archive = cpioOf(from, 1_700_000_000);
  t.deepEqual(archive, cpioOf(from, 1_700_000_000));
  const to = join(scratch.path, 'to');
  mkdirSync(to);
  const { status } = spawnSync('busybox', ['cpio', '-i', '-d'], { cwd: to, input: archive });
  t.is(status, 0);
  t.deepEqual(readdirSync(to, { recursive: true }).sort(), [
    'bin',
    'bin/data',
    'empty',
    'init',
    'link',
  ]);
  t.is(statSync(join(to, 'init')).mode & 0o777, 0o755);
  t.is(readFileSync(join(to, 'bin/data')).length, 4097);
  t.is(readlinkSync(join(to, 'link')), 'bin/data');
});
