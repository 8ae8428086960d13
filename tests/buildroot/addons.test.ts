import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { scratchFolder } from '../helpers/scratch.ts';
import { checkout, variables } from './tree.ts';

const words = (name: string) => variables('wayray-addons').get(name)?.split(' ') ?? [];

test('the addons of a terminal are configured with nothing beside them', (t) => {
  configures(t, words('WAYRAY_ADDONS_CONCERNS'));
});

test('with libavcodec, too', (t) => {
  configures(t, [...words('WAYRAY_ADDONS_CONCERNS'), ...words('WAYRAY_ADDONS_LARGE')]);
});

function configures(t: ExecutionContext, concerns: readonly string[]): void {
  using folder = scratchFolder();
  const native = join(checkout, 'native');
  const files = readdirSync(native).filter((name) => name.startsWith('meson'));
  for (const name of [...files, ...concerns, ...words('WAYRAY_ADDONS_SHARED'), 'include'])
    cpSync(join(native, name), join(folder.path, 'source', name), { recursive: true });
  const setup = ['setup', join(folder.path, 'build'), join(folder.path, 'source')];
  const roots = [
    `-Dconcerns=${concerns.join(',')}`,
    `-Dnode_root=${join(checkout, `node_modules/node-linux-${process.arch}`)}`,
    `-Dnapi_root=${join(checkout, 'node_modules/node-addon-api')}`,
  ];
  const said = execFileSync('meson', [...setup, ...roots], { encoding: 'utf8' });
  t.regex(said, /Build targets in project: \d/);
}
