import type { WlCallback, WlSurface } from '../../../protocol/wayland/generated/wayland.ts';
import type { ResourceBase, WaylandClient } from '../../../protocol/wayland/types.ts';
import { DamageList } from '../region/damage-list.ts';
import type { Rect } from '../region/rect.ts';
import { uniteRects } from '../region/rect.ts';
import type { SurfaceBuffer } from './buffer.ts';
import { checkCommit, type ViewportLink } from './commit-rules.ts';
import { Listeners } from './listeners.ts';
import { MAX_WAITING, PendingState } from './pending-state.ts';
import type { PresentationFeedback } from './presentation-feedback.ts';
import { ALONE, PendingStack, type StackEntry, type StackMember } from './stack.ts';
import { addBufferDamage, addSurfaceDamage, surfaceSize } from './surface-geometry.ts';
import type { SurfaceRole } from './surface-role.ts';
import type { SurfaceChange, SurfaceSink } from './surface-sink.ts';
import { Changed, mergeState, SurfaceState } from './surface-state.ts';

/** What a surface needs to know of an output it is on. */
export interface SurfaceOutput {
  readonly scale: number;
  readonly transform: number;
}

/** The role of a surface inside another one, as far as commits are concerned. */
export interface SubsurfaceLink extends StackMember {
  readonly parent: Surface | null;
  readonly x: number;
  readonly y: number;
  /** Commits wait for the parent's: its own mode or that of an ancestor says so. */
  readonly synchronised: boolean;
}

const CHANGE_BOXES = 32;

