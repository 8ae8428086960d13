import { randomBytes } from 'node:crypto';
import { WEBTRANSPORT_PATH, WEBTRANSPORT_WINDOWS } from '../link/webtransport.ts';
import { createIdentity, type Identity } from './certificate.ts';
import type { PackageServer, ServerSession, WebTransportPackage } from './webtransport-package.ts';

/** Browsers accept a certificate by its hash if it is valid for two weeks at most. */
const VALID_DAYS = 13;
const RENEW_MS = 6 * 86_400_000;

/** HTTP/3 beside the TCP port, for browsers that have WebTransport. Needs the optional native package. */
export class Http3Listener {
  readonly sessions: ReadableStream<ServerSession>;
  private readonly server: PackageServer;
  private readonly renewal: ReturnType<typeof setInterval>;
  private current: Identity;
  private previous: Identity | null = null;

  private constructor(server: PackageServer, identity: Identity) {
    this.server = server;
    this.current = identity;
    this.sessions = server.sessionStream(WEBTRANSPORT_PATH);
    this.renewal = setInterval(() => void this.renew(), RENEW_MS);
    this.renewal.unref();
  }

  /** Rejects when the native package cannot open its port. */
  static async listen(
    loaded: WebTransportPackage,
    host: string,
    port: number,
  ): Promise<Http3Listener> {
    const identity = await shortLived();
    const server = new loaded.Http3Server({
      host,
      port,
      secret: randomBytes(32).toString('hex'),
      cert: identity.certPem,
      privKey: identity.keyPem,
      ...WEBTRANSPORT_WINDOWS,
    });
    const listener = new Http3Listener(server, identity);
    server.startServer();
    try {
      await server.ready;
    } catch (error) {
      clearInterval(listener.renewal);
      throw error;
    }
    return listener;
  }

  get port(): number {
    return this.server.address()?.port ?? 0;
  }

  /** SHA-256 of the certificates a browser may meet, hex; a page that was loaded before a renewal still connects. */
  get certificateHashes(): string[] {
    const known = this.previous === null ? [this.current] : [this.current, this.previous];
    return known.map((identity) => identity.fingerprint);
  }

  close(): void {
    clearInterval(this.renewal);
    this.server.stopServer();
  }

  private async renew(): Promise<void> {
    const next = await shortLived();
    this.server.updateCert(next.certPem, next.keyPem, false);
    this.previous = this.current;
    this.current = next;
  }
}

const shortLived = (): Promise<Identity> =>
  createIdentity({ algorithm: 'ecdsa-p256', name: 'wayray', validDays: VALID_DAYS });
