import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Files that all images have. */
export const sharedFile = (path: string): string =>
  fileURLToPath(new URL(`../../../images/root/files/${path}`, import.meta.url));

export const shared = (path: string): string => readFileSync(sharedFile(path), 'utf8');
