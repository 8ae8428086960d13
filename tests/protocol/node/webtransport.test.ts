import { get } from 'node:https';
import test, { type ExecutionContext } from 'ava';
import { ByeCode } from '../../../protocol/generated/control.ts';
import type { LinkTuning } from '../../../protocol/link/limits.ts';
import type { ServerLink } from '../../../protocol/link/link.ts';
import {
  connectWebTransport,
  WEBTRANSPORT_PATH,
  WEBTRANSPORT_WINDOWS,
} from '../../../protocol/link/webtransport.ts';
import { createIdentity } from '../../../protocol/node/certificate.ts';
import { loadWebTransport } from '../../../protocol/node/webtransport-package.ts';
import {
  listenWebTransport,
  type WebTransportListener,
} from '../../../protocol/node/webtransport-server.ts';
import { conformance } from '../link/conformance.ts';

// A client accepts a certificate by its hash only if it is short-lived, as browsers do.
const identity = await createIdentity({
  algorithm: 'ecdsa-p256',
  name: 'test',
  hosts: ['127.0.0.1'],
  validDays: 13,
});
const host = '127.0.0.1';

async function listen(
  t: ExecutionContext,
  tuning: Partial<LinkTuning> = {},
): Promise<{ listener: WebTransportListener; firstLink: Promise<ServerLink> }> {
  const first = Promise.withResolvers<ServerLink>();
  const listener = await listenWebTransport({
    host,
    port: 0,
    identity,
    admission: true,
    tuning,
    onLink: first.resolve,
    onRequest: (_, response) => response.end('page'),
  });
  t.teardown(() => listener.close());
  return { listener, firstLink: first.promise };
}

conformance(test, {
  name: 'webtransport',
  async connect(t, tuning) {
    const { listener, firstLink } = await listen(t, tuning);
    const { WebTransport } = await loadWebTransport();
    const session = new WebTransport(`https://${host}:${listener.port}${WEBTRANSPORT_PATH}`, {
      forceReliable: true,
      serverCertificateHashes: [
        { algorithm: 'sha-256', value: Buffer.from(identity.fingerprint, 'hex') },
      ],
      ...WEBTRANSPORT_WINDOWS,
    });
    const client = await connectWebTransport(
      session,
      { fingerprint: null, address: 'server' },
      tuning,
    );
    t.teardown(() => client.close(ByeCode.normal, ''));
    return { client, server: firstLink };
  },
});

test('ordinary requests are served on the same port', async (t) => {
  const { listener } = await listen(t);
  const body = await new Promise<string>((resolve, reject) => {
    get({ host, port: listener.port, path: '/', rejectUnauthorized: false }, (response) => {
      response.setEncoding('utf8').on('data', resolve);
    }).on('error', reject);
  });
  t.is(body, 'page');
});
