import { chmodSync, statSync } from 'node:fs';
import test from 'ava';
import { isRoot, reachesUsers } from '../appliance/sessd/rig.ts';
import { Program } from '../helpers/program.ts';
import { scratchFolder } from '../helpers/scratch.ts';

const NOBODY = '65534';

(isRoot && reachesUsers ? test : test.skip)(
  'what a terminal has in memory is closed to its own user',
  async (t) => {
    const scratch = scratchFolder();
    chmodSync(scratch.path, 0o777);
    const prefix = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
    // Nobody answers at this port: the terminal tries again for ever.
    const args = ['--server', '127.0.0.1:9', '--display', 'headless', '--reader', 'none'];
    const state = ['--state-dir', `${scratch.path}/state`];
    const program = new Program('firmware/main.js', [...args, ...state], process.env, prefix);
    t.teardown(async () => {
      await program.stop('SIGKILL');
      scratch[Symbol.dispose]();
    });
    await program.says(/no session yet/, 'stderr');
    const proc = `/proc/${program.process.pid}`;
    t.is(statSync(`${proc}/environ`).uid, 0);
  },
);
