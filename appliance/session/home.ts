import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { homedir } from 'node:os';

/** Where a login begins; one whose home is not there begins at the root. */
export function homeFolder(home = homedir()): string {
  return existsSync(home) ? home : '/';
}

/** What is wrong with the person's home, in words for them: the session starts all the same. Null: nothing. */
export function homeProblem(home = homedir()): string | null {
  const trouble = homeTrouble(home);
  if (trouble === null) return null;
  return `Your home folder ${home} ${trouble}: nothing that you save there is kept. Tell your administrator.`;
}

function homeTrouble(home: string): string | null {
  try {
    accessSync(home, constants.W_OK | constants.X_OK);
    return statfsSync(home).bavail === 0 ? 'is on a disk that is full' : null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'is missing' : `cannot be written to (${code})`;
  }
}
