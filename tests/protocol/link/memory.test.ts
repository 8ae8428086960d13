import test from 'ava';
import type { ServerLink } from '../../../protocol/link/link.ts';
import { MemoryListener } from '../../../protocol/link/memory.ts';
import { conformance } from './conformance.ts';

conformance(test, {
  name: 'memory',
  async connect(t, tuning) {
    const server = Promise.withResolvers<ServerLink>();
    const listener = new MemoryListener({
      onLink: server.resolve,
      admission: true,
      ...(tuning ? { tuning } : {}),
    });
    t.teardown(() => listener.close());
    return { client: await listener.connect(tuning), server: server.promise };
  },
});
