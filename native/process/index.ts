import type { Socket } from 'node:net';
import { getSystemErrorMap } from 'node:util';
import { loadAddon } from '../load.ts';
import type { ProcessAddon } from './binding.d.ts';

const addon = loadAddon<ProcessAddon>('process');
const NO_SUCH_ENTRY = 2;
const ID_MAX = 0xffff_fffe;

export interface Peer {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** Who connected a Unix socket. @throws Error with the errno's name as `code`, e.g. when it is closed already */
export function peerOf(socket: Socket): Peer {
  const peer = addon.peerOf(descriptorOf(socket));
  if (typeof peer === 'number') throw systemError('peer', peer);
  return peer;
}

/** The supplementary groups that the peer had when it connected. @throws as peerOf */
export function peerGroupsOf(socket: Socket): readonly number[] {
  const groups = addon.peerGroupsOf(descriptorOf(socket));
  if (typeof groups === 'number') throw systemError('peer groups', groups);
  return groups;
}

function descriptorOf(socket: Socket): number {
  // Node tells a socket's descriptor nowhere else.
  const fd = (socket as unknown as { _handle?: { fd?: unknown } })._handle?.fd;
  if (typeof fd !== 'number' || !Number.isInteger(fd) || fd < 0) throw systemError('peer', 9);
  return fd;
}

/** No core dumps of this process and no looking into it. */
export function hideMemory(): void {
  check('hide memory', addon.hideMemory());
}

/** Pictures that are freed leave the process, instead of holes that others do not fit; nothing where malloc has no say in it. */
export function returnBigBlocks(): void {
  addon.returnBigBlocks();
}

/** What was freed leaves the process, where malloc kept it for what comes next. */
export function giveBackFreed(): void {
  addon.giveBackFreed();
}

/**
 * What was freed and what was only used once, code among it, leaves the process; code comes back from the kernel's cache when it
 * is used again. For a moment when nobody waits. Libraries of less than 4 MiB are left as they are.
 * @param keepsProgram so is what is Node's own, of which the next key would have to fetch a hundred pages
 */
export function giveBackUnused(keepsProgram: boolean): void {
  addon.giveBackUnused(keepsProgram);
}

/**
 * Descriptors that this process was started with, standard ones apart, do not reach programs that it starts.
 * @throws Error with `code` ENOSYS or EINVAL before Linux 5.11
 */
export function keepDescriptors(): void {
  check('keep descriptors', addon.keepDescriptors());
}

/**
 * The kernel lets the calling thread in sooner when it wakes, for no more CPU in the whole: for the main thread of a daemon that people
 * wait for. Threads and programs that it starts later are as usual. Before Linux 6.12 nothing changes.
 */
export function takeShortTurns(): void {
  addon.takeShortTurns();
}

/** Null for a user that does not exist. @throws Error with `code` when the user database does not answer */
export function findAccount(name: string): Account | null {
  return accountFrom(addon.findAccount(checkName(name)));
}

/** As findAccount, by uid. */
export function findAccountOf(uid: number): Account | null {
  if (!Number.isInteger(uid) || uid < 0 || uid > ID_MAX) throw new TypeError(`no uid: ${uid}`);
  return accountFrom(addon.findAccountOf(uid));
}

function accountFrom(account: Account | number): Account | null {
  if (account === NO_SUCH_ENTRY) return null;
  if (typeof account === 'number') throw systemError('find account', account);
  return account;
}

/** Null for a group that does not exist. @throws as findAccount */
export function findGroup(name: string): number | null {
  const group = addon.findGroup(checkName(name));
  if (group === NO_SUCH_ENTRY) return null;
  if (typeof group === 'number') throw systemError('find group', group);
  return group.gid;
}

function checkName(name: string): string {
  if (typeof name !== 'string' || name.includes('\0')) throw new TypeError('no name has a NUL');
  return name;
}

function check(what: string, errno: number): void {
  if (errno !== 0) throw systemError(what, errno);
}

function systemError(what: string, errno: number): NodeJS.ErrnoException {
  const [code = `errno ${errno}`, text = 'unknown error'] = getSystemErrorMap().get(-errno) ?? [];
  return Object.assign(new Error(`${what}: ${code}: ${text}`), { code, errno });
}
