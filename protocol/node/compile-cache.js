import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * To be imported before everything else: Node keeps what it made of the sources beside the packages, so that the next
 * start neither loads the compiler that strips types nor compiles anew. JavaScript, as otherwise this file itself would
 * load that compiler: 14 MiB in each process. The folder is as trusted as the code; where it cannot be written the
 * program starts slowly and is otherwise the same.
 */
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/wayray', import.meta.url)));
