import { findAccount } from '../../../native/process/index.ts';
import { ConfigError } from '../../../protocol/errors.ts';
import { readCardTrust } from '../cards/trust.ts';
import { loadServerConfig, type ServerConfig } from './config.ts';
import { readConfigFiles } from './files.ts';

/** `wrsrvd config check`: says which files count, or what is wrong with them. @throws ConfigError */
export function checkConfig(file: string | null): void {
  checkMachine(loadServerConfig(file));
  const { main, read } = readConfigFiles(file);
  const files = read.length > 0 ? read.join(', ') : `no ${main}: the defaults`;
  process.stdout.write(`The configuration is good (${files}).\n`);
}

/** What the configuration names must be there on this machine. @throws ConfigError */
function checkMachine({ greeter, cardCaFile }: ServerConfig): void {
  checkGreeterUser(greeter.user);
  if (cardCaFile !== null) readCardTrust(cardCaFile);
}

/** @returns its uid. @throws ConfigError */
export function checkGreeterUser(name: string): number {
  const account = findAccount(name);
  if (account) return account.uid;
  const where = 'appliance/install/install.sh makes the users of WayRay';
  throw new ConfigError(`greeter.user: there is no user ${name} on this machine; ${where}`);
}
