import {
  type ExtSessionLockSurfaceV1,
  type ExtSessionLockV1,
  ExtSessionLockV1Error,
} from '../../../protocol/wayland/generated/session-lock.ts';
import type { WlOutput, WlSurface } from '../../../protocol/wayland/generated/wayland.ts';
import { Output } from '../output/output.ts';
import { Surface } from '../surface/surface.ts';
import { LockSurface, type LockSurfaceOwner } from './lock-surface.ts';

export interface LockerOwner {
  nextSerial(): number;
  /** What the locker shows is another. */
  changed(locker: Locker): void;
  /** It proved to its satisfaction that the user is back. */
  unlock(locker: Locker): void;
  /** It went without that. */
  abandoned(locker: Locker): void;
}

/** A client's ext_session_lock_v1. Only one at a time is in charge; the others are told that they are finished. */
export class Locker implements LockSurfaceOwner {
  readonly resource: ExtSessionLockV1;
  readonly #owner: LockerOwner;
  readonly #surfaces = new Set<LockSurface>();
  #locked = false;

  constructor(resource: ExtSessionLockV1, owner: LockerOwner) {
    this.resource = resource;
    this.#owner = owner;
    let unlocks = false;
    resource.data = this;
    resource.setHandler({
      destroy: () => {
        if (this.#locked)
          this.#refuse('invalidDestroy', 'the session is locked: it can only be unlocked');
      },
      getLockSurface: (id, surface, output) => this.#createSurface(id, surface, output),
      unlockAndDestroy: () => {
        unlocks = this.#locked;
        if (!unlocks) this.#refuse('invalidUnlock', 'the session was not locked by it');
      },
    });
    resource.onDestroy(() => {
      if (unlocks) owner.unlock(this);
      else owner.abandoned(this);
    });
  }

  get surfaces(): readonly LockSurface[] {
    return [...this.#surfaces];
  }

  /** Nothing of the session can be seen any more. */
  confirm(): void {
    if (this.#locked || this.resource.destroyed) return;
    this.#locked = true;
    this.resource.sendLocked();
  }

  /** Another one is in charge. */
  finish(): void {
    this.resource.sendFinished();
  }

  nextSerial(): number {
    return this.#owner.nextSerial();
  }

  surfaceChanged(): void {
    this.#owner.changed(this);
  }

  surfaceGone(lockSurface: LockSurface): void {
    if (this.#surfaces.delete(lockSurface)) this.#owner.changed(this);
  }

  #createSurface(id: ExtSessionLockSurfaceV1, wlSurface: WlSurface, wlOutput: WlOutput): void {
    const surface = Surface.from(wlSurface);
    const output = Output.from(wlOutput);
    if (surface.hasBuffer || surface.hasPendingBuffer) {
      this.#refuse('alreadyConstructed', `wl_surface#${wlSurface.id} has a buffer`);
      return;
    }
    if (!output) {
      // unplugged while the request was on its way: never configured, never shown
      id.setHandler({ ackConfigure() {} });
      return;
    }
    if (this.surfaces.some((other) => other.output === output)) {
      this.#refuse('duplicateOutput', `${output.name} has a lock surface already`);
      return;
    }
    const lockSurface = new LockSurface(id, surface, output, this);
    const conflict = { resource: this.resource, code: ExtSessionLockV1Error.role };
    if (!surface.assignRole(lockSurface, conflict)) return;
    this.#surfaces.add(lockSurface);
    lockSurface.configure();
  }

  #refuse(error: keyof typeof ExtSessionLockV1Error, reason: string): void {
    this.resource.postError(ExtSessionLockV1Error[error], reason);
  }
}
