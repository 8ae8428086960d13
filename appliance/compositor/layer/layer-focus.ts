import {
  ZwlrLayerSurfaceV1KeyboardInteractivity as Interactivity,
  ZwlrLayerShellV1Layer,
} from '../../../protocol/wayland/generated/layer-shell.ts';
import type { Hit, InputInterceptor } from '../seat/input.ts';
import type { Seat } from '../seat/seat.ts';
import { LayerSurface } from './layer-surface.ts';

/** Which layer surface has the keyboard instead of the windows. */
export class LayerFocus implements InputInterceptor {
  readonly #seat: Pick<Seat, 'claimKeyboard' | 'onWindowFocus'>;
  readonly #surfaces: ReadonlySet<LayerSurface>;
  /** Has the keyboard until the user turns to something else. */
  #chosen: LayerSurface | null = null;

  constructor(
    seat: Pick<Seat, 'claimKeyboard' | 'onWindowFocus'>,
    surfaces: ReadonlySet<LayerSurface>,
  ) {
    this.#seat = seat;
    this.#surfaces = surfaces;
    seat.onWindowFocus(() => this.#choose(null));
  }

  /** A launcher that comes up wants to be typed into at once. */
  mapped(layer: LayerSurface): void {
    if (takesFocus(layer) && isAboveWindows(layer)) this.#choose(layer);
    else this.update();
  }

  /** After surfaces came, went or changed their mind. */
  update(): void {
    const chosen = this.#chosen;
    if (chosen && !(chosen.mapped && takesFocus(chosen))) this.#chosen = null;
    const focus = this.#exclusive() ?? this.#chosen;
    this.#seat.claimKeyboard(focus?.surface ?? null);
  }

  button(_timeMs: number, hit: Hit, _code: number, pressed: boolean): boolean {
    if (pressed) this.#pressed(hit);
    return false;
  }

  touchDown(_timeMs: number, hit: Hit): boolean {
    this.#pressed(hit);
    return false;
  }

  #pressed(hit: Hit): void {
    const owner = hit?.item.owner;
    if (!(owner instanceof LayerSurface)) this.#choose(null);
    else if (takesFocus(owner)) this.#choose(owner);
  }

  #choose(layer: LayerSurface | null): void {
    this.#chosen = layer;
    this.update();
  }

  /** The topmost that insists on the keyboard, of several in a layer the newest. */
  #exclusive(): LayerSurface | null {
    let best: LayerSurface | null = null;
    for (const layer of this.#surfaces) {
      if (!layer.mapped || layer.interactivity !== Interactivity.exclusive) continue;
      if (isAboveWindows(layer) && layer.rules.layer >= (best?.rules.layer ?? 0)) best = layer;
    }
    return best;
  }
}

/** Below the windows even those that insist are focused as the windows are. */
function takesFocus({ interactivity }: LayerSurface): boolean {
  return interactivity !== Interactivity.none;
}

function isAboveWindows({ rules }: LayerSurface): boolean {
  return rules.layer >= ZwlrLayerShellV1Layer.top;
}
