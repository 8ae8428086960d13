import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Words of QEMU's for a disk with this terminal.toml, as on the boot partition of one that is flashed; QEMU makes its file
 * system from a folder, with no tool. @param folder it is made in
 */
export function settingsDisk(folder: string, settings: string): string[] {
  const content = join(folder, 'boot');
  mkdirSync(join(content, 'wayray'), { recursive: true });
  writeFileSync(join(content, 'wayray/terminal.toml'), settings);
  const fat = `file.driver=vvfat,file.dir=${content},file.label=WAYRAY`;
  return ['-drive', `${fat},format=raw,if=virtio,readonly=on`];
}
