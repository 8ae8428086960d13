/** Archives of the kind that the kernel unpacks as its first file system ("newc"), the same bytes for the same files. */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

const HEADER = '070701';
const LINK_MODE = 0o120777;

interface Entry {
  readonly name: string;
  readonly mode: number;
  readonly content: Uint8Array;
}

/** All of a folder, owned by root, in the order of names. @param timeS of every file, since 1970 */
export function cpioOf(folder: string, timeS: number): Buffer {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const parts = names.map((name, i) => record(entryOf(folder, name), i + 1, timeS));
  parts.push(record({ name: 'TRAILER!!!', mode: 0, content: new Uint8Array() }, 0, 0));
  return Buffer.concat(parts);
}

function entryOf(folder: string, name: string): Entry {
  const path = join(folder, name);
  const status = lstatSync(path);
  if (status.isSymbolicLink())
    return { name, mode: LINK_MODE, content: Buffer.from(readlinkSync(path)) };
  const content = status.isFile() ? readFileSync(path) : new Uint8Array();
  return { name, mode: status.mode, content };
}

function record({ name, mode, content }: Entry, inode: number, timeS: number): Buffer {
  const nameBytes = Buffer.from(`${name}\0`);
  const fields = [inode, mode, 0, 0, 1, timeS, content.length, 0, 0, 0, 0, nameBytes.length, 0];
  const header = HEADER + fields.map((value) => value.toString(16).padStart(8, '0')).join('');
  return Buffer.concat([padded(Buffer.concat([Buffer.from(header), nameBytes])), padded(content)]);
}

/** To a multiple of four bytes. */
function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
