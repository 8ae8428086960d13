/** The root that is flashed, compressed, with a mark that says which kernel it belongs to. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { copyModules } from '../kernel.ts';
import { assembleRoot, WRCLIENT } from '../root/assemble.ts';
import type { Board } from './board.ts';
import { FIRMWARE_MODULES } from './modules.ts';

/** Of zstd. A lower one of the environment's WAYRAY_COMPRESSION takes seconds instead of minutes, for images that are just tried. */
const BEST_LEVEL = 19;

export interface TerminalRoot {
  /** Names this content. */
  readonly id: string;
  readonly folder: string;
  readonly squash: string;
  /** When it was made, since 1970. */
  readonly timeS: number;
}

export interface RootOptions {
  readonly board: Board;
  readonly timeS: number;
  /** The time is wished for, not just that of the checkout. */
  readonly isTimeFixed: boolean;
  /** With what /lib/firmware shall have, for AMD's screens above all. */
  readonly firmware?: string;
}

/** Compressing takes minutes: the same content is not compressed twice. */
export async function terminalRoot(options: RootOptions): Promise<TerminalRoot> {
  const { board } = options;
  const folder = join(board.build, 'root.d');
  await assembleRoot(folder, [WRCLIENT], board.source);
  const modules = [...board.rootModules, ...(options.firmware ? FIRMWARE_MODULES : [])];
  copyModules(board.kernel, modules, folder, []);
  if (options.firmware) cpSync(options.firmware, join(folder, 'lib/firmware'), { recursive: true });
  strip(board.strip, join(folder, 'opt/wayray/bin/node'));
  const id = idOf(folder);
  const squash = join(board.build, 'root.sqfs');
  const stamp = join(board.build, 'root.json');
  const before = existsSync(squash) ? lastBuild(stamp) : null;
  const level = compressionLevel();
  // The same content keeps its time, and so its bytes, unless a time is asked for.
  const timeS = before?.id === id && !options.isTimeFixed ? before.timeS : options.timeS;
  writeFileSync(join(folder, 'etc/wayray-built'), `${timeS}\n`);
  writeFileSync(join(folder, 'etc/wayray-image'), `${id}\n`);
  if (before?.id !== id || before.timeS !== timeS || !isEnough(before.level, level)) {
    rmSync(stamp, { force: true });
    compress(folder, squash, { timeS, level });
    writeFileSync(`${stamp}.new`, JSON.stringify({ id, timeS, level }));
    renameSync(`${stamp}.new`, stamp);
  }
  return { id, folder, squash, timeS };
}

interface LastBuild {
  readonly id: string;
  readonly timeS: number;
  readonly level?: number;
}

function lastBuild(stamp: string): LastBuild | null {
  return existsSync(stamp) ? JSON.parse(readFileSync(stamp, 'utf8')) : null;
}

/** One that was just tried is never taken for one to flash. */
export function isEnough(made: number | undefined, wanted: number): boolean {
  return (made ?? 0) >= wanted;
}

/** @throws Error when the environment asks for a level that there is not */
export function compressionLevel(asked = process.env['WAYRAY_COMPRESSION']): number {
  if (asked === undefined) return BEST_LEVEL;
  const level = Number(asked);
  if (!Number.isInteger(level) || level < 1 || level > BEST_LEVEL)
    throw new Error(`WAYRAY_COMPRESSION is ${asked}; 1 to ${BEST_LEVEL} are allowed`);
  return level;
}

/** Names for debuggers are an eighth of Node. */
function strip(program: string, file: string): void {
  execFileSync(program, ['--strip-unneeded', file]);
  chmodSync(file, 0o755);
}

function compress(
  folder: string,
  target: string,
  { timeS, level }: { timeS: number; level: number },
): void {
  rmSync(target, { force: true });
  const time = String(timeS);
  const how = ['-comp', 'zstd', '-Xcompression-level', String(level), '-b', '262144'];
  const same = ['-all-root', '-noappend', '-mkfs-time', time, '-all-time', time];
  const args = [folder, target, ...how, ...same, '-no-progress', '-quiet'];
  // It refuses to be told the time twice.
  const { SOURCE_DATE_EPOCH: _, ...env } = process.env;
  execFileSync('nice', ['mksquashfs', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Of names, modes and content. */
function idOf(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(folder, name);
    const status = lstatSync(path);
    hash.update(`${name}\0${status.mode.toString(8)}\0`);
    if (status.isSymbolicLink()) hash.update(readlinkSync(path));
    else if (status.isFile()) hash.update(readFileSync(path));
  }
  return hash.digest('hex').slice(0, 16);
}
