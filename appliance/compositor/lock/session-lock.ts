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
 */
export class SessionLock implements LockerOwner {
  readonly #host: LockHost;
  readonly #changes = new Listeners<[locked: boolean]>();
  #locked = false;
  #locker: Locker | null = null;

  constructor(host: LockHost) {
    this.#host = host;
    host.outputs.onEvent((event) => this.#outputEvent(event));
  }

  get locked(): boolean {
    return this.#locked;
  }

  /** Locked, and nobody is there who could unlock it. */
  get abandonedByLocker(): boolean {
    return this.#locked && this.#locker === null;
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

  unlock(locker: Locker): void {
    if (locker !== this.#locker) return;
    const { scene, seat, log } = this.#host;
    this.#locker = null;
    this.#locked = false;
    scene.uncover();
    seat.unlock();
    log.info({ client: locker.resource.client.pid }, 'session unlocked');
    this.#changes.call(false);
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
    const { scene, seat, log } = this.#host;
    const wasLocked = this.#locked;
    this.#locker = locker;
    this.#locked = true;
    scene.cover(LOCKED_COLOUR, () => locker.confirm());
    seat.lock();
    log.info({ client: id.client.pid }, 'session locked');
    if (!wasLocked) this.#changes.call(true);
  }

  /** The keyboard stays where it is as long as that is shown: a locker reads it by any of its surfaces. */
  #show(): void {
    const surfaces = this.#locker?.surfaces ?? [];
    const items = surfaces.flatMap(({ item }) => (item ? [item] : []));
    const { scene, seat } = this.#host;
    scene.setCoverItems(items);
    const focus = seat.keyboardFocus;
    if (surfaces.some(({ item, surface }) => item && surface === focus)) return;
    seat.setLockFocus(surfaces.find(({ item }) => item !== null)?.surface ?? null);
  }

  #outputEvent({ kind, output }: OutputEvent): void {
    if (!this.#locked || (kind !== 'changed' && kind !== 'removed')) return;
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
