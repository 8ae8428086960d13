import { execFile } from 'node:child_process';
import { chmodSync, chownSync, lchownSync, lstatSync, mkdirSync, rmdirSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Account } from '../../../native/process/index.ts';
import { makePassage } from '../../make-passage.ts';
import {
  linkFolder,
  linkFolders,
  linkSocket,
  type Places,
  runtimeFolder,
  runtimeFolders,
} from '../places.ts';
import { LaunchError } from './launcher.ts';

const run = promisify(execFile);
const REMOVE_TIMEOUT_MS = 10_000;

/** What a session has under wrsessd's run directory. Parents are root's; only the session's own are its user's. */
export class SessionFolders {
  readonly #places: Places;
  readonly #session: string;

  constructor(places: Places, session: string) {
    this.#places = places;
    this.#session = session;
  }

  get socket(): string {
    return linkSocket(this.#places, this.#session);
  }

  /** What of it a session's wrpam clears away. */
  get paths() {
    return {
      link: linkFolder(this.#places, this.#session),
      runtime: runtimeFolder(this.#places, this.#session),
      socket: this.socket,
    };
  }

  /** XDG_RUNTIME_DIR, empty, 0700. */
  makeRuntime(account: Account): string {
    makePassage(runtimeFolders(this.#places));
    return make(runtimeFolder(this.#places, this.#session), account);
  }

  /** The folder in which wrcomp makes its socket for the broker. */
  makeLink(account: Account): string {
    makePassage(linkFolders(this.#places));
    return make(linkFolder(this.#places, this.#session), account);
  }

  /**
   * Gives wrcomp's socket to the broker: from now on only the broker's user (and root) can connect. The folder
   * becomes root's first; from then on the user cannot put anything else in the socket's place.
   */
  handOver(account: Account, brokerUid: number): void {
    const folder = linkFolder(this.#places, this.#session);
    chownSync(folder, 0, 0);
    chmodSync(folder, 0o711);
    const found = lstatSync(this.socket, { throwIfNoEntry: false });
    if (!found?.isSocket() || found.uid !== account.uid || found.nlink !== 1)
      throw new LaunchError(`${this.socket} is not the socket that wrcomp should have made`);
    lchownSync(this.socket, brokerUid, 0);
    chmodSync(this.socket, 0o600);
  }

  async remove(): Promise<void> {
    for (const folder of [linkFolder, runtimeFolder])
      await removeFolder(folder(this.#places, this.#session));
  }
}

function make(path: string, account: Account): string {
  // Not recursive: one that is there already belongs to another session, and is refused.
  mkdirSync(path, { mode: 0o700 });
  chownSync(path, account.uid, account.gid);
  return path;
}

/**
 * Emptied as its owner: another process of the user may swap a folder for a link at any time, which must not lead
 * root elsewhere.
 */
async function removeFolder(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return;
  const { uid, gid } = found;
  const as = ['--reuid', `${uid}`, '--regid', `${gid}`, '--clear-groups', '--no-new-privs'];
  await run('setpriv', [...as, '--', 'rm', '-rf', '--one-file-system', '--', path], {
    timeout: REMOVE_TIMEOUT_MS,
  }).catch(() => {
    // It cannot remove the folder itself, which is the parent's; whether the rest went shows below.
  });
  try {
    rmdirSync(path);
  } catch (error) {
    // The session's own process may clear it away at the same time.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
