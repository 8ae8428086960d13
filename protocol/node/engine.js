import { statSync } from 'node:fs';
import { constants, enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

/*
 * To be imported before everything else; JavaScript, as otherwise this file itself would load the compiler that strips
 * types: 14 MiB in each process. Figures and reasons: docs/adr/0009-engine-settings.md.
 */

// Young objects here die young at any rate; without this each burst of frames leaves a bigger heap behind for ever.
setFlagsFromString('--semi-space-growth-factor=1');

// What Node made of the sources is kept beside the packages: the folder is as trusted as the code. Who may not write
// there, as the users of sessions, has it in the cache of the own home; where that fails, too, the program starts slowly
// and is otherwise the same.
const beside = fileURLToPath(new URL('../../node_modules/.cache/wayray', import.meta.url));
const cached = enableCompileCache(beside).status !== constants.compileCacheStatus.FAILED;
const home = cached ? null : ownHome();
if (home !== null) enableCompileCache(`${home}/.cache/wayray/node`);

/** Never somebody else's, whatever the environment says: what lies there is run. */
function ownHome() {
  try {
    const { HOME = '' } = process.env;
    return statSync(HOME).uid === process.getuid?.() ? HOME : null;
  } catch {
    return null;
  }
}
