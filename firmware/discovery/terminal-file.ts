import { ConfigError } from '../../protocol/errors.ts';
import { readTerminalConfig } from '../config/terminal-config.ts';
import type { Source } from './source.ts';

/** The servers that the terminal's own file names, in its order. It is read anew for each search. */
export function fileSource(file: string): Source {
  return {
    origin: 'file',
    async find() {
      const { servers, there, problems } = readTerminalConfig(file);
      if (!there) return { candidates: [], nothing: `there is no ${file}` };
      if (servers.length === 0 && problems.length > 0) throw new ConfigError(problems.join('; '));
      return { candidates: servers, nothing: `${file} names no server` };
    },
  };
}
