import type { LinkModel } from './host/link.ts';

/** `other`: one that the command line describes. */
export type LinkName = 'lan' | 'wan' | 'loss' | 'other';

export interface NamedLink {
  readonly name: LinkName;
  readonly model: LinkModel;
}

export const links: readonly NamedLink[] = [
  { name: 'lan', model: { delayMs: 0, rateMbit: 0, lossPpm: 0 } },
  { name: 'wan', model: { delayMs: 10, rateMbit: 20, lossPpm: 0 } },
  { name: 'loss', model: { delayMs: 10, rateMbit: 20, lossPpm: 10_000 } },
];

export function isSlow({ model: { delayMs, rateMbit, lossPpm } }: NamedLink): boolean {
  return delayMs > 0 || rateMbit > 0 || lossPpm > 0;
}

export function describeLink({ name, model: { delayMs, rateMbit, lossPpm } }: NamedLink): string {
  const parts = [
    delayMs > 0 ? `${delayMs} ms each way` : 'no delay',
    ...(rateMbit > 0 ? [`${rateMbit} Mbit/s`] : []),
    ...(lossPpm > 0 ? [`${lossPpm / 10_000} % of packets lost each way`] : []),
  ];
  return `${name}: ${parts.join(', ')}`;
}
