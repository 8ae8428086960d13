import { Channel } from '../../../protocol/channel.ts';
import { ByeCode } from '../../../protocol/generated/control.ts';
import type { Identity } from '../../../protocol/node/identity.ts';
import { connectTls } from '../../../protocol/node/tls-client.ts';
import { listenTls, type TlsListener } from '../../../protocol/node/tls-listener.ts';
import { nextMessage } from '../link/conformance.ts';
import { serverIdentity } from './identities.ts';

const HOST = '127.0.0.1';
const GIVE_UP_MS = 5000;

export interface Attached {
  readonly ms: number;
  /** Connections that did not survive until the answer. */
  readonly failures: number;
}

/** A server that lets in who greets it, and answers; strangers that say nothing stay such. */
export async function listenForAttach(onRejected: () => void = () => {}): Promise<TlsListener> {
  return listenTls({
    host: HOST,
    port: 0,
    identity: await serverIdentity(),
    admission: true,
    onRejected,
    onLink: (link) =>
      link.onBidi((stream) => {
        if (stream.channel !== Channel.control) return;
        stream.onMessage((message) => {
          link.admit();
          stream.send(message);
        });
      }),
  });
}

/** How long a terminal takes until it is answered and has its channels, with every try that fails; 5 s at most. */
export async function attach(port: number, identity: Identity): Promise<Attached> {
  const started = performance.now();
  for (let failures = 0; ; failures++) {
    const ok = await attachOnce(port, identity);
    const ms = performance.now() - started;
    if (ok || ms > GIVE_UP_MS) return { ms, failures };
  }
}

async function attachOnce(port: number, identity: Identity): Promise<boolean> {
  const link = await connectTls({ host: HOST, port, identity }).catch(() => null);
  if (link === null) return false;
  const lost = new Promise<false>((resolve) => link.onClose(() => resolve(false)));
  const whole = async (): Promise<boolean> => {
    const answer = nextMessage(link.controlStream);
    link.controlStream.send(Uint8Array.of(1));
    await answer;
    await Promise.all(
      [Channel.input, Channel.cursor, Channel.display].map((channel) => link.openBidi(channel)),
    );
    return true;
  };
  const ok = await Promise.race([whole().catch(() => false), lost]);
  link.close(ByeCode.normal, '');
  return ok;
}
