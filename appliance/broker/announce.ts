import { hostname } from 'node:os';

// Whoever read it may have gone: that ends nothing.
process.stdout.on('error', () => {});

/** Standard output is for whoever started the server: words for a person, one JSON object per line for a program. */
export function announce(facts: Record<string, string>, words: string): void {
  process.stdout.write(process.stdout.isTTY ? `${words}\n` : `${JSON.stringify(facts)}\n`);
}

/** What people type to get here; an address that stands for all of this machine's is told by its name. */
export function hostPort(address: string, port: number): string {
  const host = address === '0.0.0.0' || address === '::' ? hostname() : address;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
