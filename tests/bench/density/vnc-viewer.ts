import type { Processes } from '../host/processes.ts';
import { tigerVncViewerOptions } from '../peers/tigervnc.ts';
import { Viewer } from '../peers/viewer.ts';
import type { DenseSession } from './product.ts';

export interface VncViewerSite {
  readonly processes: Processes;
  readonly directory: string;
  readonly name: string;
  readonly port: number;
}

/** TigerVNC's viewer at a server on this machine: it comes and goes. */
export function vncViewer(site: VncViewerSite): Pick<DenseSession, 'attach' | 'detach'> {
  let viewer: Viewer | undefined;
  return {
    async attach(screen) {
      viewer = new Viewer(site.processes, {
        name: site.name,
        command: 'xtigervncviewer',
        args: [...tigerVncViewerOptions, `127.0.0.1::${site.port}`],
        env: { DISPLAY: screen, HOME: site.directory },
      });
      viewer.connect();
    },
    async detach() {
      await viewer?.disconnect();
      viewer = undefined;
    },
  };
}
