import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/**
 * A program of the server as appliance/bundle.ts made it, or null when it was not made, or one of the sources of all
 * of them has changed since then. JavaScript, as what it is for would be in vain otherwise.
 *
 * @param {string} name e.g. wrcomp
 * @returns {string | null} to be imported
 */
export function bundled(name) {
  const folder = `${checkout}appliance/build/`;
  try {
    const sources = JSON.parse(readFileSync(`${folder}sources.json`, 'utf8'));
    return sources.every(isUnchanged) ? `${folder}${name}.js` : null;
  } catch {
    return null;
  }
}

/** @param {[path: string, bytes: number, changedMs: number]} stamp */
function isUnchanged([path, bytes, changedMs]) {
  const { size, mtimeMs } = statSync(checkout + path);
  return size === bytes && mtimeMs === changedMs;
}
