import { loadServerConfig } from './config.ts';
import { readConfigFiles } from './files.ts';

/** `wrsrvd config check`: says which files count, or what is wrong with them. @throws ConfigError */
export function checkConfig(file: string | null): void {
  loadServerConfig(file);
  const { main, read } = readConfigFiles(file);
  const files = read.length > 0 ? read.join(', ') : `no ${main}: the defaults`;
  process.stdout.write(`The configuration is good (${files}).\n`);
}
