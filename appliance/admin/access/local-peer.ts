import type { Socket } from 'node:net';
import {
  findAccountOf,
  findGroup,
  type Peer,
  peerGroupsOf,
  peerOf,
} from '../../../native/process/index.ts';

/** Who connected the Unix socket, and whether they may administer. */
export interface LocalPeer {
  readonly allowed: boolean;
  /** For the audit log: the user's name, or `uid N`. */
  readonly name: string;
  readonly uid: number | null;
  readonly pid: number | null;
}

/** root, the server's own user, and members of a group as the kernel knew them when they connected. */
export class LocalPeers {
  readonly #group: number | null;
  readonly #ownUid = process.getuid?.() ?? 0;
  readonly #names = new Map<number, string>();

  /** @param group that does not exist yet has no members */
  constructor(group: string) {
    this.#group = findGroup(group);
  }

  get knowsGroup(): boolean {
    return this.#group !== null;
  }

  identify(socket: Socket): LocalPeer {
    try {
      const peer = peerOf(socket);
      const allowed = this.#mayAdminister(peer, socket);
      const name = allowed ? this.#nameOf(peer.uid) : `uid ${peer.uid}`;
      return { allowed, name, uid: peer.uid, pid: peer.pid };
    } catch {
      // It has hung up already.
      return { allowed: false, name: 'unknown', uid: null, pid: null };
    }
  }

  #mayAdminister({ uid, gid }: Peer, socket: Socket): boolean {
    if (uid === 0 || uid === this.#ownUid) return true;
    if (this.#group === null) return false;
    return gid === this.#group || peerGroupsOf(socket).includes(this.#group);
  }

  /** Only of those who are let in: a directory service may take its time, and they are few. */
  #nameOf(uid: number): string {
    const known = this.#names.get(uid);
    if (known !== undefined) return known;
    const name = findAccountOf(uid)?.name ?? `uid ${uid}`;
    this.#names.set(uid, name);
    return name;
  }
}
