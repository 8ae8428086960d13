import type { LayerName, Scene, SceneItem } from '../compositor/scene/scene.ts';
import { Listeners } from '../compositor/surface/listeners.ts';
import type { Surface } from '../compositor/surface/surface.ts';
import { ChangeQueue } from './change-queue.ts';
import type { Point } from './geometry.ts';
import type { ManagedWindow } from './managed-window.ts';
import type {
  Change,
  ManageDecisions,
  OutputInfo,
  PointerOperation,
  WindowId,
  WindowPlacement,
  WindowPolicy,
  WindowProposal,
} from './policy.ts';
import {
  idleTransaction,
  type TransactionEvent,
  type TransactionState,
  transition,
} from './transaction-state.ts';
import { type Align, sameItems, type TitleBarPainter, windowItems } from './window-layer.ts';

/** How long one slow client may hold up what the others are about to show. */
const DEADLINE_MS = 100;

export interface TransactionDeps {
  readonly policy: WindowPolicy;
  readonly scene: Pick<Scene, 'setItems'>;
  readonly painter: TitleBarPainter;
  readonly align: Align;
  setKeyboardFocus(surface: Surface | null): void;
  /** The policy took or gave up the pointer. */
  setOperation(operation: PointerOperation | null): void;
}

export interface DecidedWindow {
  readonly window: ManagedWindow;
  readonly placement: WindowPlacement;
  readonly proposal: WindowProposal;
}

/**
 * Runs the policy's two phases and is the only one to put windows into the scene. Changes are collected until flush():
 * after a batch of requests, or at once for input.
 */
export class Transactions {
  readonly #deps: TransactionDeps;
  readonly #windows = new Map<WindowId, ManagedWindow>();
  readonly #queue = new ChangeQueue();
  readonly #late = new Set<WindowId>();
  #state: TransactionState = idleTransaction;
  #placements: readonly WindowPlacement[] = [];
  #operation: PointerOperation | null = null;
  #deadline: NodeJS.Timeout | null = null;
  readonly #shown = new Map<LayerName, readonly SceneItem[]>();
  readonly #proposals = new Map<WindowId, WindowProposal>();
  readonly #decided = new Listeners();
  #stale = false;
  #isFlushing = false;
  #isScheduled = false;

  constructor(deps: TransactionDeps) {
    this.#deps = deps;
  }

  window(id: WindowId): ManagedWindow | null {
    return this.#windows.get(id) ?? null;
  }

  /** Where the corner of the window's geometry is shown; null while it is not. */
  positionOf(id: WindowId): Point | null {
    const placement = this.#placements.find((other) => other.id === id);
    return placement?.visible ? placement.at : null;
  }

