import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { scratchFolder } from '../helpers/scratch.ts';
import { checkout, variables } from './tree.ts';

test('the addons of a terminal are configured with nothing beside them', (t) => {
  using folder = scratchFolder();
  const native = join(checkout, 'native');
  const concerns = variables('wayray-addons').get('WAYRAY_ADDONS_CONCERNS')?.split(' ') ?? [];
  const files = readdirSync(native).filter((name) => name.startsWith('meson'));
  for (const name of [...files, ...concerns, 'include'])
    cpSync(join(native, name), join(folder.path, 'source', name), { recursive: true });
  const setup = ['setup', join(folder.path, 'build'), join(folder.path, 'source')];
  const roots = [
    `-Dnode_root=${join(checkout, `node_modules/node-linux-${process.arch}`)}`,
    `-Dnapi_root=${join(checkout, 'node_modules/node-addon-api')}`,
  ];
  const said = execFileSync('meson', [...setup, ...roots], { encoding: 'utf8' });
  t.regex(said, /Build targets in project: \d/);
});
