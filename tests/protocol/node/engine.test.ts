import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { reachesUsers, uidOf } from '../../appliance/sessd/rig.ts';
import { repository } from '../../helpers/program.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const why = reachesUsers ? '' : ' (skipped: needs root, and a checkout that other users can reach)';

/** Starts a program as `nobody`, with a home that everybody may write to. */
function cacheMade(owner: number): boolean {
  using home = scratchFolder();
  chownSync(home.path, owner, 0);
  chmodSync(home.path, 0o777);
  const as = ['--reuid=nobody', '--regid=nogroup', '--clear-groups', '--', process.execPath];
  execFileSync('setpriv', [...as, join(repository, 'appliance/session/main.js'), '--version'], {
    env: { HOME: home.path },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return existsSync(join(home.path, '.cache/wayray/node'));
}

const rootTest = reachesUsers ? test : test.skip;

rootTest(`who cannot write beside the code has its cache at home${why}`, (t) => {
  t.true(cacheMade(uidOf('nobody')));
});

rootTest(`a home of somebody else holds no code that is run${why}`, (t) => {
  t.false(cacheMade(0));
});
