import type { Change } from './policy.ts';

/**
 * Changes between two manage phases. A later change replaces an earlier one of the same kind about the same window, so
 * that no client can make the queue longer than the number of windows allows.
 */
export class ChangeQueue {
  readonly #changes = new Map<string, Change>();
  #inputs = 0;

  get isEmpty(): boolean {
    return this.#changes.size === 0;
  }

  /** Something other than the motion of a drag has changed. */
  get isUrgent(): boolean {
    return [...this.#changes.values()].some(({ kind }) => kind !== 'pointer');
  }

  push(change: Change): void {
    this.#inputs = (this.#inputs + 1) % MAX_INPUTS;
    const key = keyOf(change, this.#inputs);
    this.#changes.delete(key);
    this.#changes.set(key, change);
  }

  take(): Change[] {
    const taken = [...this.#changes.values()];
    this.#changes.clear();
    return taken;
  }
}

const MAX_INPUTS = 64;

function keyOf(change: Change, input: number): string {
  switch (change.kind) {
    case 'outputs':
    case 'pointer':
    case 'pointerReleased':
      return change.kind;
    case 'opened':
    case 'info':
      return `${change.kind} ${change.window.id}`;
    case 'mapped':
    case 'closed':
      return `${change.kind} ${change.id}`;
    case 'request':
      return `request ${change.id} ${change.request.type}`;
    case 'modifierReleased':
      return `modifier ${change.modifier}`;
    case 'press':
    case 'binding':
      return `input ${input}`;
  }
}
