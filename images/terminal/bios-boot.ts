/** GRUB for machines without UEFI: a first sector, and the rest in a partition of its own. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SECTOR_BYTES } from './layout.ts';

const GRUB = '/usr/lib/grub/i386-pc';
/** Until grub.cfg is read; all that it uses is built in, nothing is loaded from the disk. */
const MODULES = [
  ...['biosdisk', 'part_gpt', 'fat', 'normal', 'linux', 'loadenv', 'test', 'echo', 'sleep'],
  ...['configfile', 'reboot', 'halt', 'minicmd', 'probe'],
];

/** Offsets in boot.img and in the first sector of what grub-mkimage makes, see include/grub/i386/pc/boot.h of GRUB. */
const REST_SECTOR = 0x5c;
const DRIVE_CHECK = 0x66;
const NO_OPERATIONS = 0x9090;
/** Code before the table of partitions. */
const CODE_BYTES = 440;
const BLOCK_LIST = SECTOR_BYTES - 12;

export interface BiosBoot {
  /** The first 440 bytes of the disk. */
  readonly firstSector: Buffer;
  readonly rest: Buffer;
}

/** @param restSector where the rest will lie @param prefix the folder of grub.cfg, e.g. (,gpt2)/EFI/debian */
export function biosBoot(scratch: string, restSector: number, prefix: string): BiosBoot {
  const file = join(scratch, 'core.img');
  const args = ['-O', 'i386-pc', '-d', GRUB, '-p', prefix, '-o', file, ...MODULES];
  execFileSync('grub-mkimage', args, { stdio: ['ignore', 'inherit', 'inherit'] });
  return placed(readFileSync(join(GRUB, 'boot.img')), readFileSync(file), restSector);
}

/** Tells both parts where the rest lies, as grub-install does on a disk. */
export function placed(boot: Buffer, core: Buffer, restSector: number): BiosBoot {
  const firstSector = Buffer.from(boot.subarray(0, CODE_BYTES));
  firstSector.writeBigUInt64LE(BigInt(restSector), REST_SECTOR);
  // A check that a floppy needs: disks are said to be right always.
  firstSector.writeUInt16BE(NO_OPERATIONS, DRIVE_CHECK);
  const rest = Buffer.from(core);
  // The rest's first sector loads what follows it.
  rest.writeBigUInt64LE(BigInt(restSector + 1), BLOCK_LIST);
  return { firstSector, rest };
}
