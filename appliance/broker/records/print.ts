import { existsSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../../protocol/errors.ts';
import { loadServerConfig } from '../config/config.ts';
import type { RecordsOptions } from '../options.ts';
import { hostsOf, openServerIdentity } from '../server-identity.ts';
import { avahiService, recordsText, type ServerPlace } from './records.ts';

const EXAMPLE_DOMAIN = 'example.org';

/** `wrsrvd records`: what to put where, so that terminals find this server. @throws ConfigError */
export async function printRecords(options: RecordsOptions): Promise<void> {
  const config = loadServerConfig(options.config);
  if (isLoopback(config.listen.host))
    throw new ConfigError(`listen: ${config.listen.host} is for terminals on this machine alone`);
  const folder = join(config.stateDir, 'identity');
  // Made by somebody else, the server could not read it.
  if (!existsSync(join(folder, 'identity.crt')) && ownerOf(config.stateDir) !== process.getuid?.())
    throw new ConfigError(`${folder}: there is no identity yet; start the server once`);
  const { fingerprint } = await openServerIdentity(folder, hostsOf(config));
  const host = options.host ?? hostOf(config.listen.host);
  const place: ServerPlace = { host, port: config.listen.port, fingerprint };
  const text = options.avahi ? avahiService(place) : recordsText(place, domainOf(options, host));
  process.stdout.write(`${text}\n`);
}

const ownerOf = (path: string): number | null =>
  statSync(path, { throwIfNoEntry: false })?.uid ?? null;

const isLoopback = (host: string): boolean => /^(127\.|::1$|localhost$)/.test(host);

/** Where it listens on all addresses, the machine's name is what others know. */
const hostOf = (listen: string): string =>
  ['0.0.0.0', '::', '*'].includes(listen) ? hostname() : listen;

const domainOf = ({ domain }: RecordsOptions, host: string): string =>
  domain ?? (/^[^.:]+\.(.*[a-zA-Z].*)$/.exec(host)?.[1] || EXAMPLE_DOMAIN);
