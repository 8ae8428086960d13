import type { FloatingWindow } from './floating-window.ts';
import type { OutputId, WindowId } from './policy.ts';
import { ancestry } from './stacking.ts';

export interface Stack {
  /** Bottom to top. */
  readonly order: readonly WindowId[];
  mapped(id: WindowId): FloatingWindow | null;
  isShown(id: WindowId): boolean;
  outputOf(window: FloatingWindow): { readonly id: OutputId };
  parentOf(id: WindowId): WindowId | null;
}

/** The full-screen windows, with their dialogs, that are the topmost of their output. */
export function windowsOverPanels(stack: Stack): ReadonlySet<WindowId> {
  const over = new Set<WindowId>();
  const decided = new Set<OutputId>();
  for (const id of [...stack.order].reverse()) {
    const window = stack.mapped(id);
    if (!window || !stack.isShown(id)) continue;
    const output = stack.outputOf(window).id;
    if (decided.has(output)) continue;
    const isPart = ancestry(id, stack.parentOf).some(
      (member) => stack.mapped(member)?.mode === 'fullscreen',
    );
    if (isPart) over.add(id);
    if (!isPart || window.mode === 'fullscreen') decided.add(output);
  }
  return over;
}
