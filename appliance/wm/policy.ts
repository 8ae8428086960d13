import type { Edges, Point, Rect, Size } from './geometry.ts';

/**
 * The seam between the compositor and whoever decides where windows are: the built-in floating policy or, over a
 * Wayland protocol, another process. Everything that crosses it is plain data and ids, so that it can be serialised.
 *
 * A cycle has two phases. Manage: the policy hears what changed and proposes sizes and states, which are configured on
 * the clients. Render: once the clients have drawn them (or took too long), the policy hears the actual sizes and
 * decides positions and stacking, which reach the screen in one step.
 */
export interface WindowPolicy {
  readonly bindings: readonly Binding[];
  readonly capabilities: readonly Capability[];
  manageStart(changes: readonly Change[]): void;
  manageFinish(): ManageDecisions;
  renderStart(actual: RenderState): void;
  renderFinish(): RenderDecisions;
}

export type WindowId = number;
export type OutputId = number;
export type Capability = 'windowMenu' | 'maximize' | 'fullscreen' | 'minimize';
export type Modifier = 'Shift' | 'Control' | 'Alt' | 'Super';

/** A key or button that the policy wants for itself; clients do not see it. */
export interface Binding {
  readonly name: string;
  /** All of these and no other of the four are held. */
  readonly modifiers: readonly Modifier[];
  /** An xkb keysym, or an evdev button code. */
  readonly trigger: { readonly keysym: number } | { readonly button: number };
  /** Report `modifierReleased` when this modifier goes up after the binding fired. */
  readonly until?: Modifier;
}

export interface OutputInfo {
  readonly id: OutputId;
  /** What it is, wherever it is plugged in: equal for a monitor that comes back. */
  readonly monitor: string;
  readonly area: Rect;
  /** `area` less what panels reserve. */
  readonly usable: Rect;
}

/** What a client says of its window. Sizes are of the window geometry; 0 in a limit means none. */
export interface WindowInfo {
  readonly id: WindowId;
  readonly title: string;
  readonly appId: string;
  readonly parent: WindowId | null;
  readonly minSize: Size;
  readonly maxSize: Size;
  /** null: the client cannot have its decorations drawn for it. */
  readonly decoration: DecorationMode | 'any' | null;
}

export type DecorationMode = 'client' | 'server';

export type ClientRequest =
  | { readonly type: 'move'; readonly at: Point }
  | { readonly type: 'resize'; readonly at: Point; readonly edges: Edges }
  | { readonly type: 'maximize' }
  | { readonly type: 'unmaximize' }
  | { readonly type: 'fullscreen'; readonly output: OutputId | null }
  | { readonly type: 'unfullscreen' }
  | { readonly type: 'minimize' }
  | { readonly type: 'menu'; readonly at: Point }
  | { readonly type: 'activate' }
  /** From automation, never from a client: put the window geometry's corner there. */
  | { readonly type: 'place'; readonly at: Point };

/**
 * The part of a window that a press hit: what the client draws, or a piece of the frame around it. A press on one of
 * the three buttons is reported once the button was released over it.
 */
export type WindowPart = 'content' | 'titleBar' | 'close' | 'maximize' | 'minimize' | 'border';

export type Change =
  | { readonly kind: 'outputs'; readonly outputs: readonly OutputInfo[] }
  /** The client wants a first configure; its size is not known yet. */
  | { readonly kind: 'opened'; readonly window: WindowInfo }
  | { readonly kind: 'mapped'; readonly id: WindowId; readonly size: Size }
  /** Unmapped or gone. The id may open again. */
  | { readonly kind: 'closed'; readonly id: WindowId }
  | { readonly kind: 'info'; readonly window: WindowInfo }
  | { readonly kind: 'request'; readonly id: WindowId; readonly request: ClientRequest }
  | {
      readonly kind: 'press';
      readonly id: WindowId | null;
      readonly part: WindowPart;
      readonly edges: Edges;
      readonly at: Point;
      readonly button: number;
      readonly timeMs: number;
    }
  /** The pointer (or the touch point that began the operation) during a pointer operation. */
  | { readonly kind: 'pointer'; readonly at: Point }
  | { readonly kind: 'pointerReleased'; readonly at: Point; readonly cancelled: boolean }
  | {
      readonly kind: 'binding';
      readonly name: string;
      readonly id: WindowId | null;
      readonly at: Point;
      readonly timeMs: number;
    }
  | { readonly kind: 'modifierReleased'; readonly modifier: Modifier };

/** What is configured on a window. Absent windows keep what they have. */
export interface WindowProposal {
  readonly id: WindowId;
  /** Of the window geometry; null lets the client choose. */
  readonly size: Size | null;
  readonly bounds: Size | null;
  readonly maximized: boolean;
  readonly fullscreen: boolean;
  readonly resizing: boolean;
  readonly activated: boolean;
  readonly suspended: boolean;
  readonly tiled: Edges;
  readonly decoration: DecorationMode;
}

export interface ManageDecisions {
  readonly windows: readonly WindowProposal[];
  readonly focus: WindowId | null;
  /** Windows whose clients are asked to close. */
  readonly close: readonly WindowId[];
  /** While set, the pointer belongs to the policy: `pointer` changes until `pointerReleased`. */
  readonly operation: PointerOperation | null;
}

export interface PointerOperation {
  readonly window: WindowId;
  readonly kind: 'move' | 'resize';
  readonly edges: Edges;
}

export interface RenderState {
  readonly windows: readonly ActualWindow[];
}

export interface ActualWindow {
  readonly id: WindowId;
  readonly size: Size;
  /** The client has drawn the last size and states that were configured. */
  readonly settled: boolean;
}

export interface TitleBarLook {
  readonly title: string;
  readonly active: boolean;
  readonly maximized: boolean;
}

export interface WindowPlacement {
  readonly id: WindowId;
  /** Of the window geometry's top left corner. */
  readonly at: Point;
  readonly visible: boolean;
  readonly titleBar: TitleBarLook | null;
  /** Whether the user may drag the frame's border to resize. */
  readonly border: boolean;
  /** Painted black below the window, for a full screen that the client does not fill. */
  readonly backdrop: Rect | null;
  /** Shown above the panels of the top layer: a full screen that nothing else covers. */
  readonly overPanels?: boolean;
}

export interface RenderDecisions {
  /** Bottom to top. A window that is not listed is not shown. */
  readonly windows: readonly WindowPlacement[];
}
