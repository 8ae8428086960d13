import type { Peer } from './peer.ts';
import { startWindowManager } from './window-manager.ts';

/** No remote desktop at all: the application draws on the viewer's screen. The bench's own floor. */
export const direct: Peer = {
  name: 'direct',
  encryption: 'no connection',
  reconnects: false,
  version: () => '-',
  async start(site) {
    return {
      application: { kind: 'x11', env: { DISPLAY: site.viewerDisplay } },
      serverPids: [],
      viewerPid: undefined,
      async connect() {},
      async disconnect() {},
      manageWindows: () => startWindowManager(site, site.viewerDisplay),
      async stop() {},
    };
  },
};
