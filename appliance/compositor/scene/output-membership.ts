import type { WlOutput } from '../../../protocol/wayland/generated/wayland.ts';
import type { Output } from '../output/output.ts';
import type { Surface } from '../surface/surface.ts';

interface View {
  readonly output: Output;
  contains(surface: Surface): boolean;
}

/** Keeps clients told which outputs their surfaces are on, and which scale suits them there. */
export class OutputMembership {
  #surfaces = new Map<Surface, Set<Output>>();

  update(surfaces: readonly Surface[], views: readonly View[]): void {
    const before = this.#surfaces;
    this.#surfaces = new Map();
    for (const surface of surfaces) {
      const outputs = before.get(surface) ?? new Set<Output>();
      before.delete(surface);
      this.#surfaces.set(surface, outputs);
      for (const view of views) this.#set(surface, outputs, view.output, view.contains(surface));
      preferLargestScale(surface, outputs);
    }
    for (const [surface, outputs] of before)
      for (const output of outputs) this.#set(surface, outputs, output, false);
  }

  outputBound(output: Output, resource: WlOutput): void {
    for (const [surface, outputs] of this.#surfaces)
      if (surface.client === resource.client && outputs.has(output))
        surface.resource.sendEnter(resource);
  }

  outputRemoved(output: Output): void {
    for (const [surface, outputs] of this.#surfaces) this.#set(surface, outputs, output, false);
  }

  forget(surface: Surface): void {
    this.#surfaces.delete(surface);
  }

  #set(surface: Surface, outputs: Set<Output>, output: Output, inside: boolean): void {
    if (outputs.has(output) === inside) return;
    if (inside) {
      outputs.add(output);
      surface.outputs.add(output);
    } else {
      outputs.delete(output);
      surface.outputs.delete(output);
    }
    for (const resource of output.resourcesOf(surface.client)) {
      if (inside) surface.resource.sendEnter(resource);
      else surface.resource.sendLeave(resource);
    }
  }
}

function preferLargestScale(surface: Surface, outputs: ReadonlySet<Output>): void {
  let best: Output | null = null;
  for (const output of outputs) if (best === null || output.scale > best.scale) best = output;
  if (best !== null) surface.setPreferredScale(best.scale, best.transform);
}
