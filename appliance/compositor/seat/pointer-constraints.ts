import {
  type ZwpPointerConstraintsV1,
  ZwpPointerConstraintsV1Error,
  ZwpPointerConstraintsV1Lifetime,
  zwpPointerConstraintsV1,
} from '../../../protocol/wayland/generated/pointer-constraints.ts';
import type { WlRegion, WlSurface } from '../../../protocol/wayland/generated/wayland.ts';
import { RegionResource } from '../surface/region-resource.ts';
import { Surface } from '../surface/surface.ts';
import type { Point } from './confine.ts';
import { type ConstraintResource, PointerConstraint } from './pointer-constraint.ts';
import type { Seat } from './seat.ts';
import type { SeatHost } from './wl-seat.ts';

/** Offers zwp_pointer_constraints_v1: games and drawing programs that keep the pointer. */
export function exposePointerConstraints(host: SeatHost): void {
  const constraints = new PointerConstraints(host.seat);
  host.display.createGlobal(zwpPointerConstraintsV1, 1, (manager: ZwpPointerConstraintsV1) => {
    const add = (
      target: ConstraintResource,
      surface: WlSurface,
      region: WlRegion | null,
      lifetime: number,
    ) => {
      const constraint = new PointerConstraint(
        target,
        Surface.from(surface),
        regionOf(region),
        lifetime === ZwpPointerConstraintsV1Lifetime.oneshot,
      );
      if (constraints.add(target, constraint)) return constraint;
      const why = 'the surface has a constraint already';
      manager.postError(ZwpPointerConstraintsV1Error.alreadyConstrained, why);
      return null;
    };
    manager.setHandler({
      lockPointer(resource, surface, _pointer, region, lifetime) {
        const constraint = add({ kind: 'lock', resource }, surface, region, lifetime);
        resource.setHandler({
          setCursorPositionHint: (x, y) => constraint?.setHint({ x, y }),
          setRegion: (next) => constraint?.setRegion(regionOf(next)),
        });
      },
      confinePointer(resource, surface, _pointer, region, lifetime) {
        const constraint = add({ kind: 'confine', resource }, surface, region, lifetime);
        resource.setHandler({ setRegion: (next) => constraint?.setRegion(regionOf(next)) });
      },
    });
  });
}

function regionOf(resource: WlRegion | null) {
  return resource && RegionResource.valueOf(resource);
}

/** Which constraint is in force: that of the surface that has both the pointer and the keyboard. */
class PointerConstraints {
  readonly #seat: Seat;
  readonly #bySurface = new Map<Surface, PointerConstraint>();
  #active: PointerConstraint | null = null;

  constructor(seat: Seat) {
    this.#seat = seat;
    seat.router.onFocus.add(() => this.#update());
    seat.onFocusChanged(() => this.#update());
    // one that waits for the pointer to come into its region
    seat.onActivity(() => this.#bySurface.size > 0 && this.#update());
  }

  /** @returns false when the surface has one already */
  add({ resource }: ConstraintResource, constraint: PointerConstraint): boolean {
    const { surface } = constraint;
    if (this.#bySurface.has(surface)) return false;
    this.#bySurface.set(surface, constraint);
    const unwatch = surface.onCommit(() => {
      constraint.commit();
      this.#update();
    });
    const remove = () => {
      unwatch();
      if (this.#bySurface.get(surface) !== constraint) return;
      this.#bySurface.delete(surface);
      this.#end(constraint);
    };
    resource.onDestroy(remove);
    surface.onDestroy(remove);
    this.#update();
    return true;
  }

  #update(): void {
    const focus = this.#seat.pointerFocus;
    const active = this.#active;
    if (active && !this.#hasFocus(active.surface, focus)) this.#end(active);
    if (this.#active || !focus) return;
    const constraint = this.#bySurface.get(focus);
    const position = constraint && this.#seat.positionOf(focus);
    if (!constraint || !position || !this.#hasFocus(focus, focus)) return;
    const { pointerX, pointerY } = this.#seat;
    if (!constraint.activate(pointerX - position.x, pointerY - position.y)) return;
    this.#active = constraint;
    this.#seat.router.constraint = (from, to) => this.#bend(constraint, from, to);
  }

  #hasFocus(surface: Surface, pointerFocus: Surface | null): boolean {
    const keyboard = this.#seat.keyboardFocus?.rootSurface();
    return surface === pointerFocus && surface.rootSurface() === keyboard;
  }

  #bend(constraint: PointerConstraint, from: Point, to: Point): Point {
    const position = this.#seat.positionOf(constraint.surface);
    if (!position) return to;
    const { x, y } = position;
    const bent = constraint.bend({ x: from.x - x, y: from.y - y }, { x: to.x - x, y: to.y - y });
    return { x: bent.x + x, y: bent.y + y };
  }

  #end(constraint: PointerConstraint): void {
    if (constraint !== this.#active) return;
    this.#active = null;
    this.#seat.router.constraint = null;
    const { hint, surface } = constraint;
    const position = this.#seat.positionOf(surface);
    constraint.deactivate();
    // a program that drew its own pointer says where it was last seen
    if (constraint.kind !== 'lock' || !hint || !position || !surface.acceptsInput(hint.x, hint.y)) {
      return;
    }
    this.#seat.router.warp(this.#seat.now(), position.x + hint.x, position.y + hint.y);
  }
}
