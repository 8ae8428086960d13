import {
  type XdgPositioner as PositionerResource,
  XdgPositionerError,
} from '../../../protocol/wayland/generated/xdg-shell.ts';
import { emptyRules, LAST_EDGE, type PositionerRules } from './positioner-rules.ts';

/** A client's xdg_positioner. Whoever places a popup takes the rules as they are at that moment. */
export class Positioner {
  readonly resource: PositionerResource;
  #rules: PositionerRules = emptyRules;

  constructor(resource: PositionerResource) {
    this.resource = resource;
    resource.data = this;
    resource.setHandler({
      setSize: (width, height) => {
        if (width > 0 && height > 0) this.#set({ size: { width, height } });
        else this.#refuse(`size ${width}x${height} is not positive`);
      },
      setAnchorRect: (x, y, width, height) => {
        if (width >= 0 && height >= 0) this.#set({ anchorRect: { x, y, width, height } });
        else this.#refuse(`anchor rectangle ${width}x${height} is negative`);
      },
      setAnchor: (anchor) => {
        if (anchor <= LAST_EDGE) this.#set({ anchor });
        else this.#refuse(`${anchor} is no anchor`);
      },
      setGravity: (gravity) => {
        if (gravity <= LAST_EDGE) this.#set({ gravity });
        else this.#refuse(`${gravity} is no gravity`);
      },
      setConstraintAdjustment: (adjustment) => this.#set({ adjustment }),
      setOffset: (x, y) => this.#set({ offset: { x, y } }),
      setReactive: () => this.#set({ reactive: true }),
      setParentSize: (width, height) => this.#set({ parentSize: { width, height } }),
      setParentConfigure: (parentConfigure) => this.#set({ parentConfigure }),
    });
  }

  static from(resource: PositionerResource): Positioner {
    if (resource.data instanceof Positioner) return resource.data;
    throw new TypeError('not an xdg_positioner of this compositor');
  }

  get rules(): PositionerRules {
    return this.#rules;
  }

  #set(changed: Partial<PositionerRules>): void {
    this.#rules = { ...this.#rules, ...changed };
  }

  #refuse(reason: string): void {
    this.resource.postError(XdgPositionerError.invalidInput, reason);
  }
}
