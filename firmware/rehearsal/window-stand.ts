import { WindowDisplay } from '../display/window-display.ts';
import { SCRATCH_SIDE_PX } from './scratch-desk.ts';
import type { OpenStand } from './scratch-terminal.ts';
import { ScratchWindow } from './scratch-window.ts';

/** Before a window. */
export const openWindowStand: OpenStand = (events) => {
  const windows: ScratchWindow[] = [];
  const Raw = ScratchWindow.classFor((window) => windows.push(window));
  const size = { width: SCRATCH_SIDE_PX, height: SCRATCH_SIDE_PX };
  const options = { title: '', size, scale: 1, fullscreen: false };
  const display = new WindowDisplay({ ...options, events, Raw });
  const [window] = windows as [ScratchWindow];
  return {
    display,
    move: (x, y) => window.move(x, y),
    leave: () => window.leave(),
    key: (code, pressed) => window.key(code, pressed),
    presented: () => window.presented(),
  };
};
