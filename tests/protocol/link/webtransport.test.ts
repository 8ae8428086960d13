import test from 'ava';
import { Channel } from '../../../protocol/channel.ts';
import { LinkError } from '../../../protocol/errors.ts';
import { ByeCode } from '../../../protocol/generated/control.ts';
import { acceptWebTransport, connectWebTransport } from '../../../protocol/link/webtransport.ts';
import { bytes, closed, conformance, join, type Provider } from './conformance.ts';
import { sessionPair } from './web-session.ts';

const clientPeer = { fingerprint: null, address: 'client' };
const serverPeer = { fingerprint: null, address: 'server' };

const provider: Provider = {
  name: 'webtransport with unit streams',
  async connect(_t, tuning) {
    const [near, far] = sessionPair();
    const server = acceptWebTransport(far, {
      peer: clientPeer,
      unitStreams: true,
      onAdmit: () => {},
      ...(tuning ? { tuning } : {}),
    });
    return { client: await connectWebTransport(near, serverPeer, tuning), server };
  },
};
conformance(test, provider);

test('the session decides whether units have streams of their own', async (t) => {
  const ends = await join(provider, t);
  t.true(ends.client.caps.streamReset);
  t.true(ends.server.caps.streamReset);
});

test('a unit beyond its limit ends the link', async (t) => {
  const ends = await join(provider, t, { maxUnitBytes: () => 10 });
  await ends.client.openBidi(Channel.display);
  const unit = ends.client.openUni(Channel.display);
  unit.write(bytes('more than ten'));
  unit.end();
  t.like(await closed(ends.server), { code: ByeCode.protocol, reason: 'unit: more than 10 bytes' });
});

test('a session without a control channel is given up', async (t) => {
  const [, far] = sessionPair();
  const tuning = { handshakeTimeoutMs: 50 };
  await t.throwsAsync(acceptWebTransport(far, { peer: clientPeer, unitStreams: true, tuning }), {
    instanceOf: LinkError,
    code: 'timeout',
  });
});

test('a session that ends is a lost link', async (t) => {
  const [near, far] = sessionPair();
  void acceptWebTransport(far, { peer: clientPeer, unitStreams: true });
  const client = await connectWebTransport(near, serverPeer);
  far.close({ closeCode: 0, reason: '' });
  t.is((await closed(client)).code, ByeCode.lost);
});
