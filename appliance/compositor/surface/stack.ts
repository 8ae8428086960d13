import type { Surface } from './surface.ts';

/** A subsurface as its parent's stack sees it. */
export interface StackMember {
  readonly surface: Surface;
  /** Position in the parent's coordinates as last set by the client; takes effect with the parent's state. */
  readonly pendingX: number;
  readonly pendingY: number;
  readonly detached: boolean;
  /** The parent's state with this position is current. */
  moveTo(x: number, y: number): void;
  parentDestroyed(): void;
}

/** One level of a surface's stack; `member` is null for the surface itself. */
export interface StackEntry {
  readonly member: StackMember | null;
  readonly x: number;
  readonly y: number;
}

const SELF: StackEntry = { member: null, x: 0, y: 0 };
export const ALONE: readonly StackEntry[] = [SELF];

/** The order of a surface and its subsurfaces, bottom to top, as the client builds it up for the next commit. */
export class PendingStack {
  #order: (StackMember | null)[] = [null];

  add(member: StackMember): void {
    this.#order.push(member);
  }

  remove(member: StackMember): void {
    this.#order = this.#order.filter((other) => other !== member);
  }

  members(): StackMember[] {
    return this.#order.filter((member) => member !== null);
  }

  /** Puts `member` right above or below `sibling` (null: the parent). False where that is not in this stack. */
  place(member: StackMember, where: 'above' | 'below', sibling: StackMember | null): boolean {
    if (member === sibling || !this.#order.includes(sibling)) return false;
    this.remove(member);
    const index = this.#order.indexOf(sibling);
    this.#order.splice(where === 'above' ? index + 1 : index, 0, member);
    return true;
  }

  snapshot(): readonly StackEntry[] {
    return this.#order.map((member) =>
      member === null ? SELF : { member, x: member.pendingX, y: member.pendingY },
    );
  }
}