  /** Mapped windows with what was last decided about them. */
  get decided(): DecidedWindow[] {
    return [...this.#windows.values()].flatMap((window) => {
      const placement = this.#placements.find(({ id }) => id === window.id);
      const proposal = this.#proposals.get(window.id);
      return window.mapped && placement && proposal ? [{ window, placement, proposal }] : [];
    });
  }

  /** Called after each manage and each render phase. */
  onDecided(callback: () => void): () => void {
    return this.#decided.add(callback);
  }

  opened(window: ManagedWindow): void {
    this.#windows.set(window.id, window);
    this.change({ kind: 'opened', window: window.info });
  }

  closed(window: ManagedWindow): void {
    if (!this.#windows.delete(window.id)) return;
    this.#late.delete(window.id);
    this.#proposals.delete(window.id);
    this.#placements = this.#placements.filter(({ id }) => id !== window.id);
    this.#stale = true;
    this.change({ kind: 'closed', id: window.id });
    this.#dispatch({ type: 'gone', id: window.id });
  }

  outputsChanged(outputs: readonly OutputInfo[]): void {
    this.change({ kind: 'outputs', outputs });
  }

  change(change: Change): void {
    this.#queue.push(change);
    this.#schedule();
  }

  /**
   * The window's surface has a new state.
   * @param reshaped its geometry is another, or it has drawn another configure
   */
  committed(window: ManagedWindow, reshaped: boolean): void {
    if (window.settled) this.#late.delete(window.id);
    if (!reshaped) return;
    this.#stale = true;
    if (window.drawnSerial !== null) {
      this.#dispatch({ type: 'committed', id: window.id, serial: window.drawnSerial });
    }
    this.#schedule();
  }

  /** Something that is shown with the windows changed by itself: a popup, a title bar's picture. */
  refresh(): void {
    this.#stale = true;
    this.#schedule();
  }

  /** Takes off the screen what is no longer mapped, without waiting for the policy. */
  hide(): void {
    this.#show();
  }

  /** Decides and shows what has been collected, as far as clients need not answer first. */
  flush(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    try {
      if (!this.#queue.isEmpty) this.#dispatch({ type: 'changed', urgent: this.#queue.isUrgent });
      if (this.#stale && this.#state.phase === 'idle') this.#render();
      else if (this.#stale) this.#show();
      this.#stale = false;
    } finally {
      this.#isFlushing = false;
    }
  }

  [Symbol.dispose](): void {
    this.#disarm();
    this.#windows.clear();
  }

  /** Events that come outside of a batch must not wait for the next one. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  #dispatch(event: TransactionEvent): void {
    const { state, effects } = transition(this.#state, event);
    this.#state = state;
    for (const effect of effects) {
      switch (effect.type) {
        case 'manage':
          this.#manage();
          break;
        case 'render':
          this.#render();
          break;
        case 'armDeadline':
          this.#deadline = setTimeout(() => this.#expire(), DEADLINE_MS);
          break;
        case 'disarmDeadline':
          this.#disarm();
          break;
        case 'late':
          for (const id of effect.ids) this.#late.add(id);
          break;
      }
    }
  }

  #expire(): void {
    this.#deadline = null;
    this.#dispatch({ type: 'deadline' });
  }

  #disarm(): void {
    if (this.#deadline) clearTimeout(this.#deadline);
    this.#deadline = null;
  }

  #manage(): void {
    const { policy } = this.#deps;
    policy.manageStart(this.#queue.take());
    const decisions = policy.manageFinish();
    const serials = this.#configure(decisions);
    for (const id of decisions.close) this.#windows.get(id)?.close();
    const focus = decisions.focus === null ? null : this.#windows.get(decisions.focus);
    this.#deps.setKeyboardFocus(focus?.mapped ? focus.surface : null);
    this.#setOperation(decisions.operation);
    this.#decided.call();
    this.#dispatch({ type: 'managed', serials });
  }

  /** @returns what to wait for: windows that are to show another size */
  #configure(decisions: ManageDecisions): Map<WindowId, number> {
    const serials = new Map<WindowId, number>();
    for (const proposal of decisions.windows) {
      const window = this.#windows.get(proposal.id);
      if (!window) continue;
      this.#proposals.set(proposal.id, proposal);
      const serial = window.configure(proposal);
      const { size } = proposal;
      if (serial === null || !window.mapped || size === null || this.#late.has(window.id)) continue;
      const { width, height } = window.geometry;
      if (size.width !== width || size.height !== height) serials.set(window.id, serial);
    }
    return serials;
  }

  #setOperation(operation: PointerOperation | null): void {
    const was = this.#operation;
    const same = was?.window === operation?.window && was?.kind === operation?.kind;
    this.#operation = operation;
    if (!same) this.#deps.setOperation(operation);
  }

  #render(): void {
    this.#stale = false;
    const { policy } = this.#deps;
    const windows = [...this.#windows.values()].filter((window) => window.mapped);
    policy.renderStart({
      windows: windows.map(({ id, geometry: { width, height }, settled }) => ({
        id,
        size: { width, height },
        settled,
      })),
    });
    this.#placements = policy.renderFinish().windows;
    for (const { id } of this.#placements) this.#windows.get(id)?.placed();
    this.#show();
    this.#decided.call();
  }

  #show(): void {
    this.#showIn('windows', (placement) => placement.overPanels !== true);
    this.#showIn('fullscreen', (placement) => placement.overPanels === true);
  }

  #showIn(layer: LayerName, isIn: (placement: WindowPlacement) => boolean): void {
    const { painter, align, scene } = this.#deps;
    const items = this.#placements.filter(isIn).flatMap((placement) => {
      const window = this.#windows.get(placement.id);
      if (!window?.mapped || !placement.visible) return [];
      return windowItems(window, placement, painter, align);
    });
    if (sameItems(items, this.#shown.get(layer) ?? [])) return;
    this.#shown.set(layer, items);
    scene.setItems(layer, items);
  }
}
