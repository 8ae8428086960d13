import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const builds = (): string =>
  process.env['WAYRAY_ADDONS'] ?? fileURLToPath(new URL('build', import.meta.url));
const require = createRequire(import.meta.url);

/**
 * Loads one native addon.
 * @param concern the addon's folder under native/, e.g. 'pixels'; its binary is native/build/CONCERN/CONCERN.node
 * @throws Error naming the file and the command that builds it, with the loader's own error as cause
 */
export function loadAddon<T>(concern: string): T {
  const file = `${builds()}/${concern}/${concern}.node`;
  try {
    return require(file) as T;
  } catch (cause) {
    throw new Error(`native addon ${file} does not load; build it with ./setup.sh`, { cause });
  }
}

/** A program of native/NAME; it need not be built. */
export const programPath = (name: string): string => `${builds()}/${name}/${name}`;
