import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';

const directory = '/run/netns';
/** With the namespace that process ids belong to: those of another one tell nothing about who lives here. */
const prefix = `wrbench-${/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]}`;

/** Owner of the network namespaces: nothing in them reaches any other network. */
export class Namespaces implements Disposable {
  readonly #names: string[] = [];

  /** @throws Error when this is not root */
  constructor() {
    if (process.getuid?.() !== 0)
      throw new Error('the bench makes network namespaces and TUN devices: run it as root');
    removeAbandoned();
  }

  add(): string {
    const name = `${prefix}-${process.pid}-${this.#names.length}`;
    execFileSync('ip', ['netns', 'add', name]);
    this.#names.push(name);
    return name;
  }

  [Symbol.dispose](): void {
    for (const name of this.#names.splice(0)) execFileSync('ip', ['netns', 'del', name]);
  }
}

/** A bench that was killed could not clean up after itself. */
function removeAbandoned(): void {
  if (!existsSync(directory)) return;
  for (const name of readdirSync(directory)) {
    const owner = new RegExp(`^${prefix}-(\\d+)-\\d+$`).exec(name)?.[1];
    if (owner && !existsSync(`/proc/${owner}`)) execFileSync('ip', ['netns', 'del', name]);
  }
}
