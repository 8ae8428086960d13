/** The disk that is flashed, through its own boot loader; what it needs to know stands in its terminal.toml. */
import { execFileSync } from 'node:child_process';
import { constants, copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildTerminalImage } from '../../../../images/terminal/build.ts';
import { layoutOf, partitionOf } from '../../../../images/terminal/layout.ts';
import { whyNoCardHouse } from '../../../helpers/card-house.ts';
import { chapter, type Stage } from '../chapter.ts';
import { CARD_ALONE, openDesk, type ServerWords } from '../desk.ts';
import type { Firmware } from '../hardware.ts';
import { OVMF } from '../hardware.ts';
import type { OneMachineOptions } from '../one-machine.ts';
import { cardOut } from '../steps/card-out.ts';
import { insertCardPage } from '../steps/insert-card-page.ts';
import { powerCut } from '../steps/power-cut.ts';
import { sessionByCard } from '../steps/session-by-card.ts';

export const biosDisk = diskChapter('disk-bios', 'bios');
export const uefiDisk = diskChapter('disk-uefi', 'uefi');

function diskChapter(name: string, firmware: Firmware) {
  const boot = (words: ServerWords) => flashed(words, firmware);
  const open = (stage: Stage) => openDesk(stage, { policy: CARD_ALONE, registered: true, boot });
  const why = () => whyNot(firmware);
  return chapter(name, open, { insertCardPage, sessionByCard, powerCut, cardOut }, why);
}

function whyNot(firmware: Firmware): string | null {
  const tools = ['/sbin/mkfs.vfat', '/usr/bin/mcopy', '/usr/bin/grub-mkimage'];
  if (firmware === 'uefi') tools.push(OVMF);
  return tools.every((file) => existsSync(file))
    ? whyNoCardHouse()
    : 'what makes and boots disks is not installed: ./setup.sh --image';
}

/** A disk of this machine's own, with the settings that an administrator would write onto it. */
async function flashed(
  { server, pin, folder }: ServerWords,
  firmware: Firmware,
): Promise<OneMachineOptions> {
  const image = await buildTerminalImage();
  const file = join(folder, 'disk.img');
  copyFileSync(image.disk, file, constants.COPYFILE_FICLONE);
  const settings = join(folder, 'terminal.toml');
  writeFileSync(settings, `server = "${server}"\npin = "${pin}"\n`);
  const { offsetBytes } = partitionOf(layoutOf(image.id), 'wayray-boot');
  execFileSync('mcopy', [
    '-o',
    '-i',
    `${file}@@${offsetBytes}`,
    settings,
    '::/wayray/terminal.toml',
  ]);
  return { disk: { file, firmware } };
}
