import {
  type WlSubsurface,
  WlSubsurfaceError,
} from '../../../protocol/wayland/generated/wayland.ts';
import type { StackMember } from './stack.ts';
import type { SubsurfaceLink } from './surface.ts';
import { Surface } from './surface.ts';
import type { SurfaceRole } from './surface-role.ts';

/** A surface's place inside another one. Order and position belong to the parent's state, content to its own. */
export class Subsurface implements SurfaceRole, SubsurfaceLink {
  readonly name = 'wl_subsurface';
  readonly resource: WlSubsurface;
  readonly surface: Surface;
  parent: Surface | null;
  x = 0;
  y = 0;
  pendingX = 0;
  pendingY = 0;
  #ownSync = true;

  constructor(resource: WlSubsurface, surface: Surface, parent: Surface) {
    this.resource = resource;
    this.surface = surface;
    this.parent = parent;
    resource.data = this;
  }

  /** Takes its place on top of the parent's pending stack. */
  attach(): void {
    this.surface.subsurface = this;
    this.parent?.pendingStack.add(this);
    this.parent?.stackChanged();
    this.resource.setHandler({
      setPosition: (x, y) => this.#setPosition(x, y),
      placeAbove: (sibling) => this.#place('above', Surface.from(sibling)),
      placeBelow: (sibling) => this.#place('below', Surface.from(sibling)),
      setSync: () => {
        this.#ownSync = true;
      },
      setDesync: () => this.#setDesync(),
    });
    this.resource.onDestroy(() => this.#leave());
  }

  get synchronised(): boolean {
    return this.#ownSync || (this.parent?.subsurface?.synchronised ?? false);
  }

  get detached(): boolean {
    return this.parent === null;
  }

  moveTo(x: number, y: number): void {
    this.x = x;
    this.y = y;
  }

  parentDestroyed(): void {
    this.parent = null;
  }

  afterCommit(): void {
    const { dx, dy } = this.surface.current;
    if (dx === 0 && dy === 0) return;
    this.x += dx;
    this.y += dy;
    this.parent?.memberMoved(this, this.x, this.y);
  }

  onSurfaceDestroyed(): void {
    this.#leave();
  }

  #setPosition(x: number, y: number): void {
    this.pendingX = x;
    this.pendingY = y;
    this.parent?.stackChanged();
  }

  #place(where: 'above' | 'below', sibling: Surface): void {
    const { parent } = this;
    if (parent === null) return;
    const reference = sibling === parent ? null : siblingOf(sibling, parent);
    if (reference === undefined || !parent.pendingStack.place(this, where, reference)) {
      this.resource.postError(
        WlSubsurfaceError.badSurface,
        `wl_surface#${sibling.resource.id} is neither the parent nor a sibling`,
      );
      return;
    }
    parent.stackChanged();
  }

  #setDesync(): void {
    if (!this.#ownSync) return;
    this.#ownSync = false;
    if (!this.synchronised) applyTree(this.surface);
  }

  #leave(): void {
    const { parent, surface } = this;
    this.parent = null;
    surface.subsurface = null;
    surface.clearRole(this);
    surface.dropCached();
    parent?.removeMember(this);
  }
}

function siblingOf(surface: Surface, parent: Surface): StackMember | undefined {
  const link = surface.subsurface;
  return link !== null && link.parent === parent ? link : undefined;
}

/** What waited for this surface's parents waits no longer; deeper desynchronised ones are freed with it. */
function applyTree(surface: Surface): void {
  surface.applyCached();
  for (const { member } of surface.stack) {
    if (member === null) continue;
    const { subsurface } = member.surface;
    if (subsurface !== null && !subsurface.synchronised) applyTree(member.surface);
  }
}
