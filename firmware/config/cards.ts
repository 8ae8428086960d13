import { knownKeys, table } from './checks.ts';

/** What the section [cards] of terminal.toml says. */
export type CardsConfig = Readonly<Record<never, never>>;

export const CARDS_DEFAULTS: CardsConfig = {};

/** @throws KeyError naming the key. @param where the section's name */
export function parseCards(value: unknown, where: string): CardsConfig {
  knownKeys(table(value, where), [], `${where}.`);
  return CARDS_DEFAULTS;
}
