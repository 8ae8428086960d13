import type { RequestListener } from 'node:http';
import type { Identity } from '../../protocol/node/identity.ts';
import type { Logger } from '../../protocol/node/log.ts';
import type { Registry } from '../registry/registry.ts';
import type { AttemptPolicy } from '../sessd/login/attempts.ts';
import { Gate } from './access/gate.ts';
import { KnownKeys } from './access/known-keys.ts';
import { LocalPeers } from './access/local-peer.ts';
import { buildApp } from './app.ts';
import { AuditTail, type TailTimes } from './audit-tail.ts';
import type { AdminBackend } from './backend.ts';
import type { AdminConfig } from './config.ts';
import { type Listener, listenLocal } from './listen/local.ts';
import { listenNetwork, type NetworkListener } from './listen/network.ts';

export interface AdminServerOptions {
  readonly backend: AdminBackend;
  readonly registry: Registry;
  readonly config: AdminConfig;
  /** For https; its certificate is what clients pin. */
  readonly identity: Identity;
  readonly log: Logger;
  /** For tests. */
  readonly attempts?: AttemptPolicy;
  /** For tests. */
  readonly tailTimes?: TailTimes;
}

export interface AdminServer {
  /** Of https; null where it does not listen. */
  readonly network: { readonly address: string; readonly port: number } | null;
  /** Ends every connection and removes the socket. */
  close(): Promise<void>;
}

/**
 * Serves administrators on a Unix socket and over https.
 * @throws ExitError when the socket or the address cannot be had. @throws ConfigError when the keys cannot be read
 */
export async function openAdminServer(options: AdminServerOptions): Promise<AdminServer> {
  const { registry, config, log } = options;
  const keys = config.listen ? new KnownKeys(config.keyFile) : null;
  const { attempts } = options;
  const gate = new Gate({ keys, events: registry.events, log, ...(attempts ? { attempts } : {}) });
  const tail = new AuditTail(registry.events, options.tailTimes);
  const app = await buildApp({
    backend: options.backend,
    registry,
    tail,
    log,
    admit: ({ raw }) => gate.admit(raw.socket, raw.headers.authorization),
  });
  const listeners: Listener[] = [];
  const close = async () => {
    tail.close();
    await Promise.all(listeners.map((listener) => listener.close()));
    await app.close();
  };
  try {
    const network = await listen(options, gate, (req, res) => app.routing(req, res), listeners);
    const https = network && `${network.address}:${network.port}`;
    log.info({ socket: config.socket, https }, 'administrators are served');
    return { network, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listen(
  { config, identity, log }: AdminServerOptions,
  gate: Gate,
  handler: RequestListener,
  listeners: Listener[],
): Promise<NetworkListener | null> {
  if (config.socket !== null) {
    const peers = new LocalPeers(config.group);
    if (!peers.knowsGroup) {
      log.warn({ group: config.group }, 'there is no such group: only root can administer');
    }
    listeners.push(await listenLocal(config.socket, peers, gate, handler));
  }
  if (config.listen === null) return null;
  const network = await listenNetwork(config.listen, identity, gate, handler, log);
  listeners.push(network);
  return network;
}
