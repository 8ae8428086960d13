import { DeviceError } from '../../native/drm/index.ts';
import type { OutputInfo } from '../../protocol/generated/control.ts';
import type { CursorImage } from '../../protocol/generated/cursor.ts';
import type { KmsPicture, Overlay } from './kms-screen.ts';
import { uprightSize } from './output-info.ts';
import { turn, turnPoint } from './turn.ts';

/** ENXIO, EINVAL, ENOTTY, ENOSYS, EOPNOTSUPP: the driver has no plane for a pointer. */
const NO_PLANE: readonly number[] = [6, 22, 25, 38, 95];

/** What of native/drm's Output a pointer needs. */
export interface CursorPlane {
  setCursor(
    width: number,
    height: number,
    hotspot: { x: number; y: number },
    argb: Uint8Array,
  ): void;
  hideCursor(): void;
  moveCursor(x: number, y: number): void;
}

export interface KmsCursorDeps {
  readonly plane: CursorPlane;
  /** The largest picture that the plane takes. */
  readonly planeSize: { readonly width: number; readonly height: number };
  readonly screen: { readonly lit: boolean; cover(overlay: Overlay | null): void };
  readonly output: OutputInfo;
  readonly failed: (error: Error) => void;
}

interface Turned {
  readonly picture: KmsPicture;
  readonly hotspot: { readonly x: number; readonly y: number };
  readonly onPlane: boolean;
}

/**
 * The pointer on one monitor: on its plane, which moves at once, or drawn into the picture where it is larger than the plane
 * or there is none.
 */
export class KmsCursor {
  readonly #deps: KmsCursorDeps;
  #hasPlane = true;
  #image: CursorImage | null = null;
  #turned: Turned | null = null;
  #at: { x: number; y: number } | null = null;
  #planeShows: Turned | null = null;
  #covers = false;

  constructor(deps: KmsCursorDeps) {
    this.#deps = deps;
  }

  /** null: none */
  show(image: CursorImage | null): void {
    if (image === this.#image) return;
    this.#image = image;
    this.#turned = image && this.#turn(image);
    this.#put();
  }

  /** Pixels of the upright picture; null: it is on another monitor. */
  move(at: { readonly x: number; readonly y: number } | null): void {
    this.#at = at;
    this.#put();
  }

  /** The monitor was lit: whoever had it before may have had a pointer of its own. */
  restore(): void {
    this.#planeShows = null;
    this.#put();
  }

  #put(): void {
    const { plane, screen } = this.#deps;
    const turned = this.#at && this.#turned;
    const place = turned && this.#placeOf(turned);
    // A dark monitor refuses; it is done when it is lit.
    if (screen.lit) {
      this.#tried(() => {
        if (!turned?.onPlane || !place) return this.#hidePlane();
        this.#showOnPlane(turned);
        plane.moveCursor(place.x, place.y);
      });
    }
    // After the plane, which may have shown that there is none.
    const covers = turned !== null && place !== null && !(turned.onPlane && this.#hasPlane);
    if (covers || this.#covers) screen.cover(covers ? { picture: turned.picture, ...place } : null);
    this.#covers = covers;
  }

  #showOnPlane(turned: Turned): void {
    if (this.#planeShows === turned) return;
    const { picture, hotspot } = turned;
    const bytes = picture.bytes.subarray(0, picture.width * picture.height * 4);
    this.#deps.plane.setCursor(picture.width, picture.height, hotspot, bytes);
    this.#planeShows = turned;
  }

  #hidePlane(): void {
    this.#planeShows = null;
    if (this.#hasPlane) this.#deps.plane.hideCursor();
  }

  #tried(call: () => void): void {
    if (!this.#hasPlane) return;
    try {
      call();
    } catch (error) {
      this.#planeShows = null;
      this.#hasPlane = !(error instanceof DeviceError && NO_PLANE.includes(error.errno));
      this.#deps.failed(error as Error);
    }
  }

  #turn({ widthPx: width, heightPx: height, hotspotX, hotspotY, pixels }: CursorImage): Turned {
    const { transform } = this.#deps.output;
    const picture = turn({ width, height, bytes: pixels }, transform);
    const { planeSize } = this.#deps;
    return {
      picture,
      hotspot: pixelAt({ x: hotspotX, y: hotspotY }, transform, { width, height }),
      onPlane: picture.width <= planeSize.width && picture.height <= planeSize.height,
    };
  }

  #placeOf({ hotspot }: Turned): { x: number; y: number } {
    const { output } = this.#deps;
    const at = this.#at ?? { x: 0, y: 0 };
    const there = pixelAt(at, output.transform, uprightSize(output));
    return { x: there.x - hotspot.x, y: there.y - hotspot.y };
  }
}

/** The pixel that a place is in, after the turn. */
function pixelAt(
  { x, y }: { readonly x: number; readonly y: number },
  transform: number,
  size: { readonly width: number; readonly height: number },
): { x: number; y: number } {
  const middle = { x: Math.floor(x) + 0.5, y: Math.floor(y) + 0.5 };
  const at = turnPoint(middle, transform, size);
  return { x: Math.floor(at.x), y: Math.floor(at.y) };
}
