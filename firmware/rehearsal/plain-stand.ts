import { HeadlessDisplay } from '../display/headless-display.ts';
import { SCRATCH_SIDE_PX } from './scratch-desk.ts';
import type { OpenStand } from './scratch-terminal.ts';

/** Before what is no window: the way from its devices and to its screens is left out. */
export const openPlainStand: OpenStand = (events) => ({
  display: new HeadlessDisplay({ width: SCRATCH_SIDE_PX, height: SCRATCH_SIDE_PX }),
  move: (x, y) => {
    events.input({ type: 'PointerMotion', output: 0, x, y });
    events.input({ type: 'PointerFrame' });
  },
  leave: () => events.releaseAll(),
  key: (code, pressed) => events.input({ type: 'Key', code, pressed }),
  presented: () => {},
});