export class Surface {
  readonly resource: WlSurface;
  readonly client: WaylandClient;
  readonly current: Readonly<SurfaceState>;
  /** Logical size of what the current state shows; 0 without a buffer. */
  width = 0;
  height = 0;
  everHadBuffer = false;
  role: SurfaceRole | null = null;
  subsurface: SubsurfaceLink | null = null;
  viewport: ViewportLink | null = null;
  /** Hears of each buffer as it is attached: an xdg_surface refuses those that come before its role. */
  onAttach: (() => void) | null = null;
  /** Extensions that want to know the preferred scale, besides wl_surface itself. */
  onPreferredScale: ((scale: number) => void) | null = null;
  preferredScale = 1;
  readonly outputs = new Set<SurfaceOutput>();
  readonly pendingStack = new PendingStack();
  /** What the client has said since its last commit. */
  readonly pending: PendingState;
  readonly #sink: SurfaceSink;
  readonly #current = new SurfaceState();
  #cached: SurfaceState | null = null;
  #roleName: string | null = null;
  #destroyed = false;
  readonly #commits = new Listeners<[surface: Surface]>();
  readonly #ends = new Listeners<[surface: Surface]>();
  readonly #change: SurfaceChange = {
    damage: new DamageList(CHANGE_BOXES),
    geometry: false,
    opacity: false,
    input: false,
    awaited: false,
  };

  constructor(resource: WlSurface, sink: SurfaceSink) {
    this.resource = resource;
    this.client = resource.client;
    this.current = this.#current;
    this.#current.stack = ALONE;
    this.pending = new PendingState(this);
    this.#sink = sink;
    resource.data = this;
    resource.onDestroy(() => this.#destroy());
    sink.surfaceCreated(this);
  }

  static from(resource: WlSurface): Surface {
    if (resource.data instanceof Surface) return resource.data;
    throw new TypeError('not a wl_surface of this compositor');
  }

  get destroyed(): boolean {
    return this.#destroyed;
  }

  get hasBuffer(): boolean {
    return this.#current.buffer !== null;
  }

  /** A buffer was attached and waits for a commit. */
  get hasPendingBuffer(): boolean {
    return this.pending.buffer !== null;
  }

  get parent(): Surface | null {
    return this.subsurface?.parent ?? null;
  }

  /** The surface and its subsurfaces bottom to top, as they are shown. */
  get stack(): readonly StackEntry[] {
    return this.#current.stack;
  }

  get children(): readonly Surface[] {
    return this.#current.stack.flatMap((entry) => (entry.member ? [entry.member.surface] : []));
  }

  rootSurface(): Surface {
    let root: Surface = this;
    while (root.parent !== null) root = root.parent;
    return root;
  }

  /**
   * Gives the surface its use. A surface keeps the name of its first role for life and has one role object at a
   * time; a violation is posted on the conflict's resource.
   * @returns false where it was posted
   */
  assignRole(role: SurfaceRole, conflict: { resource: ResourceBase; code: number }): boolean {
    const taken = this.role !== null || (this.#roleName !== null && this.#roleName !== role.name);
    if (taken) {
      const has = this.#roleName ?? 'another role';
      conflict.resource.postError(
        conflict.code,
        `wl_surface#${this.resource.id} is already ${has}, it cannot be ${role.name}`,
      );
      return false;
    }
    this.role = role;
    this.#roleName = role.name;
    return true;
  }

  /** The role's object has gone; a new one of the same name may come. */
  clearRole(role: SurfaceRole): void {
    if (this.role === role) this.role = null;
  }

  onCommit(callback: (surface: Surface) => void): () => void {
    return this.#commits.add(callback);
  }

  onDestroy(callback: (surface: Surface) => void): () => void {
    return this.#ends.add(callback);
  }

  /** Bounds of the surface and its mapped subsurfaces in surface coordinates. */
  extents(): Rect {
    let bounds: Rect = { x: 0, y: 0, width: this.width, height: this.height };
    for (const { member, x, y } of this.#current.stack) {
      if (member === null || !member.surface.hasBuffer) continue;
      const inner = member.surface.extents();
      bounds = uniteRects(bounds, { ...inner, x: inner.x + x, y: inner.y + y });
    }
    return bounds;
  }

  acceptsInput(x: number, y: number): boolean {
    if (!this.hasBuffer || x < 0 || y < 0 || x >= this.width || y >= this.height) return false;
    const { input } = this.#current;
    return input === null || input.contains(x, y);
  }

  /** The topmost surface of this tree that takes input at a point in this surface's coordinates. */
  surfaceAt(x: number, y: number): { surface: Surface; x: number; y: number } | null {
    if (!this.hasBuffer) return null;
    const { stack } = this.#current;
    for (let i = stack.length - 1; i >= 0; i--) {
      const entry = stack[i] as StackEntry;
      if (entry.member === null) {
        if (this.acceptsInput(x, y)) return { surface: this, x, y };
        continue;
      }
      const hit = entry.member.surface.surfaceAt(x - entry.x, y - entry.y);
      if (hit !== null) return hit;
    }
    return null;
  }

  /** Tells the client the scale that shows its pixels one to one; sent only when it is another. */
  setPreferredScale(scale: number, transform: number): void {
    if (scale !== this.preferredScale) {
      this.preferredScale = scale;
      this.resource.sendPreferredBufferScale(Math.ceil(scale));
      this.onPreferredScale?.(scale);
    }
    if (transform !== this.#preferredTransform) {
      this.#preferredTransform = transform;
      this.resource.sendPreferredBufferTransform(transform);
    }
  }
  #preferredTransform = 0;

  get awaitsFrame(): boolean {
    return this.#current.frameCallbacks.length > 0 || this.#current.feedbacks.length > 0;
  }

  takeFrameCallbacks(): WlCallback[] {
    const taken = this.#current.frameCallbacks;
    if (taken.length > 0) this.#current.frameCallbacks = [];
    return taken;
  }

  takeFeedbacks(): PresentationFeedback[] {
    const taken = this.#current.feedbacks;
    if (taken.length > 0) this.#current.feedbacks = [];
    return taken;
  }

  /** A subsurface of this surface was added, moved or restacked for the next commit. */
  stackChanged(): void {
    this.pending.changed |= Changed.stack;
  }

  commit(): void {
    const pending = this.pending;
    if (pending.buffer?.destroyed) pending.attach(null);
    if (!checkCommit(this, pending)) return;
    this.role?.beforeCommit?.(pending);
    if (pending.changed & Changed.stack) pending.stack = this.pendingStack.snapshot();
    if (pending.changed & Changed.buffer) pending.buffer?.lock();
    if (this.subsurface?.synchronised) {
      this.#cache(pending);
    } else if (this.#cached !== null) {
      this.#cache(pending);
      this.applyCached();
    } else {
      this.#apply(pending);
    }
  }

  /** Makes the cached state of a synchronised subsurface current, and that of the tree below it. */
  applyCached(): void {
    const cached = this.#cached;
    if (cached === null) return;
    this.#cached = null;
    this.#apply(cached);
  }

  /** Drops what waits for a parent that no longer exists. */
  dropCached(): void {
    const cached = this.#cached;
    if (cached === null) return;
    this.#cached = null;
    cached.buffer?.unlock();
    abandon(cached);
  }

  /** A subsurface leaves at once, not with a commit. */
  removeMember(member: StackMember): void {
    this.pendingStack.remove(member);
    if (!this.#current.stack.some((entry) => entry.member === member)) return;
    this.#current.stack = this.#current.stack.filter((entry) => entry.member !== member);
    this.#sink.surfaceStackChanged(this);
  }

  /** Updates the shown position of a subsurface that moved by itself (wl_surface.offset). */
  memberMoved(member: StackMember, x: number, y: number): void {
    this.#current.stack = this.#current.stack.map((entry) =>
      entry.member === member ? { member, x, y } : entry,
    );
    this.#sink.surfaceStackChanged(this);
  }

  #cache(pending: SurfaceState): void {
    this.#cached ??= new SurfaceState();
    if (pending.changed & Changed.buffer) this.#cached.buffer?.unlock();
    discardFeedbacks(this.#cached);
    mergeState(this.#cached, pending);
    this.#limitWaiting(this.#cached);
  }

  #apply(state: SurfaceState): void {
    const current = this.#current;
    const { buffer, bufferWidth, bufferHeight } = current;
    const { changed } = state;
    const wasOpaque = buffer?.opaque ?? false;
    discardFeedbacks(current);
    current.dx = 0;
    current.dy = 0;
    mergeState(current, state);
    this.#limitWaiting(current);
    current.changed = 0;
    this.#change.geometry =
      (changed & GEOMETRY) !== 0 ||
      (buffer === null) !== (current.buffer === null) ||
      bufferWidth !== current.bufferWidth ||
      bufferHeight !== current.bufferHeight ||
      isOtherKind(buffer, current.buffer);
    this.#change.opacity =
      (changed & Changed.opaque) !== 0 || wasOpaque !== (current.buffer?.opaque ?? false);
    this.#change.input = (changed & Changed.input) !== 0;
    if (changed & Changed.buffer) buffer?.unlock();
    if (current.buffer !== null) this.everHadBuffer = true;
    if (changed & Changed.stack) this.#applyStack();
    this.#publish();
    if (current.stack.length > 1)
      for (const { member } of current.stack) member?.surface.applyCached();
    this.role?.afterCommit();
    this.#commits.call(this);
  }

  #applyStack(): void {
    const current = this.#current;
    current.stack = current.stack.filter((entry) => !entry.member?.detached);
    for (const { member, x, y } of current.stack) member?.moveTo(x, y);
  }

  /** Works out what the commit did to the picture and tells whoever draws it. */
  #publish(): void {
    const current = this.#current;
    const change = this.#change;
    change.damage.clear();
    if (change.geometry) {
      const size = surfaceSize(current);
      this.width = size.width;
      this.height = size.height;
      change.damage.addBox(0, 0, size.width, size.height);
    } else if (current.buffer !== null) {
      addSurfaceDamage(change.damage, current.surfaceDamage, this);
      if (!current.bufferDamage.isEmpty)
        addBufferDamage(change.damage, current.bufferDamage, current, this);
    }
    current.surfaceDamage.clear();
    current.bufferDamage.clear();
    change.awaited = this.awaitsFrame;
    this.#sink.surfaceCommitted(this, change);
  }

  /** Callbacks add up over commits that nobody shows. */
  #limitWaiting(state: SurfaceState): void {
    if (state.frameCallbacks.length > MAX_WAITING) this.client.postNoMemory();
  }

  #destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#ends.call(this);
    this.role?.onSurfaceDestroyed();
    this.role = null;
    for (const member of this.pendingStack.members()) this.#orphan(member);
    for (const { member } of this.#current.stack) if (member) this.#orphan(member);
    this.#sink.surfaceDestroyed(this);
    this.#current.buffer?.unlock();
    this.#current.buffer = null;
    this.dropCached();
    abandon(this.#current);
    abandon(this.pending);
    this.width = 0;
    this.height = 0;
  }

  #orphan(member: StackMember): void {
    member.surface.dropCached();
    member.parentDestroyed();
  }
}

const GEOMETRY = Changed.scale | Changed.transform | Changed.viewport | Changed.stack;

/** A colour lives in the display list itself, so that each new one is a change of geometry. */
function isOtherKind(before: SurfaceBuffer | null, after: SurfaceBuffer | null): boolean {
  if (before === after) return false;
  return before?.content.kind === 'colour' || after?.content.kind === 'colour';
}

function discardFeedbacks(state: SurfaceState): void {
  if (state.feedbacks.length === 0) return;
  for (const feedback of state.feedbacks) feedback.discard();
  state.feedbacks = [];
}

function abandon(state: SurfaceState): void {
  discardFeedbacks(state);
  for (const callback of state.frameCallbacks) callback.destroy();
  state.frameCallbacks = [];
}
