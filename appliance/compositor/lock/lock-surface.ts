import { WaylandError } from '../../../native/wayland/index.ts';
import {
  ExtSessionLockSurfaceV1Error,
  type ExtSessionLockSurfaceV1 as LockSurfaceResource,
} from '../../../protocol/wayland/generated/session-lock.ts';
import { type Size, sameSize } from '../../wm/geometry.ts';
import type { Output } from '../output/output.ts';
import type { SceneItem } from '../scene/scene.ts';
import { ConfigureQueue } from '../shell/configure-queue.ts';
import type { Surface } from '../surface/surface.ts';
import type { SurfaceRole } from '../surface/surface-role.ts';
import { Changed, type SurfaceState } from '../surface/surface-state.ts';

export interface LockSurfaceOwner {
  nextSerial(): number;
  /** It came, went, or may be shown for the first time. */
  surfaceChanged(): void;
  surfaceGone(lockSurface: LockSurface): void;
}

/** What a locker shows on one output: always exactly as large as the output. */
export class LockSurface implements SurfaceRole {
  readonly name = 'ext_session_lock_surface_v1';
  readonly resource: LockSurfaceResource;
  readonly surface: Surface;
  readonly output: Output;
  readonly #owner: LockSurfaceOwner;
  readonly #sent = new ConfigureQueue<Size>();
  #told: Size | null = null;
  /** What the next commit must fill. */
  #acked: Size | null = null;
  #mapped = false;

  constructor(
    resource: LockSurfaceResource,
    surface: Surface,
    output: Output,
    owner: LockSurfaceOwner,
  ) {
    this.resource = resource;
    this.surface = surface;
    this.output = output;
    this.#owner = owner;
    resource.data = this;
    resource.setHandler({ ackConfigure: (serial) => this.#ack(serial) });
    resource.onDestroy(() => {
      this.#end();
      surface.clearRole(this);
    });
  }

  /** Null until there is something to show. */
  get item(): SceneItem | null {
    const { surface, output } = this;
    if (!this.#mapped || output.removed) return null;
    const { x, y } = output.logical;
    return { kind: 'surface', surface, x, y, owner: this };
  }

  /** Tells the client the output's size, unless it knows. */
  configure(): void {
    const { width, height } = this.output.logical;
    if (sameSize(this.#told, { width, height })) return;
    this.#told = { width, height };
    const serial = this.#owner.nextSerial();
    this.#sent.push(serial, this.#told);
    this.resource.sendConfigure(serial, width, height);
  }

  beforeCommit(pending: Readonly<SurfaceState>): void {
    if (!this.#acked)
      this.#throw('commitBeforeFirstAck', 'no configure was acknowledged before the first commit');
    const attaches = (pending.changed & Changed.buffer) !== 0;
    if (attaches ? pending.buffer === null : !this.surface.hasBuffer)
      this.#throw('nullBuffer', 'a lock surface always shows something');
  }

  afterCommit(): void {
    const { surface } = this;
    if (this.#acked && !sameSize(surface, this.#acked)) {
      const wanted = `${this.#acked.width}x${this.#acked.height}`;
      const reason = `${surface.width}x${surface.height} instead of ${wanted}`;
      this.resource.postError(ExtSessionLockSurfaceV1Error.dimensionsMismatch, reason);
      return;
    }
    if (this.#mapped) return;
    this.#mapped = true;
    this.#owner.surfaceChanged();
  }

  onSurfaceDestroyed(): void {
    this.#end();
  }

  holdsRoleObject(): boolean {
    return !this.resource.destroyed;
  }

  #end(): void {
    this.#mapped = false;
    this.#owner.surfaceGone(this);
  }

  #ack(serial: number): void {
    const sent = this.#sent.ack(serial);
    if (sent && sent !== 'stale') this.#acked = sent.config;
    else if (!sent) {
      const reason = `configure ${serial} is not to be acknowledged`;
      this.resource.postError(ExtSessionLockSurfaceV1Error.invalidSerial, reason);
    }
  }

  #throw(error: keyof typeof ExtSessionLockSurfaceV1Error, reason: string): never {
    throw new WaylandError(this.resource, ExtSessionLockSurfaceV1Error[error], reason);
  }
}
