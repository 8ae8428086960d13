/** Where what lies on a terminal's disk. */
import { createHash } from 'node:crypto';

export const SECTOR_BYTES = 512;
const MIB = 1024 * 1024;

export type PartitionName =
  | 'wayray-bios'
  | 'wayray-boot'
  | 'wayray-root-a'
  | 'wayray-root-b'
  | 'wayray-state';

export interface Partition {
  readonly name: PartitionName;
  /** Its kind, as the partition table names it. */
  readonly type: string;
  readonly uuid: string;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

export interface Layout {
  readonly uuid: string;
  readonly sizeBytes: number;
  readonly partitions: readonly Partition[];
}

/** Of the UEFI specification and of the Discoverable Partitions; the first is GRUB's own. */
const BIOS_BOOT = '21686148-6449-6E6F-744E-656564454649';
const EFI_SYSTEM = 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B';
const LINUX_DATA = '0FC63DAF-8483-4772-8E79-3D69D8477DE4';

/** Fixed for good: a slot that is written anew must find the size that the disk was made with. */
const SIZES: readonly (readonly [PartitionName, string, number])[] = [
  ['wayray-bios', BIOS_BOOT, 1 * MIB],
  ['wayray-boot', EFI_SYSTEM, 96 * MIB],
  ['wayray-root-a', LINUX_DATA, 192 * MIB],
  ['wayray-root-b', LINUX_DATA, 192 * MIB],
  ['wayray-state', LINUX_DATA, 32 * MIB],
];

export const ROOT_MAX_BYTES = 150 * 1000 * 1000;

/** @param seed the same disk for the same seed */
export function layoutOf(seed: string): Layout {
  let offsetBytes = MIB;
  const partitions = SIZES.map(([name, type, sizeBytes]): Partition => {
    const partition = { name, type, uuid: uuidOf(`${seed} ${name}`), offsetBytes, sizeBytes };
    offsetBytes += sizeBytes;
    return partition;
  });
  // The second copy of the table is at the end.
  return { uuid: uuidOf(`${seed} disk`), sizeBytes: offsetBytes + MIB, partitions };
}

/** What sfdisk reads. */
export function sfdiskScript({ uuid, partitions }: Layout): string {
  const lines = partitions.map(
    (each) =>
      `start=${each.offsetBytes / SECTOR_BYTES}, size=${each.sizeBytes / SECTOR_BYTES}, ` +
      `type=${each.type}, uuid=${each.uuid}, name="${each.name}"`,
  );
  return `label: gpt\nlabel-id: ${uuid}\nunit: sectors\nfirst-lba: 34\n\n${lines.join('\n')}\n`;
}

export function partitionOf({ partitions }: Layout, name: PartitionName): Partition {
  const found = partitions.find((each) => each.name === name);
  if (!found) throw new Error(`no partition ${name}`);
  return found;
}

/** One that looks like chance's (version 4), and is the same for the same text. */
export function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex').toUpperCase();
  return [0, 8, 12, 16, 20].map((from, i) => hex.slice(from, [8, 12, 16, 20, 32][i])).join('-');
}
