/** As the first lines of the project's programs have them. */
export const engineFlags: readonly string[] = [
  ...['--max-semi-space-size=1', '--initial-old-space-size=32'],
  ...['--v8-pool-size=1', '--single-threaded-gc', '--no-memory-reducer'],
];
