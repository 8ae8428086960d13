import type { Display } from '../../../native/wayland/index.ts';
import type { Logger } from '../../../protocol/node/log.ts';
import {
  type ExtSessionLockManagerV1,
  type ExtSessionLockV1,
  extSessionLockManagerV1,
} from '../../../protocol/wayland/generated/session-lock.ts';
import type { OutputEvent, OutputLayout } from '../output/layout.ts';
import type { Scene } from '../scene/scene.ts';
import type { Seat } from '../seat/seat.ts';
import { Listeners } from '../surface/listeners.ts';
import { Locker, type LockerOwner } from './locker.ts';

export interface LockHost {
  readonly display: Display;
  readonly outputs: OutputLayout;
  readonly scene: Pick<Scene, 'cover' | 'setCoverItems' | 'uncover'>;
  readonly seat: Seat;
  readonly log: Logger;
}

/** Shown on outputs that no locker has drawn on. */
const LOCKED_COLOUR = 0x101418;

/**
 * Whether the session is locked. From the request on nothing of it is shown and nothing of it gets input; a locker
 * that dies changes nothing of that, but another one may take its place.
 *
 * Two may lock it, each for itself: a client of the session, and whoever runs the session from outside. While the
 * latter holds it, lockers are neither shown nor given input, whatever they do.
 */
export class SessionLock implements LockerOwner {
  readonly #host: LockHost;
  readonly #changes = new Listeners<[locked: boolean]>();
  #held = false;
  #lockedByClient = false;
  #locker: Locker | null = null;

  constructor(host: LockHost) {
    this.#host = host;
    host.outputs.onEvent((event) => this.#outputEvent(event));
  }

  get locked(): boolean {
    return this.#held || this.#lockedByClient;
  }

  /** Locked from outside the session. */
  get held(): boolean {
    return this.#held;
  }

  /** Locked by a client, and nobody is there who could unlock it. */
  get abandonedByLocker(): boolean {
    return this.#lockedByClient && this.#locker === null;
  }

  onChange(callback: (locked: boolean) => void): () => void {
    return this.#changes.add(callback);
  }

  bind(resource: ExtSessionLockManagerV1): void {
    resource.setHandler({ lock: (id) => this.#lock(id) });
  }

  nextSerial(): number {
    return this.#host.display.nextSerial();
  }

  changed(locker: Locker): void {
    if (locker === this.#locker) this.#show();
  }

  /** Locks from outside the session, until release(); once more is the same. */
  hold(): void {
    if (this.#held) return;
    const wasLocked = this.locked;
    this.#held = true;
    // What a locker was given must end for it too.
    this.#host.seat.releaseAll();
    this.#cover(wasLocked);
    this.#host.log.info('session locked from outside');
  }

  /**
   * Ends hold(). A locker that is there keeps the session locked; without one, a client's lock ends as well: who
   * released it knows the user, and nobody else is left who could.
   */
  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#host.log.info({ locker: this.#locker !== null }, 'session released from outside');
    // Keys that were typed blindly are not for a locker.
    this.#host.seat.releaseAll();
    if (this.#locker) this.#show();
    else this.#uncover();
  }

  unlock(locker: Locker): void {
    if (locker !== this.#locker) return;
    this.#locker = null;
    this.#lockedByClient = false;
    this.#host.log.info({ client: locker.resource.client.pid }, 'session unlocked');
    if (this.#held) this.#show();
    else this.#uncover();
  }

  abandoned(locker: Locker): void {
    if (locker !== this.#locker) return;
    this.#locker = null;
    this.#show();
    this.#host.log.warn('the locker has gone, the session stays locked');
  }

  #lock(id: ExtSessionLockV1): void {
    const locker = new Locker(id, this);
    if (this.#locker) {
      locker.finish();
      return;
    }
    const wasLocked = this.locked;
    this.#locker = locker;
    this.#lockedByClient = true;
    this.#cover(wasLocked);
    this.#host.log.info({ client: id.client.pid }, 'session locked');
  }

  /** Anew also where something is covered already: no picture of a locker may be on its way either. */
  #cover(wasLocked: boolean): void {
    const { scene, seat } = this.#host;
    scene.cover(LOCKED_COLOUR, () => this.#locker?.confirm());
    seat.lock();
    this.#show();
    if (!wasLocked) this.#changes.call(true);
  }

  #uncover(): void {
    const { scene, seat } = this.#host;
    this.#lockedByClient = false;
    scene.uncover();
    seat.unlock();
    this.#changes.call(false);
  }

  /** The keyboard stays where it is as long as that is shown: a locker reads it by any of its surfaces. */
  #show(): void {
    const surfaces = this.#held ? [] : (this.#locker?.surfaces ?? []);
    const items = surfaces.flatMap(({ item }) => (item ? [item] : []));
    const { scene, seat } = this.#host;
    scene.setCoverItems(items);
    const focus = seat.keyboardFocus;
    if (surfaces.some(({ item, surface }) => item && surface === focus)) return;
    seat.setLockFocus(surfaces.find(({ item }) => item !== null)?.surface ?? null);
  }

  #outputEvent({ kind, output }: OutputEvent): void {
    if (!this.locked || (kind !== 'changed' && kind !== 'removed')) return;
    for (const surface of this.#locker?.surfaces ?? []) {
      if (surface.output === output && kind === 'changed') surface.configure();
    }
    this.#show();
  }
}

/** Offers ext_session_lock_manager_v1 1. */
export function exposeSessionLock(host: LockHost): SessionLock {
  const lock = new SessionLock(host);
  host.display.createGlobal(extSessionLockManagerV1, 1, (resource: ExtSessionLockManagerV1) =>
    lock.bind(resource),
  );
  return lock;
}
