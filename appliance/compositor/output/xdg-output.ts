import type { Display } from '../../../native/wayland/index.ts';
import {
  type ZxdgOutputManagerV1,
  zxdgOutputManagerV1,
} from '../../../protocol/wayland/generated/xdg-output.ts';
import { Output } from './output.ts';

/** Offers zxdg_output_manager_v1 3: place and size of outputs in logical pixels. */
export function exposeXdgOutput(host: { readonly display: Display }): void {
  host.display.createGlobal(zxdgOutputManagerV1, 3, (manager: ZxdgOutputManagerV1) => {
    manager.setHandler({
      getXdgOutput: (id, wlOutput) => {
        id.setHandler({});
        Output.from(wlOutput)?.bindXdg(id, wlOutput);
      },
    });
  });
}
