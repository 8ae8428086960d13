import type { Socket } from 'node:net';
import { networkOf } from '../../../protocol/link/network.ts';
import type { Logger } from '../../../protocol/node/log.ts';
import { RejectionLog } from '../../broker/rejection-log.ts';
import type { Details } from '../../registry/records.ts';
import type { Registry } from '../../registry/registry.ts';
import { type AttemptPolicy, Attempts } from '../../sessd/login/attempts.ts';
import { RequestError } from '../request-error.ts';
import type { KnownKeys } from './known-keys.ts';
import type { LocalPeer } from './local-peer.ts';

/** Where a connection comes from. */
export type Origin =
  | { readonly kind: 'local'; readonly peer: LocalPeer }
  | { readonly kind: 'network'; readonly address: string; readonly admitted: () => void };

export interface GateOptions {
  /** null where nothing listens on the network. */
  readonly keys: KnownKeys | null;
  readonly events: Registry['events'];
  readonly log: Logger;
  readonly attempts?: AttemptPolicy;
  /** In ms, never backwards. */
  readonly now?: () => number;
}

const WRONG_KEYS: AttemptPolicy = {
  free: 5,
  firstWaitMs: 1000,
  maxWaitMs: 60_000,
  forgetAfterMs: 15 * 60_000,
  maxKeys: 4096,
};

/** Decides who may administer, before anything else of a request is looked at. */
export class Gate {
  readonly #options: GateOptions;
  readonly #origins = new WeakMap<Socket, Origin>();
  readonly #attempts: Attempts;
  readonly #now: () => number;
  readonly #denied: RejectionLog;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#attempts = new Attempts(options.attempts ?? WRONG_KEYS);
    this.#now = options.now ?? (() => performance.now());
    this.#denied = new RejectionLog({
      what: 'administration',
      write: (fields, text) => this.#tell(fields, text),
    });
  }

  connected(socket: Socket, origin: Origin): void {
    this.#origins.set(socket, origin);
  }

  /** @returns who asks, for the audit log. @throws RequestError */
  admit(socket: Socket, authorization: string | undefined): string {
    const origin = this.#origins.get(socket);
    if (!origin) throw new RequestError('denied', 'the connection is not known');
    return origin.kind === 'local' ? this.#local(origin.peer) : this.#remote(origin, authorization);
  }

  #local({ allowed, name }: LocalPeer): string {
    if (allowed) return name;
    this.#denied.note(name, 'not root and no administrator');
    throw new RequestError('denied', 'only root and the group of administrators may do this');
  }

  #remote(
    { address, admitted }: Origin & { kind: 'network' },
    authorization: string | undefined,
  ): string {
    const key = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    if (key === undefined) {
      throw new RequestError('unauthenticated', 'expected the header Authorization: Bearer KEY');
    }
    const network = [networkOf(address)];
    const waitMs = this.#attempts.begin(network, this.#now());
    if (waitMs > 0) {
      this.#denied.note(address, 'too many wrong keys');
      throw new RequestError('limited', 'too many wrong keys; wait', { retryAfterMs: waitMs });
    }
    const record = this.#find(key);
    if (!record) {
      this.#denied.note(address, 'wrong key');
      throw new RequestError('unauthenticated', 'the key is not valid');
    }
    this.#attempts.succeeded(network);
    admitted();
    return `key ${record.name}`;
  }

  #find(key: string) {
    try {
      return this.#options.keys?.find(key) ?? null;
    } catch (cause) {
      this.#options.log.error({ err: cause }, 'nobody can be let in by a key');
      throw new RequestError('unavailable', 'the keys cannot be read', { cause });
    }
  }

  /** At most one event a second, whatever strangers do. */
  #tell(fields: Readonly<Record<string, unknown>>, text: string): void {
    this.#options.log.warn(fields, text);
    const details = Object.entries(fields).map(([name, value]) => [name, scalar(value)]);
    const event = {
      kind: 'admin-denied',
      details: Object.fromEntries(details) as Details,
    };
    this.#options.events.append([event]).catch((err: unknown) => {
      this.#options.log.error({ err }, 'a denied request is missing in the audit log');
    });
  }
}

const scalar = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value);
