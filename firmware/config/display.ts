import { knownKeys, table } from './checks.ts';

/** What the section [display] of terminal.toml says. */
export type DisplayConfig = Readonly<Record<never, never>>;

export const DISPLAY_DEFAULTS: DisplayConfig = {};

/** @throws KeyError naming the key. @param where the section's name */
export function parseDisplay(value: unknown, where: string): DisplayConfig {
  knownKeys(table(value, where), [], `${where}.`);
  return DISPLAY_DEFAULTS;
}
