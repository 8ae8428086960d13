import { hostname } from 'node:os';
import { ConfigError } from '../../protocol/errors.ts';
import { EXIT, ExitError } from '../../protocol/node/cli.ts';
import { type Identity, loadOrCreateIdentity } from '../../protocol/node/identity.ts';
import type { ServerConfig } from './config/config.ts';

/** Where it listens. */
export const hostsOf = ({ listen, listenBrowser, admin }: ServerConfig): string[] =>
  [listen, listenBrowser, admin.listen].flatMap((at) => (at ? [at.host] : []));

/**
 * The server's key and certificate, made at the first start.
 * @param hosts where it listens
 * @throws ExitError
 */
export async function openServerIdentity(
  folder: string,
  hosts: readonly string[],
): Promise<Identity> {
  try {
    return await loadOrCreateIdentity(folder, {
      algorithm: 'ecdsa-p256',
      name: `WayRay server ${hostname()}`,
      hosts: [...new Set([...hosts, 'localhost', '127.0.0.1', hostname()])],
    });
  } catch (error) {
    if (error instanceof ConfigError)
      throw new ExitError(error.message, EXIT.config, { cause: error });
    throw error;
  }
}
