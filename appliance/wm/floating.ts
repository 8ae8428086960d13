import { BTN_LEFT, floatingBindings } from './bindings.ts';
import { Desk } from './desk.ts';
import { Drag } from './drag.ts';
import {
  decorationOf,
  type FloatingWindow,
  geometryIn,
  hasTitleBar,
  newWindow,
  noteActual,
} from './floating-window.ts';
import { type Point, type Rect, sameSize } from './geometry.ts';
import { nearestEdges } from './interactive.ts';
import { windowsOverPanels } from './over-panels.ts';
import { centred } from './placement.ts';
import type {
  Binding,
  Change,
  ClientRequest,
  ManageDecisions,
  RenderDecisions,
  RenderState,
  WindowId,
  WindowPlacement,
  WindowPolicy,
  WindowProposal,
} from './policy.ts';
import { type Direction, modeEdges, stepMode } from './snap.ts';
import { raised } from './stacking.ts';
import { candidateOf, type Switcher, stepSwitcher, withoutWindow } from './switcher.ts';
import { TITLE_BAR_HEIGHT } from './title-bar-layout.ts';

const DOUBLE_CLICK_MS = 400;

type Press = Extract<Change, { kind: 'press' }>;
type Fired = Extract<Change, { kind: 'binding' }>;

/** The built-in policy: overlapping windows that the user moves, sizes, snaps and switches between. */
export class FloatingPolicy implements WindowPolicy {
  readonly bindings: readonly Binding[];
  readonly capabilities = ['maximize', 'fullscreen', 'minimize'] as const;
  readonly #desk = new Desk();
  readonly #drag = new Drag(this.#desk);
  readonly #closing = new Set<WindowId>();
  #switcher: Switcher | null = null;
  #lastPress: { id: WindowId; timeMs: number } | null = null;

  constructor(bindings = floatingBindings) {
    this.bindings = bindings;
  }

  manageStart(changes: readonly Change[]): void {
    for (const change of changes) this.#apply(change);
  }

  manageFinish(): ManageDecisions {
    const close = [...this.#closing];
    this.#closing.clear();
    return {
      windows: [...this.#desk.windows.values()].map((window) => this.#propose(window)),
      focus: this.#desk.focus,
      close,
      operation: this.#drag.operation,
    };
  }

  renderStart(actual: RenderState): void {
    for (const { id, size, settled } of actual.windows) {
      const window = this.#desk.mapped(id);
      if (!window) continue;
      noteActual(window, size, settled);
      if (window.mode === 'floating' && !window.at) this.#desk.place(window);
    }
  }

  renderFinish(): RenderDecisions {
    const over = windowsOverPanels(this.#desk);
    const windows = this.#desk.order.flatMap((id) => this.#placement(id));
    return { windows: windows.map((window) => ({ ...window, overPanels: over.has(window.id) })) };
  }

  #apply(change: Change): void {
    if (isByUser(change)) this.#desk.touch();
    switch (change.kind) {
      case 'outputs':
        this.#desk.setOutputs(change.outputs);
        return;
      case 'opened':
        this.#desk.windows.set(change.window.id, newWindow(change.window));
        return;
      case 'mapped':
        this.#map(change.id, change.size);
        return;
      case 'closed':
        this.#remove(change.id);
        return;
      case 'info':
        this.#learn(change.window);
        return;
      case 'request':
        this.#request(change.id, change.request);
        return;
      case 'press':
        this.#press(change);
        return;
      case 'pointer':
        this.#drag.moved(change.at);
        return;
      case 'pointerReleased':
        this.#drag.ended(change.at, change.cancelled);
        return;
      case 'binding':
        this.#fired(change);
        return;
      case 'modifierReleased':
        this.#endSwitching();
        return;
    }
  }

  #map(id: WindowId, size: FloatingWindow['actual']): void {
    const window = this.#desk.windows.get(id);
    if (!window || window.mapped) return;
    window.mapped = true;
    window.actual = size;
    this.#desk.order.push(id);
    this.#desk.recent.push(id);
    const parent = window.info.parent === null ? null : this.#desk.mapped(window.info.parent);
    window.output ??= parent ? this.#desk.outputOf(parent).id : null;
    if (window.mode === 'floating') this.#desk.place(window);
    if (!window.minimized) this.#desk.activate(id);
  }

  #remove(id: WindowId): void {
    this.#drag.forget(id);
    this.#switcher = withoutWindow(this.#switcher, id);
    this.#closing.delete(id);
    this.#desk.remove(id);
  }

