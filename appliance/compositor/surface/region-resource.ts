import type { WlRegion } from '../../../protocol/wayland/generated/wayland.ts';
import { Region } from '../region/region.ts';

/** A wl_region of more rectangles than this ends its client. */
const MAX_RECTS = 4096;

/** What a client builds up in a wl_region; surfaces take the value as it is at that moment. */
export class RegionResource {
  value: Region = Region.empty;

  constructor(resource: WlRegion) {
    resource.data = this;
    const change = (value: Region) => {
      this.value = value;
      if (value.rectCount > MAX_RECTS) resource.client.postNoMemory();
    };
    resource.setHandler({
      add: (x, y, width, height) =>
        change(this.value.union(Region.fromBox(x, y, x + width, y + height))),
      subtract: (x, y, width, height) =>
        change(this.value.subtract(Region.fromBox(x, y, x + width, y + height))),
    });
  }

  static valueOf(resource: WlRegion): Region {
    if (resource.data instanceof RegionResource) return resource.data.value;
    throw new TypeError('not a wl_region of this compositor');
  }
}
