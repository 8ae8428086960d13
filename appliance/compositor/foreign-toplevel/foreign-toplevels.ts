import type { Display } from '../../../native/wayland/index.ts';
import { overlap } from '../../wm/geometry.ts';
import type { DecidedWindow } from '../../wm/transaction.ts';
import type { OutputLayout } from '../output/layout.ts';
import type { Shell } from '../shell/shell.ts';
import { exposeToplevelList } from './toplevel-list.ts';
import { exposeToplevelManagement } from './toplevel-management.ts';
import { type ListedWindow, WindowList } from './window-list.ts';

export interface ForeignToplevelHost {
  readonly display: Display;
  readonly outputs: OutputLayout;
  readonly shell: Shell;
}

/** Offers the list of windows to task bars: ext_foreign_toplevel_list_v1 1, zwlr_foreign_toplevel_manager_v1 3. */
export function exposeForeignToplevels({ display, outputs, shell }: ForeignToplevelHost): void {
  const list = new WindowList();
  const { transactions } = shell;
  transactions.onDecided(() =>
    list.update(transactions.decided.map((decided) => listed(decided, outputs))),
  );
  exposeToplevelList(display, list);
  exposeToplevelManagement({
    display,
    outputs,
    list,
    request: (id, request) => {
      // a window that is to fill the screen is to be seen
      const fills = request.type === 'maximize' || request.type === 'fullscreen';
      const listedWindow = list.windows.find((window) => window.id === id);
      if (fills && listedWindow?.minimized) shell.request(id, { type: 'activate' });
      shell.request(id, request);
    },
    close: (id) => transactions.window(id)?.close(),
  });
}

function listed(
  { window, placement, proposal }: DecidedWindow,
  { outputs }: OutputLayout,
): ListedWindow {
  const { id, title, appId, parent } = window.info;
  const { width, height } = window.geometry;
  const rect = { ...placement.at, width, height };
  return {
    id,
    title,
    appId,
    parent,
    maximized: proposal.maximized,
    minimized: proposal.suspended,
    activated: proposal.activated,
    fullscreen: proposal.fullscreen,
    outputs: outputs.filter(({ logical }) => overlap(logical, rect) > 0).map((output) => output.id),
  };
}
