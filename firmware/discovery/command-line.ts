import type { Source } from './source.ts';

/** The server that the command line names. */
export function commandLineSource(server: { host: string; port: number; pin?: string }): Source {
  const candidate = { ...server, origin: 'command-line', from: 'the command line' } as const;
  return {
    origin: 'command-line',
    find: async () => ({ candidates: [candidate], nothing: '' }),
  };
}
