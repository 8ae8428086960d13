import { createIdentity, type Identity } from '../../../protocol/node/certificate.ts';

const HOSTS = ['localhost', '127.0.0.1'];

export const serverIdentity = (): Promise<Identity> =>
  createIdentity({ algorithm: 'ecdsa-p256', name: 'test server', hosts: HOSTS });
export const terminalIdentity = (): Promise<Identity> =>
  createIdentity({ algorithm: 'ed25519', name: 'test terminal' });
