/** More failed files than that are no matter of timing. */
const MOST_FILES = 3;

/** The titles of a TAP report's failed tests. */
export function failedTitles(tap: string): string[] {
  return [...tap.matchAll(/^not ok \d+ - (.*)$/gm)].map((match) => match[1] ?? '');
}

/**
 * The files of failed tests, for a second try on a machine that does nothing else: ends of real programs are waited
 * for here, and a machine that others use may be late. What fails twice has failed.
 * @param titles as ava prints them: the file's folders and name, then the test's, joined by ' › '
 * @param files of all tests, e.g. 'tests/native/window/keycodes.test.ts'
 * @returns empty when a title names no file, e.g. after a crash, or when it is too many
 */
export function filesToTryAgain(titles: readonly string[], files: readonly string[]): string[] {
  const found = new Set<string>();
  for (const title of titles) {
    const file = fileOf(title, files);
    if (file === undefined) return [];
    found.add(file);
  }
  return found.size <= MOST_FILES ? [...found] : [];
}

function fileOf(title: string, files: readonly string[]): string | undefined {
  const named = files.filter((file) => title.startsWith(`${prefixOf(file)} › `));
  return named.sort((a, b) => b.length - a.length)[0];
}

function prefixOf(file: string): string {
  return file
    .replace(/^tests\//, '')
    .replace(/\.test\.ts$/, '')
    .replaceAll('/', ' › ');
}
