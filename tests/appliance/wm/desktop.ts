import { BTN_LEFT } from '../../../appliance/wm/bindings.ts';
import { FloatingPolicy } from '../../../appliance/wm/floating.ts';
import { noEdges, type Rect, type Size } from '../../../appliance/wm/geometry.ts';
import type {
  Change,
  ManageDecisions,
  OutputInfo,
  RenderDecisions,
  WindowId,
  WindowInfo,
  WindowPart,
} from '../../../appliance/wm/policy.ts';

export const area = { x: 0, y: 0, width: 1000, height: 800 };
export const screen = (rect: Rect, id = 1, monitor = 'Acme 24'): OutputInfo => {
  return { id, monitor, area: rect, usable: rect };
};

/** The screen has become another. */
export const resized = (width: number, height: number): Change => ({
  kind: 'outputs',
  outputs: [screen({ x: 0, y: 0, width, height })],
});

/** Drives the policy with clients that draw at once what they are told. */
export class Desktop {
  readonly policy = new FloatingPolicy();
  readonly sizes = new Map<WindowId, Size>();
  /** What clients make of a proposed size. */
  answer = ({ width, height }: Size): Size => ({ width, height });
  manage!: ManageDecisions;
  render!: RenderDecisions;

  constructor(rect: Rect = area) {
    this.feed({ kind: 'outputs', outputs: [screen(rect)] });
  }

  feed(...changes: Change[]): void {
    this.policy.manageStart(changes);
    this.manage = this.policy.manageFinish();
    for (const { id, size } of this.manage.windows) {
      if (size && this.sizes.has(id)) this.sizes.set(id, this.answer(size));
    }
    this.policy.renderStart({
      windows: [...this.sizes].map(([id, size]) => ({ id, size, settled: true })),
    });
    this.render = this.policy.renderFinish();
  }

  open(
    id: WindowId,
    size: Size = { width: 300, height: 200 },
    info: Partial<WindowInfo> = {},
  ): void {
    const none = { width: 0, height: 0 };
    const window = {
      id,
      title: '',
      appId: '',
      parent: null,
      minSize: none,
      maxSize: none,
      decoration: null,
      ...info,
    };
    this.feed({ kind: 'opened', window });
    this.sizes.set(id, size);
    this.feed({ kind: 'mapped', id, size });
  }

  close(id: WindowId): void {
    this.sizes.delete(id);
    this.feed({ kind: 'closed', id });
  }

  at(id: WindowId) {
    const found = this.render.windows.find((window) => window.id === id);
    return found && { x: found.at.x, y: found.at.y };
  }

  proposal(id: WindowId) {
    return this.manage.windows.find((window) => window.id === id);
  }

  press(id: WindowId, x: number, y: number, part: WindowPart = 'content', timeMs = 0): void {
    this.feed({ kind: 'press', id, part, edges: noEdges, at: { x, y }, button: BTN_LEFT, timeMs });
  }

  fire(name: string, id: WindowId | null = null, x = 0, y = 0): void {
    this.feed({ kind: 'binding', name, id, at: { x, y }, timeMs: 0 });
  }

  get order(): WindowId[] {
    return this.render.windows.filter(({ visible }) => visible).map(({ id }) => id);
  }
}
