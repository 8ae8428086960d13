import type { ActiveModifiers, Hit, InputInterceptor } from '../compositor/seat/input.ts';
import type { Seat } from '../compositor/seat/seat.ts';
import { BTN_LEFT, findButtonBinding, findKeyBinding } from './bindings.ts';
import { FrameOwner } from './frame-owner.ts';
import { noEdges, type Point } from './geometry.ts';
import type { OperationInput } from './operation-input.ts';
import type { Binding, Change, Modifier, WindowId, WindowPart } from './policy.ts';
import { borderEdges, edgeCursor, titleBarPart } from './title-bar-layout.ts';
import type { TitleBars } from './title-bars.ts';
import type { Transactions } from './transaction.ts';

export interface WmInputDeps {
  readonly seat: Pick<Seat, 'pointerX' | 'pointerY' | 'modifiers'>;
  readonly bindings: readonly Binding[];
  readonly transactions: Transactions;
  readonly operations: OperationInput;
  readonly titleBars: TitleBars;
  /** A window was pressed. */
  onPress(id: WindowId): void;
}

/** The keysyms of both keys of a modifier. */
const modifierKeysyms: Record<Modifier, readonly number[]> = {
  Shift: [0xffe1, 0xffe2],
  Control: [0xffe3, 0xffe4],
  Alt: [0xffe9, 0xffea],
  Super: [0xffeb, 0xffec],
};

type PressedPart = { readonly window: WindowId; readonly part: WindowPart };

/** Sees input before clients do: the policy's bindings, presses on windows and on their frames. */
export class WmInput implements InputInterceptor {
  readonly #deps: WmInputDeps;
  /** Modifiers whose release the policy waits for. */
  readonly #awaited = new Set<Modifier>();
  /** A button of a title bar that is pressed and not yet released. */
  #armed: PressedPart | null = null;

  constructor(deps: WmInputDeps) {
    this.#deps = deps;
  }

  key(
    timeMs: number,
    _code: number,
    pressed: boolean,
    keysym: number,
    modifiers: ActiveModifiers,
  ): boolean {
    if (!pressed) {
      this.#keyReleased(keysym);
      return false;
    }
    const binding = findKeyBinding(this.#deps.bindings, keysym, heldOf(modifiers));
    if (!binding) return false;
    this.#fire(binding, null, timeMs);
    return true;
  }

  button(timeMs: number, hit: Hit, code: number, pressed: boolean): boolean {
    const at = this.#pointer();
    const found = partAt(hit, at);
    if (!pressed) return this.#buttonReleased(found, code, timeMs);
    this.#deps.operations.expect({ kind: 'pointer' });
    const held = heldOf(this.#deps.seat.modifiers);
    const binding = found && findButtonBinding(this.#deps.bindings, code, held);
    if (binding) {
      this.#fire(binding, found.window, timeMs);
      return true;
    }
    if (found && isButton(found.part)) {
      this.#armed = code === BTN_LEFT ? found : null;
      return true;
    }
    this.#press(hit, found, at, code, timeMs);
    return found !== null && found.part !== 'content';
  }

  touchDown(timeMs: number, hit: Hit, id: number, x: number, y: number): boolean {
    const found = partAt(hit, { x, y });
    this.#deps.operations.expect({ kind: 'touch', id });
    this.#press(hit, found, { x, y }, BTN_LEFT, timeMs);
    return found !== null && found.part !== 'content';
  }

  motion(_x: number, _y: number, hit: Hit): string | null {
    const at = this.#pointer();
    const found = partAt(hit, at);
    const button = found && isButton(found.part) ? found.part : null;
    if (this.#deps.titleBars.setHover(found?.window ?? null, button)) {
      this.#deps.transactions.refresh();
    }
    if (found?.part !== 'border' || !(hit?.item.owner instanceof FrameOwner)) return null;
    return edgeCursor(borderEdges(hit.item.owner.frame, at));
  }

  #pointer(): Point {
    return { x: this.#deps.seat.pointerX, y: this.#deps.seat.pointerY };
  }

  #buttonReleased(found: PressedPart | null, code: number, timeMs: number): boolean {
    const armed = this.#armed;
    if (!armed || code !== BTN_LEFT) return false;
    this.#armed = null;
    if (found?.window === armed.window && found.part === armed.part) {
      this.#press(null, found, this.#pointer(), code, timeMs);
    }
    return true;
  }

  #press(hit: Hit, found: PressedPart | null, at: Point, button: number, timeMs: number): void {
    const owner = hit?.item.owner;
    const edges = owner instanceof FrameOwner ? borderEdges(owner.frame, at) : noEdges;
    const part = found?.part ?? 'content';
    if (found) this.#deps.onPress(found.window);
    this.#report({ kind: 'press', id: found?.window ?? null, part, edges, at, button, timeMs });
  }

  #fire(binding: Binding, id: WindowId | null, timeMs: number): void {
    if (binding.until) this.#awaited.add(binding.until);
    this.#report({ kind: 'binding', name: binding.name, id, at: this.#pointer(), timeMs });
  }

  #keyReleased(keysym: number): void {
    for (const modifier of this.#awaited) {
      if (!modifierKeysyms[modifier].includes(keysym)) continue;
      this.#awaited.delete(modifier);
      this.#report({ kind: 'modifierReleased', modifier });
    }
  }

  /** What input causes is in force before the next input, and before the client hears of this one. */
  #report(change: Change): void {
    this.#deps.transactions.change(change);
    this.#deps.transactions.flush();
  }
}

function isButton(part: WindowPart): part is 'minimize' | 'maximize' | 'close' {
  return part === 'minimize' || part === 'maximize' || part === 'close';
}

function partAt(hit: Hit, at: Point): PressedPart | null {
  const owner = hit?.item.owner;
  if (!(owner instanceof FrameOwner)) return null;
  if (owner.kind !== 'titleBar') return { window: owner.window, part: owner.kind };
  const inBar = { x: at.x - owner.frame.x, y: at.y - owner.frame.y };
  return { window: owner.window, part: titleBarPart(owner.frame.width, inBar) };
}

function heldOf(modifiers: ActiveModifiers): ReadonlySet<Modifier> {
  const held = new Set<Modifier>();
  if (modifiers.shift) held.add('Shift');
  if (modifiers.control) held.add('Control');
  if (modifiers.alt) held.add('Alt');
  if (modifiers.super) held.add('Super');
  return held;
}
