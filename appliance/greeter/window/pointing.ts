import type {
  WlPointer,
  WlSurface,
  WlTouch,
} from '../../../protocol/wayland/client/generated/wayland.ts';
import { WpCursorShapeDeviceV1Shape } from '../../../protocol/wayland/generated/cursor-shape.ts';
import { isField } from '../conversation/elements.ts';
import type { ElementId } from '../conversation/state.ts';
import type { Wayland } from './wayland.ts';

const LEFT_BUTTON = 0x110;
const PRESSED = 1;

export interface Targets {
  readonly surface: WlSurface;
  elementAt(x: number, y: number): ElementId | null;
}

/** Presses what the pointer is on, and shows what it is by its shape. */
export function listenToPointer(
  { cursorShape }: Wayland,
  pointer: WlPointer,
  targets: Targets,
  onPress: (element: ElementId | null) => void,
): void {
  const shapes = cursorShape?.getPointer(pointer);
  let at = { x: 0, y: 0, serial: 0 };
  let shown = -1;
  const point = (x: number, y: number): void => {
    at = { ...at, x, y };
    const element = targets.elementAt(x, y);
    const { text, pointer: hand, default: arrow } = WpCursorShapeDeviceV1Shape;
    const shape = isField(element) ? text : element ? hand : arrow;
    if (shape === shown) return;
    shown = shape;
    shapes?.setShape(at.serial, shape);
  };
  pointer.setHandler({
    enter: (serial, _surface, x, y) => {
      at = { x, y, serial };
      shown = -1;
      point(x, y);
    },
    motion: (_time, x, y) => point(x, y),
    button: (_serial, _time, button, state) => {
      if (button === LEFT_BUTTON && state === PRESSED) onPress(targets.elementAt(at.x, at.y));
    },
  });
}

export function listenToTouch(
  touch: WlTouch,
  targets: Targets,
  onPress: (element: ElementId | null) => void,
): void {
  touch.setHandler({
    down: (_serial, _time, _surface, _id, x, y) => onPress(targets.elementAt(x, y)),
  });
}