  #learn(info: FloatingWindow['info']): void {
    const window = this.#desk.windows.get(info.id);
    if (!window) return;
    const hadTitleBar = hasTitleBar(window);
    const hadParent = window.info.parent;
    window.info = info;
    if (hadParent !== info.parent) this.#desk.keepParentsBelow();
    const has = hasTitleBar(window);
    if (window.at && has !== hadTitleBar) {
      const shift = has ? TITLE_BAR_HEIGHT : -TITLE_BAR_HEIGHT;
      window.at = { x: window.at.x, y: window.at.y + shift };
    }
  }

  #request(id: WindowId, request: ClientRequest): void {
    const window = this.#desk.windows.get(id);
    if (!window) return;
    switch (request.type) {
      case 'move':
        this.#drag.move(id, request.at);
        return;
      case 'resize':
        this.#drag.resize(id, request.at, request.edges);
        return;
      case 'maximize':
        if (window.mode === 'fullscreen') window.modeBelow = 'maximized';
        else this.#desk.setMode(window, 'maximized');
        return;
      case 'unmaximize':
        if (window.mode === 'fullscreen') window.modeBelow = 'floating';
        else if (window.mode === 'maximized') this.#desk.setMode(window, 'floating');
        return;
      case 'fullscreen':
        this.#desk.setMode(window, 'fullscreen');
        if (request.output !== null) window.output = request.output;
        if (this.#desk.focus === id) this.#desk.raise(id);
        return;
      case 'unfullscreen':
        if (window.mode === 'fullscreen') this.#desk.setMode(window, window.modeBelow);
        return;
      case 'minimize':
        window.minimized = true;
        this.#desk.minimize(id);
        return;
      case 'activate':
        this.#desk.activate(id);
        return;
      case 'place':
        this.#desk.setMode(window, 'floating');
        window.at = request.at;
        return;
      case 'menu':
        return;
    }
  }

  #press(press: Press): void {
    const window = press.id === null ? null : this.#desk.mapped(press.id);
    if (!window) return;
    const { id } = window.info;
    const last = this.#lastPress;
    this.#lastPress = null;
    this.#endSwitching();
    if (press.part === 'close') {
      this.#closing.add(id);
      return;
    }
    if (press.part === 'minimize') {
      this.#desk.minimize(id);
      return;
    }
    this.#desk.activate(id);
    if (press.part === 'maximize') {
      this.#toggleMaximized(window);
      return;
    }
    if (press.button !== BTN_LEFT) return;
    if (press.part === 'border') {
      this.#drag.resize(id, press.at, press.edges);
      return;
    }
    if (press.part !== 'titleBar') return;
    if (last?.id === id && press.timeMs - last.timeMs <= DOUBLE_CLICK_MS) {
      this.#toggleMaximized(window);
      return;
    }
    this.#lastPress = { id, timeMs: press.timeMs };
    this.#drag.move(id, press.at);
  }

  #toggleMaximized(window: FloatingWindow): void {
    this.#desk.setMode(window, window.mode === 'maximized' ? 'floating' : 'maximized');
  }

  #fired(fired: Fired): void {
    switch (fired.name) {
      case 'next':
        this.#switch(1);
        return;
      case 'previous':
        this.#switch(-1);
        return;
      case 'close':
        if (this.#desk.focus !== null) this.#closing.add(this.#desk.focus);
        return;
      case 'move':
      case 'resize':
        this.#grab(fired);
        return;
      default:
        this.#step(fired.name as Direction);
        return;
    }
  }

  #grab({ name, id, at }: Fired): void {
    const window = id === null ? null : this.#desk.mapped(id);
    if (!window) return;
    this.#desk.activate(window.info.id);
    if (name === 'move') {
      this.#drag.move(window.info.id, at);
      return;
    }
    this.#drag.resize(window.info.id, at, nearestEdges(at, this.#desk.shownFrame(window)));
  }

  #step(direction: Direction): void {
    const window = this.#desk.focus === null ? null : this.#desk.mapped(this.#desk.focus);
    if (!window) return;
    const mode = stepMode(window.mode, direction);
    if (mode === 'minimize') this.#desk.minimize(window.info.id);
    else this.#desk.setMode(window, mode);
  }

  #switch(step: 1 | -1): void {
    const desk = this.#desk;
    this.#switcher = stepSwitcher(this.#switcher, step, desk.recent, desk.order);
    const candidate = candidateOf(this.#switcher);
    if (candidate === null || !this.#switcher) return;
    const present = this.#switcher.order.filter((id) => desk.mapped(id));
    const newer = desk.order.filter((id) => !present.includes(id));
    desk.order = raised([...present, ...newer], candidate, desk.parentOf);
    desk.focus = candidate;
  }

  #endSwitching(): void {
    const candidate = candidateOf(this.#switcher);
    this.#switcher = null;
    if (candidate !== null) this.#desk.activate(candidate);
  }

  #propose(window: FloatingWindow): WindowProposal {
    const { id } = window.info;
    const { usable } = this.#desk.outputOf(window);
    const frame = this.#desk.dictatedFrame(window);
    const shown = this.#desk.isShown(id) || candidateOf(this.#switcher) === id;
    return {
      id,
      size: frame ? geometryIn(window, frame) : this.#drag.sizeOf(window),
      bounds: geometryIn(window, usable),
      maximized: window.mode === 'maximized',
      fullscreen: window.mode === 'fullscreen',
      resizing: this.#drag.operation?.kind === 'resize' && window.isHeld,
      activated: this.#desk.focus === id,
      suspended: window.mapped && !shown,
      tiled: modeEdges(window.mode),
      decoration: decorationOf(window),
    };
  }

  #placement(id: WindowId): WindowPlacement[] {
    const window = this.#desk.mapped(id);
    if (!window) return [];
    const floating = window.mode === 'floating';
    return [
      {
        id,
        ...this.#corner(window),
        visible: this.#desk.isShown(id) || candidateOf(this.#switcher) === id,
        titleBar: hasTitleBar(window)
          ? {
              title: window.info.title,
              active: this.#desk.focus === id,
              maximized: window.mode === 'maximized',
            }
          : null,
        border: floating && decorationOf(window) === 'server',
      },
    ];
  }

  #corner(window: FloatingWindow): { at: Point; backdrop: Rect | null } {
    const frame = this.#desk.dictatedFrame(window);
    if (!frame) return { at: window.at ?? { x: 0, y: 0 }, backdrop: null };
    if (window.mode !== 'fullscreen')
      return { at: corner(geometryIn(window, frame)), backdrop: null };
    return {
      at: centred(window.actual, frame),
      backdrop: sameSize(window.actual, frame) ? null : frame,
    };
  }
}

/** A new window counts: it comes of what somebody did. */
function isByUser({ kind }: Change): boolean {
  return kind !== 'outputs' && kind !== 'info' && kind !== 'closed';
}

function corner({ x, y }: Rect): Point {
  return { x, y };
}
