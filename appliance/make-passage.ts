import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const PASSAGE = 0o711;

/** The folder is there and not as it has to be. */
export class PassageError extends Error {
  override name = 'PassageError';
}

/**
 * Makes a folder that everybody can pass and only its owner can list and change, with those above it, whatever the
 * umask. One that is there stays as it is: somebody else may rely on its mode.
 * @throws PassageError when one that is there is not such a folder of ours, or the system's error
 */
export function makePassage(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return mustBePassage(folder);
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error;
    makeAbove(dirname(folder));
    mkdirSync(folder);
  }
  chmodSync(folder, PASSAGE);
}

function makeAbove(folder: string): void {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) makePassage(folder);
}

function mustBePassage(folder: string): void {
  const found = statSync(folder);
  if (!found.isDirectory()) throw new PassageError(`${folder}: is no folder`);
  if (found.uid !== process.geteuid?.())
    throw new PassageError(`${folder}: belongs to another user`);
  const mode = found.mode & 0o777;
  if (mode === PASSAGE) return;
  const expected = `expected ${PASSAGE.toString(8)}: chmod ${PASSAGE.toString(8)} '${folder}'`;
  throw new PassageError(`${folder}: has mode ${mode.toString(8)}; ${expected}`);
}
