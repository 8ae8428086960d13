import type { NativeStream } from '../../native/stream/index.ts';
import { tcpWatch } from '../../native/stream/tls.ts';

/** For DirectStream. TCP has to ask for it when nothing else is said. */
export const watchTcp = (native: NativeStream, probe: boolean): boolean =>
  probe && tcpWatch(native);

/** For DirectStream: of a process of this machine the kernel tells at once. */
export const watchUnix = (): boolean => true;
